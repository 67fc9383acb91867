import { formatShape, StriateError, type Shape } from '../../tensor/index.js';
import type { Model } from '../model.js';
import { sha256 } from '../sha256.js';

/** Which computation vectors come from: two models with the same hash compute the same. */
export interface ModelFingerprint {
  /** What messages call the model. */
  readonly name: string;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  /** SHA-256, in hexadecimal, of the layers, the shapes between them and all weights. */
  readonly hash: string;
}

/**
 * What tells a model from others: a hash over its layers and weights, wherever they were read from. The fingerprint of a
 * model's embedding does not change with what is behind the embedding.
 *
 * @throws StriateError in a page that was not loaded safely (https or localhost): browsers hash only there.
 *
 * @example
 * const { hash } = await modelFingerprint(model.embedding);
 */
export async function modelFingerprint(model: Model): Promise<ModelFingerprint> {
  const { inputs, predictionCalls } = model.topology;
  const lines = inputs.map(({ shape }) => `input ${formatShape(shape)}`);
  for (const { layer, output } of predictionCalls) lines.push(`${layer.className} ${formatShape(output.shape)}`);
  for (const [name, { shape, data }] of await model.getWeights()) {
    lines.push(`${name} ${formatShape(shape)} ${await hashOf(data)}`);
  }
  const hash = await hashOf(new TextEncoder().encode(lines.join('\n')));
  return { name: model.name, inputShape: inputs[0].shape, outputShape: model.outputShape, hash };
}

async function hashOf(data: ArrayBufferView): Promise<string> {
  const hash = await sha256(data);
  if (hash !== undefined) return hash;
  throw new StriateError(
    'modelFingerprint: this page was not loaded safely, and browsers hash nothing there; serve it from https or localhost',
  );
}
