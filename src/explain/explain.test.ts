import { describe, expect, it } from 'vitest';
import { input, layers } from '../layers/index.js';
import { model, sequential, type Model } from '../models/index.js';
import { operators } from '../ops/index.js';
import { Random, Tensor } from '../tensor/index.js';
import { explain, explanations, type ExplanationMethod } from './index.js';

function drawn(shape: readonly number[], seed: number): Tensor<'float32'> {
  const random = new Random(seed);
  const size = shape.reduce((a, b) => a * b, 1);
  return new Tensor(
    'float32',
    shape,
    Float32Array.from({ length: size }, () => random.uniform(-0.5, 0.5)),
  );
}

function classifier(last: 'scores' | 'softmax' = 'scores'): Model {
  const net = sequential({
    layers: [
      layers.conv2d({ filters: 4, kernelSize: 3, activation: 'tanh', inputShape: [6, 5, 2], name: 'conv' }),
      layers.globalAveragePooling2d(),
      layers.dense({ units: 3, name: 'classes', ...(last === 'softmax' && { activation: 'softmax' }) }),
    ],
    seed: 3,
  });
  net.classNames = ['ant', 'bee', 'cat'];
  return net;
}

/** The gradient of a score by the picture, by central differences. */
async function differences(
  x: Tensor<'float32'>,
  score: (x: Tensor<'float32'>) => Promise<number>,
): Promise<Float64Array> {
  const slopes = new Float64Array(x.size);
  const step = 1e-2;
  for (let i = 0; i < x.size; i++) {
    const moved = async (by: number): Promise<number> => {
      const data = x.data.slice();
      data[i] += by;
      return score(new Tensor('float32', x.shape, data));
    };
    slopes[i] = ((await moved(step)) - (await moved(-step))) / (2 * step);
  }
  return slopes;
}

/** The bare gradient of the target by the picture. */
const gradient: ExplanationMethod = {
  name: 'gradient',
  at: 'picture',
  signed: true,
  async attribute(subject) {
    const [rows] = subject.batches();
    const found = await subject.gradients('picture', rows);
    const channels = new Tensor('float32', subject.pictures.shape, found.gradient);
    return {
      map: new Tensor(
        'float32',
        subject.pictures.shape.slice(0, 3),
        found.gradient.filter((_, i) => i % 2),
      ),
      channels,
    };
  },
};

