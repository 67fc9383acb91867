import { files } from '#platform';
import type { Model } from '../../models/index.js';
import { StriateError } from '../../tensor/index.js';
import { keras2Config, writeGraph } from '../keras/write/writeGraph.js';
import type { TfjsFiles } from './importTfjs.js';

/** How large the files of weights are at most, so that browsers cache them. */
const shardBytes = 4 * 2 ** 20;

/**
 * Writes a model as a TensorFlow.js layers model, for `tf.loadLayersModel`: `model.json` and the files of its weights beside
 * it, of 4 MiB each. The folder must be there.
 *
 * @throws StriateError when the path does not end in .json, or a layer cannot be expressed in those of TensorFlow.js.
 *
 * @example
 * await exportTfjs(model, 'site/model.json');
 */
export async function exportTfjs(model: Model, path: string): Promise<void> {
  if (!/\.json$/i.test(path))
    throw new StriateError({ where: 'exportTfjs', rule: 'the path must end in .json', received: `'${path}'` });
  const { modelJson, weights } = await tfjsFiles(model);
  const folder = path.replace(/[^\\/]*$/, '');
  // model.json comes last: while it is missing there is no model, not a broken one.
  for (const [name, bytes] of weights) await files.writeWhole(folder + name, bytes);
  await files.writeWhole(path, modelJson);
}

/** What `exportTfjs` writes. */
export async function tfjsFiles(model: Model): Promise<TfjsFiles> {
  const graph = writeGraph(model, 'tfjs');
  const specifications: object[] = [];
  const parts: Uint8Array[] = [];
  for (const { name, weights } of graph.layers) {
    for (const { kind, shape, read } of weights) {
      const data = await read();
      specifications.push({ name: `${name}/${kind}`, shape, dtype: 'float32' });
      parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
  }
  const shards = cut(parts);
  const paths = shards.map((_, i) => `group1-shard${i + 1}of${shards.length}.bin`);
  const content = {
    format: 'layers-model',
    generatedBy: 'keras v2.4.0',
    convertedBy: 'Striate',
    modelTopology: { keras_version: '2.4.0', backend: 'tensorflow', model_config: keras2Config(graph) },
    userDefinedMetadata: model.preprocessing && { preprocessing: model.preprocessing },
    weightsManifest: shards.length ? [{ paths, weights: specifications }] : [],
  };
  return {
    modelJson: new TextEncoder().encode(JSON.stringify(content)),
    weights: new Map(shards.map((bytes, i) => [paths[i], bytes])),
  };
}

/** All bytes in pieces of one size, the last one smaller. */
function cut(parts: readonly Uint8Array[]): Uint8Array[] {
  const total = parts.reduce((sum, { length }) => sum + length, 0);
  const whole = new Uint8Array(total);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return Array.from({ length: Math.ceil(total / shardBytes) }, (_, i) =>
    whole.subarray(i * shardBytes, (i + 1) * shardBytes),
  );
}
