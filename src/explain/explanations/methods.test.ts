import { describe, expect, it, vi } from 'vitest';
import { layers } from '../../layers/index.js';
import { sequential, type Model } from '../../models/index.js';
import { Random, Tensor } from '../../tensor/index.js';
import { blurred } from '../baseline.js';
import { explain, explanations } from '../index.js';
import { gaussLegendre } from './gaussLegendre.js';

function drawn(shape: readonly number[], seed: number): Tensor<'float32'> {
  const random = new Random(seed);
  const size = shape.reduce((a, b) => a * b, 1);
  return new Tensor(
    'float32',
    shape,
    Float32Array.from({ length: size }, () => random.uniform(-1, 1)),
  );
}

/** Convolutions, an average, one dense layer: class activation maps in the strict sense exist. */
function network(activation: 'relu' | 'tanh' = 'relu'): Model {
  return sequential({
    layers: [
      layers.conv2d({ filters: 6, kernelSize: 3, activation, inputShape: [8, 8, 3] }),
      layers.conv2d({ filters: 5, kernelSize: 3, activation, name: 'last' }),
      layers.globalAveragePooling2d(),
      layers.dense({ units: 4, name: 'classes' }),
    ],
    seed: 2,
  });
}

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);

describe('class activation maps', () => {
  const model = network();
  const x = drawn([8, 8, 3], 1);

  it('of a linear head add up to the score, but for the bias; HiResCAM’s, too', async () => {
    const scores = (await model.predict(x.reshape([1, 8, 8, 3]))).data;
    const bias = (await model.getWeights()).get('classes/bias')!.data;
    const strict = await explain(model, x, { target: 2, method: explanations.cam({ relu: false }) });
    const fine = await explain(model, x, { target: 2, method: explanations.hiResCam({ relu: false }) });
    expect(sum(strict.map.data) / 16).toBeCloseTo(scores[2] - bias[2], 5);
    expect(sum(fine.map.data)).toBeCloseTo(scores[2] - bias[2], 5);
  });

  it.each(['grad-cam', 'hi-res-cam', 'x-grad-cam', 'cam', 'ablation-cam'] as const)(
    'of a difference have both signs, and the other way round the other: %s',
    async (method) => {
      const there = await explain(model, x, { target: { class: 1, minus: 2 }, method });
      const back = await explain(model, x, { target: { class: 2, minus: 1 }, method });
      const alone = await explain(model, x, { target: 1, method });
      expect([there.signed, back.signed, alone.signed]).toEqual([true, true, false]);
      expect(Math.min(...there.map.data)).toBeLessThan(0);
      expect(Math.max(...there.map.data)).toBeGreaterThan(0);
      there.map.data.forEach((value, i) => expect(back.map.data[i]).toBeCloseTo(-value, 5));
      expect(Math.min(...alone.map.data)).toBeGreaterThanOrEqual(0);
    },
  );

  it('are refused where the head is another', async () => {
    const deep = sequential([
      layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [6, 6, 1] }),
      layers.flatten(),
      layers.dense({ units: 3 }),
    ]);
    await expect(explain(deep, drawn([6, 6, 1], 3), { method: 'cam', target: 0 })).rejects.toThrow(
      /must average its last map .*0 averages and 1 dense.*grad-cam/,
    );
  });

  it('by ablation weigh a channel by the share of the score that is lost without it', async () => {
    const { map } = await explain(model, x, {
      target: 1,
      method: explanations.ablationCam({ relu: false }),
      batchSize: 2,
    });
    const weights = await model.getWeights();
    const kernel = weights.get('classes/kernel')!.data;
    const score = (await model.predict(x.reshape([1, 8, 8, 3]))).data[1];
    const values = (await model.features.predict(x.reshape([1, 8, 8, 3]))).data;
    const expected = new Float64Array(16);
    for (let c = 0; c < 5; c++) {
      const channel = Array.from({ length: 16 }, (_, p) => values[p * 5 + c]);
      const least = Math.min(...values);
      const lost = (kernel[c * 4 + 1] * sum(channel.map((value) => value - least))) / 16;
      channel.forEach((value, p) => (expected[p] += (value * lost) / score));
    }
    map.data.forEach((value, p) => expect(value).toBeCloseTo(expected[p], 4));
  });

  it('take fewer channels where asked', async () => {
    const [all, few] = await Promise.all(
      [5, 2].map((channels) => explain(model, x, { target: 0, method: explanations.scoreCam({ channels }) })),
    );
    expect(few.map.data).not.toEqual(all.map.data);
    expect(all.map.data).toEqual((await explain(model, x, { target: 0, method: 'score-cam' })).map.data);
  });
});