describe('explain', () => {
  const net = classifier();
  const x = drawn([6, 5, 2], 1);
  const batch = (one: Tensor<'float32'>): Tensor<'float32'> => one.reshape([1, ...one.shape]);
  const score = (weigh: (scores: Float32Array) => number) => async (one: Tensor<'float32'>) =>
    weigh((await net.predict(batch(one))).data);

  it.each<[string, Parameters<typeof explain>[2], (scores: Float32Array) => number]>([
    ['a class by name', { target: 'bee' }, ([, bee]) => bee],
    ['a class by number', { target: 2 }, ([, , cat]) => cat],
    ['the difference of two classes', { target: { class: 'cat', minus: 'ant' } }, ([ant, , cat]) => cat - ant],
    ['what speaks against a class', { target: { against: 'bee' } }, ([, bee]) => -bee],
    ['a unit of the output', { target: { unit: 1 } }, ([, bee]) => bee],
    [
      'a function of the outputs',
      { target: ([out]) => operators.reduceSum(operators.square(out), { axes: [1], keepDims: false }) },
      (scores) => scores.reduce((sum, one) => sum + one * one, 0),
    ],
    [
      'a probability',
      { target: 'ant', of: 'probabilities' },
      (scores) => Math.exp(scores[0]) / scores.reduce((sum, one) => sum + Math.exp(one), 0),
    ],
  ])('has gradients that equal central differences for %s', async (_, options, weigh) => {
    const { channels } = await explain(net, x, { ...options, method: gradient });
    const expected = await differences(x, score(weigh));
    // Central differences of float32 scores at a step of 1e-2 are good to four digits.
    channels!.data.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 3));
  });

  it('explains a channel of a layer as the mean of its positions', async () => {
    const { channels, target } = await explain(net, x, { target: { layer: 'conv', unit: 2 }, method: gradient });
    const cut = model({ inputs: net.inputs[0], outputs: net.topology.calls[0].output });
    const mean = async (one: Tensor<'float32'>): Promise<number> => {
      const { data } = await cut.predict(batch(one));
      return data.filter((__, i) => i % 4 === 2).reduce((a, b) => a + b, 0) / (data.length / 4);
    };
    const expected = await differences(x, mean);
    channels!.data.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 3));
    expect(target).toBe("unit 2 of 'conv'");
  });

  it('explains the likeliest class of each picture where none is named, whatever the batch', async () => {
    const pictures = Array.from({ length: 5 }, (_, i) => drawn([6, 5, 2], 10 + i));
    const all = await explain(net, pictures, { batchSize: 2 });
    for (const [i, one] of all.entries()) {
      const { data } = await net.predict(batch(pictures[i]));
      const label = data.indexOf(Math.max(...data));
      expect(one.label).toBe(label);
      expect(one.target).toBe(net.classNames![label]);
      expect(one.probability).toBeCloseTo(
        Math.exp(data[label]) / data.reduce((sum, score) => sum + Math.exp(score), 0),
        5,
      );
      const alone = await explain(net, pictures[i], { target: label });
      one.map.data.forEach((value, at) => expect(value).toBeCloseTo(alone.map.data[at], 5));
    }
  });

  it('takes the scores behind a softmax', async () => {
    const soft = classifier('softmax');
    await soft.setWeights(await net.getWeights());
    const [a, b] = await Promise.all([net, soft].map((one) => explain(one, x, { target: 'cat', method: gradient })));
    a.channels!.data.forEach((value, i) => expect(b.channels!.data[i]).toBeCloseTo(value, 6));
    expect(a.probability).toBeCloseTo(b.probability!, 6);
  });

  it('tells two classes apart by one number', async () => {
    const single = sequential([
      layers.flatten({ inputShape: [2, 2, 1] }),
      layers.dense({ units: 1, activation: 'sigmoid' }),
    ]);
    const one = drawn([2, 2, 1], 4);
    const [no, yes] = await Promise.all(
      [0, 1].map((target) => explain(single, one, { target, method: explanations.integratedGradients({ steps: 4 }) })),
    );
    expect(no.map.data[0]).toBeCloseTo(-yes.map.data[0], 6);
    expect(no.probability! + yes.probability!).toBeCloseTo(1, 6);
  });

  it('explains one of several inputs', async () => {
    const [a, b] = [input({ shape: [4, 4, 1] }), input({ shape: [3] })];
    const flat = layers.flatten().apply(a);
    const joined = model({
      inputs: [a, b],
      outputs: layers.dense({ units: 2 }).apply(layers.concatenate().apply(flat, b)),
    });
    const inputs = [drawn([2, 4, 4, 1], 5), drawn([2, 3], 6)];
    const found = await explain(joined, { inputs }, { target: 1, method: 'saliency' });
    const kernel = (await joined.getWeights()).get('dense/kernel')!;
    found.forEach(({ map }) => {
      map.data.forEach((value, i) => expect(value).toBeCloseTo(Math.abs(kernel.data[2 * i + 1]), 6));
    });
  });

  it('is complete by integrated gradients: their sum is the difference of the scores', async () => {
    const { map, channels } = await explain(net, x, {
      target: 'ant',
      method: explanations.integratedGradients({ steps: 12 }),
      batchSize: 5,
    });
    const [at, from] = await Promise.all(
      [x, new Tensor('float32', x.shape, new Float32Array(x.size))].map(score(([ant]) => ant)),
    );
    expect(map.data.reduce((a, b) => a + b, 0)).toBeCloseTo(at - from, 4);
    expect(channels!.shape).toEqual([6, 5, 2]);
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['another class', () => explain(net, x, { target: 'bea' }), /no class 'bea'; .*bee/],
    ['another number', () => explain(net, x, { target: 3 }), /target must be a whole number from 0 to 2/],
    ['another unit', () => explain(net, x, { target: { layer: 'conv', unit: 4 } }), /'conv' gives \[4, 3, 4\].*0 to 3/],
    ['another method', () => explain(net, x, { method: 'grad-cum' as 'grad-cam' }), /no method 'grad-cum'; .*grad-cam/],
    ['another layer', () => explain(net, x, { layer: 'conf' }), /there is no layer 'conf'/],
    ['a layer without a map', () => explain(net, x, { layer: 'classes' }), /'classes' gives \[3\]/],
    ['an unknown option', () => explain(net, x, { targets: [1] } as object), /no option 'targets'; .*target/],
    ['another shape', () => explain(net, drawn([5, 5, 2], 1)), /takes \[6, 5, 2\]; received \[5, 5, 2\]/],
    ['too few targets', () => explain(net, [x, x], { target: ['ant'] }), /1 for 2 pictures/],
    [
      'a target that the layer does not reach',
      () => explain(net, x, { target: { layer: 'conv', unit: 1 }, layer: 'classes', method: 'grad-cam' }),
      /'classes' gives \[3\]/,
    ],
  ])('refuses %s', async (_, call, message) => {
    await expect(call()).rejects.toThrow(message);
  });
});
