import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { initializers, input, layers } from '../../layers/index.js';
import { model as functional, sequential, type Model } from '../../models/index.js';
import { StriateError, Tensor } from '../../tensor/index.js';
import { exportTfjs, tfjsFiles } from './exportTfjs.js';
import { importTfjs, type TfjsFiles } from './importTfjs.js';

const pictures = (shape: readonly number[]): Tensor<'float32'> => {
  const size = 2 * shape.reduce((a, b) => a * b, 1);
  return new Tensor(
    'float32',
    [2, ...shape],
    Float32Array.from({ length: size }, (_, i) => ((i * i * 31 + i * 7) % 251) / 250),
  );
};

function residual(): Model {
  const x = input({ shape: [8, 8, 3], name: 'picture' });
  const stem = layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 1, activation: 'relu6' }).apply(x);
  const normal = layers
    .batchNormalization()
    .apply(layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }).apply(stem));
  const y = layers
    .add()
    .apply(
      stem,
      layers.separableConv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'hardSwish' }).apply(normal),
    );
  const up = layers
    .conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: 'same', activation: 'leakyRelu' })
    .apply(y);
  const pooled = layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 1 }).apply(layers.relu().apply(up));
  const scores = layers.dense({ units: 3, activation: 'softmax' }).apply(layers.flatten().apply(pooled));
  return functional({ inputs: x, outputs: scores, name: 'residual', seed: 5 });
}

async function expectSame(a: Model, b: Model, tolerance: number): Promise<void> {
  const x = pictures(a.inputs[0].shape);
  const [before, after] = [await a.predict(x), await b.predict(x)];
  const worst = Math.max(...Array.from(before.data, (value, i) => Math.abs(value - after.data[i])));
  expect(worst).toBeLessThan(tolerance);
  await Promise.all([a.dispose(), b.dispose()]);
}

/** The same model with its weights in fewer bits. */
function quantized({ modelJson, weights }: TfjsFiles, dtype: 'uint8' | 'uint16'): TfjsFiles {
  const content = JSON.parse(new TextDecoder().decode(modelJson)) as {
    weightsManifest: { weights: { shape: number[] }[] }[];
  };
  const [[name, bytes]] = weights;
  const floats = new Float32Array(bytes.slice().buffer);
  const levels = dtype === 'uint8' ? 255 : 65535;
  const parts: number[] = [];
  let offset = 0;
  for (const weight of content.weightsManifest[0].weights) {
    const count = weight.shape.reduce((a, b) => a * b, 1);
    const values = floats.subarray(offset, offset + count);
    const min = Math.min(...values);
    const scale = (Math.max(...values) - min) / levels || 1;
    Object.assign(weight, { quantization: { dtype, min, scale } });
    for (const value of values) {
      const level = Math.round((value - min) / scale);
      parts.push(...(dtype === 'uint8' ? [level] : [level & 255, level >> 8]));
    }
    offset += count;
  }
  return {
    modelJson: new TextEncoder().encode(JSON.stringify(content)),
    weights: new Map([[name, Uint8Array.from(parts)]]),
  };
}

