import type { Node } from '../graph/index.js';
import { formatShape, StriateError, type Shape } from '../tensor/index.js';
import { predictionGraph } from '../topology/predictionGraph.js';
import type { Model } from '../models/model.js';
import { sha256 } from '../platform/sha256.js';

/** Which computation vectors come from: two models with the same hash compute the same. */
export interface ModelFingerprint {
  /** What messages call the model. */
  readonly name: string;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  /** SHA-256, in hexadecimal, of every operator with its settings, and all weights. */
  readonly hash: string;
}

/**
 * What distinguishes a model from others: a hash over its computation, operator by operator with all settings (strides, paddings,
 * activations, epsilons), and its weights, wherever they were read from. Names, and what matters in training alone (dropout,
 * initializers, what is frozen), are left out. The fingerprint of a model's embedding does not change with what is behind the
 * embedding.
 *
 * @throws StriateError in a page that was not loaded safely (https or localhost): browsers hash only there.
 *
 * @example
 * const { hash } = await modelFingerprint(model.embedding);
 */
export async function modelFingerprint(model: Model): Promise<ModelFingerprint> {
  const { nodes, outputs } = predictionGraph(model.topology, 1);
  const places = new Map(nodes.map((node, place) => [node, place]));
  const lines: string[] = [];
  for (const node of nodes) {
    const { shape, dtype } = node.type;
    lines.push(`${await contentOf(node, places, model)} ${dtype} ${formatShape(shape)}`);
  }
  for (const node of outputs.values()) lines.push(`output ${places.get(node)}`);
  const hash = await hashOf(new TextEncoder().encode(lines.join('\n')));
  return { name: model.name, inputShape: model.inputs[0].shape, outputShape: model.outputShape, hash };
}

/** What a value of the computation is made from. */
async function contentOf(node: Node, places: ReadonlyMap<Node, number>, { store }: Model): Promise<string> {
  switch (node.kind) {
    case 'input':
      return 'input';
    case 'constant':
      return `constant ${await hashOf(node.data)}`;
    case 'variable':
      return `weight ${await hashOf(await store.read(node.variable))}`;
    case 'operator':
      return `${node.operator.name} ${node.inputs.map((input) => places.get(input)).join(' ')} ${settings(node.attributes)}`;
  }
}

/** An operator's settings as text, whatever order they were written in. */
function settings(attributes: unknown): string {
  return JSON.stringify(attributes, (_, value: unknown) => {
    // JSON would write null for infinities.
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

async function hashOf(data: ArrayBufferView): Promise<string> {
  const hash = await sha256(data);
  if (hash !== undefined) return hash;
  throw new StriateError({
    where: 'modelFingerprint',
    rule: 'this page was not loaded safely, and browsers hash nothing there',
    advice: 'serve it from https or localhost',
  });
}
