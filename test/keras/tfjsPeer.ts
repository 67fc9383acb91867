import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { TfjsFiles } from '../../src/formats/index.js';
import type { Tensor } from '../../src/tensor/index.js';

interface Value {
  data(): Promise<Float32Array>;
}

/** What is used of TensorFlow.js. */
interface Peer {
  loadLayersModel(handler: object): Promise<{ predict(x: object): Value | Value[] }>;
  tensor(data: Float32Array, shape: readonly number[]): object;
}

const built = new URL('../../bench/peers/node_modules/@tensorflow/tfjs/dist/tf.node.js', import.meta.url);

/** Whether `npm run bench:install` has fetched TensorFlow.js. */
export const hasTfjs = existsSync(built);

/** What TensorFlow.js makes of a model's files. */
export async function runTfjs({ modelJson, weights }: TfjsFiles, x: Tensor<'float32'>): Promise<Float32Array[]> {
  const { default: tf } = (await import(pathToFileURL(built.pathname).href)) as { default: Peer };
  const { modelTopology, weightsManifest } = JSON.parse(new TextDecoder().decode(modelJson)) as {
    modelTopology: object;
    weightsManifest: { paths: string[]; weights: object[] }[];
  };
  const bytes = Buffer.concat(weightsManifest.flatMap(({ paths }) => paths.map((path) => weights.get(path)!)));
  const model = await tf.loadLayersModel({
    load: () =>
      Promise.resolve({
        modelTopology,
        weightSpecs: weightsManifest.flatMap((group) => group.weights),
        weightData: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
      }),
  });
  const outputs = model.predict(tf.tensor(x.data, x.shape));
  return Promise.all([outputs].flat().map((output) => output.data()));
}