describe('TensorFlow.js models', () => {
  it('come back from a folder as they were', async () => {
    const model = residual();
    const folder = await mkdtemp(join(tmpdir(), 'striate-tfjs-'));
    await exportTfjs(model, join(folder, 'model.json'));
    await expectSame(model, await importTfjs(join(folder, 'model.json')), 1e-6);
  });

  it('are read with quantized weights', async () => {
    const model = residual();
    const written = await tfjsFiles(model);
    await expectSame(residual(), await importTfjs(quantized(written, 'uint16')), 1e-3);
    await expectSame(model, await importTfjs(quantized(written, 'uint8')), 0.1);
  });

  it('refuse missing, short and foreign files by name', async () => {
    const { modelJson, weights } = await tfjsFiles(sequential([layers.dense({ units: 4, inputShape: [3] })]));
    const [[name, bytes]] = weights;
    const attempt = (files: TfjsFiles): Promise<Model> => importTfjs(files, { name: 'm.json' });
    await expect(attempt({ modelJson, weights: new Map() })).rejects.toThrow(/^m\.json:.*group1-shard1of1\.bin/);
    await expect(attempt({ modelJson, weights: new Map([[name, bytes.subarray(4)]]) })).rejects.toThrow(
      /^m\.json: the weightsManifest is damaged/,
    );
    await expect(attempt({ modelJson: modelJson.subarray(9), weights })).rejects.toThrow(StriateError);
    const graph = new TextEncoder().encode('{"format":"graph-model"}');
    await expect(attempt({ modelJson: graph, weights })).rejects.toThrow(/graph model/);
    const outside = new TextDecoder().decode(modelJson).replace(name, '../secret.bin');
    const folder = await mkdtemp(join(tmpdir(), 'striate-tfjs-'));
    const { writeFile } = await import('node:fs/promises');
    await writeFile(join(folder, 'model.json'), outside);
    await expect(importTfjs(join(folder, 'model.json'))).rejects.toThrow(/not beside it/);
  });

  it('enlarge bilinearly as TensorFlow.js does, without putting the centres of pixels onto each other', async () => {
    const layer = { class_name: 'UpSampling2D', config: { name: 'up', size: [2, 3], interpolation: 'bilinear' } };
    const config = {
      name: 'm',
      layers: [{ ...layer, config: { ...layer.config, batch_input_shape: [null, 2, 2, 1] } }],
    };
    const topology = { class_name: 'Sequential', keras_version: 'tfjs-layers 4.22.0', config };
    const content = { format: 'layers-model', modelTopology: topology, weightsManifest: [] };
    const modelJson = new TextEncoder().encode(JSON.stringify(content));
    const model = await importTfjs({ modelJson, weights: new Map() });
    const { data } = await model.predict(new Tensor('float32', [1, 2, 2, 1], Float32Array.of(0, 3, 6, 9)));
    // What TensorFlow.js 4.22 gives.
    expect([...data]).toEqual([0, 1, 2, 3, 3, 3, 3, 4, 5, 6, 6, 6, 6, 7, 8, 9, 9, 9, 6, 7, 8, 9, 9, 9]);
    await model.dispose();
  });

  it('have settings and names that TensorFlow.js takes', async () => {
    const model = sequential([
      layers.dense({
        units: 2,
        inputShape: [3],
        name: 'erste Schicht/1',
        kernelInitializer: initializers.varianceScaling({ mode: 'fanOut', distribution: 'untruncatedNormal' }),
      }),
      layers.dense({ units: 2, name: 'erste_Schicht_1' }),
    ]);
    const text = new TextDecoder().decode((await tfjsFiles(model)).modelJson);
    expect(text).toContain('"distribution":"normal"');
    expect([...text.matchAll(/"name":"([^"]+)\/kernel"/g)].map(([, name]) => name)).toEqual([
      'erste_Schicht_1_1',
      'erste_Schicht_1',
    ]);
    await model.dispose();
  });

  const peer = new URL('../../../bench/peers/node_modules/@tensorflow/tfjs/dist/tf.node.js', import.meta.url);
  it.skipIf(!existsSync(peer))(
    'compute the same in TensorFlow.js (skipped where npm run bench:install has not run)',
    async () => {
      interface Peer {
        loadLayersModel(handler: object): Promise<{ predict(x: object): { data(): Promise<Float32Array> } }>;
        tensor(data: Float32Array, shape: readonly number[]): object;
      }
      const loaded = (await import(pathToFileURL(peer.pathname).href)) as { default: Peer };
      const tf = loaded.default;
      const model = residual();
      const { modelJson, weights } = await tfjsFiles(model);
      const content = JSON.parse(new TextDecoder().decode(modelJson)) as {
        modelTopology: object;
        weightsManifest: { weights: object[] }[];
      };
      const [bytes] = weights.values();
      const theirs = await tf.loadLayersModel({
        load: () =>
          Promise.resolve({
            modelTopology: content.modelTopology,
            weightSpecs: content.weightsManifest[0].weights,
            weightData: bytes.slice().buffer,
          }),
      });
      const x = pictures([8, 8, 3]);
      const expected = await theirs.predict(tf.tensor(x.data, x.shape)).data();
      const { data } = await model.predict(x);
      expect(Math.max(...Array.from(data, (value, i) => Math.abs(value - expected[i])))).toBeLessThan(1e-5);
      await model.dispose();
    },
  );
});
