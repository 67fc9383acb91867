import { afterAll, describe, expect, it } from 'vitest';
import { explain, explanations, input, layers, model, operators, Tensor, type Model } from '../index.js';
import type { ExplanationMethod } from './explanationMethod.js';

const drawn = (shape: readonly number[], seed = 1): Tensor<'float32'> => {
  const size = shape.reduce((a, b) => a * b, 1);
  return new Tensor(
    'float32',
    shape,
    Float32Array.from({ length: size }, (_, i) => Math.sin(i * 0.7 + seed)),
  );
};

/** A class, two numbers and a mask of a picture, all from one map. */
const several = (() => {
  const picture = input({ shape: [10, 10, 3] });
  const early = layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', name: 'early' }).apply(picture);
  const map = layers.conv2d({ filters: 5, kernelSize: 3, activation: 'relu', name: 'shared' }).apply(early);
  const own = layers.conv2d({ filters: 6, kernelSize: 3, activation: 'relu', name: 'own' }).apply(map);
  const kind = layers
    .dense({ units: 3, activation: 'softmax', name: 'kind' })
    .apply(layers.globalAveragePooling2d().apply(own));
  const size = layers.dense({ units: 2, name: 'size' }).apply(layers.flatten().apply(map));
  const mask = layers.conv2d({ filters: 1, kernelSize: 1, activation: 'sigmoid', name: 'mask' }).apply(map);
  return model({ inputs: picture, outputs: [kind, size, mask] });
})();

/** A class of a picture and of what else is known. */
const joined = (() => {
  const [picture, known] = [input({ shape: [10, 10, 3] }), input({ shape: [4] })];
  const map = layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', name: 'map' }).apply(picture);
  const seen = layers.globalAveragePooling2d().apply(map);
  const thought = layers.dense({ units: 3, activation: 'relu' }).apply(known);
  const both = layers.concatenate().apply(seen, thought);
  return model({ inputs: [picture, known], outputs: layers.dense({ units: 3 }).apply(both) });
})();

const made: readonly Model[] = [several, joined];
afterAll(() => Promise.all(made.map((one) => one.dispose())));

const few: Readonly<Record<string, () => ExplanationMethod>> = {
  ...explanations,
  rise: () => explanations.rise({ masks: 20 }),
  smoothGrad: () => explanations.smoothGrad({ samples: 3 }),
  integratedGradients: () => explanations.integratedGradients({ steps: 8 }),
};
const methods = Object.entries(few).filter(([name]) => name !== 'cam');

describe('models of several inputs and outputs', () => {
  const x = drawn([10, 10, 3]);

  it.each(methods)('%s explains a class, and a unit of each output', async (_, method) => {
    for (const [target, layer] of [
      [1, 'own'],
      [{ output: 'size', unit: 1 }, 'shared'],
      [{ output: 2, unit: [4, 4, 0] }, 'shared'],
    ] as const) {
      const found = await explain(several, x, { target, method: method() });
      if (found.at === 'layer') expect(found.layer).toBe(layer);
      expect(found.map.data.every(Number.isFinite)).toBe(true);
    }
  });

  it.each(methods)('%s explains the picture of two inputs', async (_, method) => {
    const inputs = [drawn([2, 10, 10, 3]), drawn([2, 4], 3)];
    const found = await explain(joined, { inputs }, { method: method() });
    expect(found).toHaveLength(2);
    for (const { at, layer, map } of found) {
      if (at === 'layer') expect(layer).toBe('map');
      expect(map.data.every(Number.isFinite)).toBe(true);
    }
  });

  it('knows the head of a class of several outputs for class activation maps', async () => {
    const [cam, grad] = await Promise.all(
      [explanations.cam({ relu: false }), explanations.gradCam({ relu: false })].map((method) =>
        explain(several, x, { target: 1, method }),
      ),
    );
    expect(cam.layer).toBe('own');
    // Grad-CAM of such a head is CAM, divided by the number of positions.
    cam.map.data.forEach((value, i) => expect(value).toBeCloseTo(grad.map.data[i] * 16, 4));
    await expect(
      explain(several, x, { target: { output: 'size', unit: 0 }, method: explanations.cam() }),
    ).rejects.toThrow(/must average its last map.*use 'grad-cam'/);
  });

  it('reads the map of a unit inside the model from the last one before it', async () => {
    const why = await explain(several, x, { target: { layer: 'own', unit: 2 } });
    expect(why.layer).toBe('shared');
    expect((await explain(several, x, { target: { layer: 'shared', unit: 2 } })).layer).toBe('early');
    await expect(explain(several, x, { target: { layer: 'early', unit: 2 } })).rejects.toThrow(
      /no feature map .* from the picture to the target.*name a layer/,
    );
  });

  it('reads the map of a function of all outputs from the last one that all need', async () => {
    const why = await explain(several, x, {
      target: ([, size, mask]) =>
        operators.add(
          operators.reduceSum(size, { axes: [1], keepDims: false }),
          operators.reduceMean(mask, { axes: [1, 2, 3], keepDims: false }),
        ),
    });
    expect(why.layer).toBe('shared');
  });

  it('refuses a picture alone, and models that take none, with what to do', async () => {
    await expect(explain(joined, x)).rejects.toThrow(/takes 2 inputs, \[10, 10, 3\] and \[4\]; give a tensor.*inputs/);
    const vector = model(
      (() => {
        const start = input({ shape: [20] });
        return { inputs: start, outputs: layers.dense({ units: 2 }).apply(start) };
      })(),
    );
    await expect(explain(vector, drawn([20]))).rejects.toThrow(/takes no picture, \[20\]; maps lie over pictures/);
    await vector.dispose();
  });
});