describe('methods over the picture', () => {
  const model = network('tanh');
  const x = drawn([8, 8, 3], 4);

  it('integrate completely from every baseline, and tell the gap', async () => {
    for (const baseline of ['zero', 'black', 'mean', 'blurred', drawn([8, 8, 3], 9)] as const) {
      const method = explanations.integratedGradients({ steps: 30, baseline });
      const { gap } = await explain(model, x, { target: 3, method });
      expect(gap).toBeLessThan(0.001);
    }
    const coarse = await explain(model, x, { target: 3, method: explanations.integratedGradients({ steps: 1 }) });
    expect(coarse.gap).toBeGreaterThan(0.001);
  });

  it('ask the model nothing twice: integrated gradients need the way’s gradients and both ends’ scores', async () => {
    const fresh = network('tanh');
    const program = vi.spyOn(fresh, 'program');
    const method = explanations.integratedGradients({ steps: 10 });
    const { probability } = await explain(fresh, x, { target: 3, method, batchSize: 5 });
    expect(program.mock.calls.map(([key]) => key?.split('/')[1])).toEqual(['gradient-sum', 'gradient-sum', 'score']);
    const { probability: found } = await explain(fresh, x, { target: 3, method: 'saliency' });
    expect(probability).toBeCloseTo(found!, 6);
  });

  it('average several baselines', async () => {
    const maps = await Promise.all(
      (['zero', 'mean', ['zero', 'mean']] as const).map((baseline) =>
        explain(model, x, { target: 0, method: explanations.integratedGradients({ steps: 8, baseline }) }),
      ),
    );
    maps[2].map.data.forEach((value, i) => {
      expect(value).toBeCloseTo((maps[0].map.data[i] + maps[1].map.data[i]) / 2, 6);
    });
  });

  it('draw the same noise and the same masks from the same seed', async () => {
    const run = (seed: number) =>
      Promise.all([
        explain(model, x, { target: 0, method: explanations.smoothGrad({ samples: 5, seed }) }),
        explain(model, x, { target: 0, method: explanations.rise({ masks: 20, cells: 3, seed }) }),
      ]);
    const [a, b, c] = [await run(1), await run(1), await run(2)];
    a.forEach(({ map }, i) => {
      expect(map.data).toEqual(b[i].map.data);
      expect(map.data).not.toEqual(c[i].map.data);
    });
  });

  it('without noise are the plain gradient', async () => {
    const smooth = await explain(model, x, { target: 0, method: explanations.smoothGrad({ samples: 3, stddev: 0 }) });
    const plain = await explain(model, x, { target: 0, method: 'saliency' });
    smooth.map.data.forEach((value, i) => expect(value).toBeCloseTo(plain.map.data[i], 5));
  });

  it('by occlusion and RISE find the patch that the score depends on', async () => {
    // The score is the sum of a 3×3 patch at rows 4–6, columns 1–3.
    const planted = sequential([layers.flatten({ inputShape: [9, 9, 1] }), layers.dense({ units: 2, useBias: false })]);
    const kernel = new Float32Array(162);
    for (let y = 4; y < 7; y++) for (let column = 1; column < 4; column++) kernel[2 * (9 * y + column) + 1] = 1;
    await planted.setWeights(new Map([['dense/kernel', new Tensor('float32', [81, 2], kernel)]]));
    const ones = new Tensor('float32', [9, 9, 1], new Float32Array(81).fill(1));
    for (const method of [
      explanations.occlusion({ window: 3, strides: 1 }),
      explanations.rise({ masks: 400, cells: 3, baseline: 'zero' }),
    ]) {
      const { map } = await explain(planted, ones, { target: 1, method });
      const best = map.data.indexOf(Math.max(...map.data));
      expect([Math.floor(best / 9), best % 9]).toEqual([expect.closeTo(5, -0.5), expect.closeTo(2, -0.5)]);
    }
  });

  it('by guided backpropagation let nothing negative through a rectifier', async () => {
    const rectified = network('relu');
    const guided = await explain(rectified, x, { target: 0, method: 'guided-backpropagation' });
    const plain = await explain(rectified, x, { target: 0, method: 'saliency' });
    expect(guided.map.data).not.toEqual(plain.map.data);
    expect(guided.notes[0]).toMatch(/sanity check/);
    // Without rectifiers there is nothing to guide.
    const smooth = await explain(model, x, { target: 0, method: 'guided-backpropagation' });
    const gradient = await explain(model, x, { target: 0, method: 'saliency' });
    smooth.map.data.forEach((value, i) => expect(value).toBeCloseTo(gradient.map.data[i], 6));
  });

  it.each<[string, () => unknown, RegExp]>([
    ['steps', () => explanations.integratedGradients({ steps: 0 }), /steps must be/],
    ['a baseline', () => explanations.integratedGradients({ baseline: 'grey' as 'black' }), /baseline must be .*black/],
    ['an option', () => explanations.smoothGrad({ n_samples: 3 } as object), /no option 'n_samples'/],
    ['a window', () => explanations.occlusion({ window: [3] as unknown as number }), /window must be/],
    ['a share', () => explanations.rise({ visible: 1 }), /visible must be/],
  ])('refuse a wrong %s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});

it('Gauss–Legendre points integrate polynomials of degree 2n − 1 exactly', () => {
  for (const n of [1, 2, 5, 50, 1000]) {
    const { points, weights } = gaussLegendre(n);
    for (const degree of [0, 1, 2 * n - 1]) {
      expect(sum(weights.map((weight, i) => weight * points[i] ** degree))).toBeCloseTo(1 / (degree + 1), 12);
    }
    expect([...points]).toEqual([...points].sort((a, b) => a - b));
  }
});

it('a blurred picture keeps an even one and its mean colour', () => {
  const even = Float32Array.from({ length: 60 }, (_, i) => i % 3);
  blurred(even, 4, 5, 3).forEach((value, i) => expect(value).toBeCloseTo(even[i], 6));
  const dot = new Float32Array(15 * 15);
  dot[7 * 15 + 7] = 1;
  const soft = blurred(dot, 15, 15, 1);
  expect(sum(soft)).toBeCloseTo(1, 5);
  expect(soft[7 * 15 + 7]).toBeLessThan(0.1);
  expect(soft[7 * 15 + 4]).toBeCloseTo(soft[4 * 15 + 7], 6);
});
