import { expect, it } from 'vitest';
import { createWasmEngine } from '../engine/wasm/wasmEngine.js';
import { layers } from '../layers/index.js';
import { Random, Tensor } from '../tensor/index.js';
import { optimizers } from '../training/index.js';
import { sequential, type Sequential } from './index.js';

const random = new Random(5);
const pictures = (count: number): Tensor<'float32'> => {
  const data = Float32Array.from({ length: count * 144 }, () => random.uniform());
  return new Tensor('float32', [count, 12, 12, 1], data);
};

/** A small autoencoder of every layer that shrinks or enlarges maps in its own way. */
function autoencoder(): Sequential {
  return sequential({
    seed: 3,
    layers: [
      layers.conv2d({ filters: 6, kernelSize: 3, strides: 2, padding: 'same', inputShape: [12, 12, 1] }),
      layers.depthwiseConv2d({ kernelSize: 3, padding: 1, depthMultiplier: 2, activation: 'relu' }),
      layers.separableConv2d({ filters: 5, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }),
      layers.padChannels({ before: 1, after: 2 }),
      layers.conv2dTranspose({ filters: 7, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }),
      layers.upSampling2d({ interpolation: 'bilinear' }),
      layers.permute({ dims: [2, 1, 3] }),
      layers.conv2dTranspose({ filters: 1, kernelSize: 4, padding: 'same', activation: 'sigmoid' }),
    ],
  });
}

it('layers that enlarge train on the WebAssembly engine as on the reference', async () => {
  const x = pictures(10);
  const train = async (engine: Parameters<Sequential['useEngine']>[0]['engine']) => {
    const model = autoencoder();
    model.compile({ optimizer: optimizers.sgd({ learningRate: 0.5 }), loss: 'meanSquaredError', engine });
    const { history } = await model.fit(x, x, { epochs: 3, batchSize: 4, verbose: 0 });
    const weights = await model.getWeights();
    await model.dispose();
    return { loss: history.loss, weights };
  };
  const wasm = await createWasmEngine({ threads: 2 });
  try {
    const [expected, found] = [await train('reference'), await train(wasm)];
    found.loss.forEach((loss, epoch) => expect(loss).toBeCloseTo(expected.loss[epoch], 5));
    expect(expected.loss[2]).toBeLessThan(expected.loss[0]);
    const start = autoencoder();
    const starts = await start.getWeights();
    await start.dispose();
    for (const [name, { data }] of expected.weights) {
      const twin = found.weights.get(name)!.data;
      // A kernel that got no gradient would agree, too: every weight must have moved.
      expect(Math.max(...data.map((value, i) => Math.abs(value - starts.get(name)!.data[i]))), name).toBeGreaterThan(
        1e-4,
      );
      // Nine steps of float32 roundings, and Winograd's, on weights around 0.3.
      data.forEach((value, i) => expect(Math.abs(twin[i] - value), name).toBeLessThan(1e-4));
    }
  } finally {
    await wasm.close();
  }
});
