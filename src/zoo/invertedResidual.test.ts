import { describe, expect, it } from 'vitest';
import { input } from '../layers/index.js';
import { model } from '../models/index.js';
import { Tensor } from '../tensor/index.js';
import { convNormActivation, squeezeExcitation } from './blocks.js';
import { invertedResidual, roundChannels } from './invertedResidual.js';

describe('roundChannels', () => {
  it('gives the nearest multiple of 8, from 8 on, and never less than nine tenths', () => {
    expect([35.2, 38.4, 4, 1, 18, 19.2, 96].map((channels) => roundChannels(channels))).toEqual([
      32, 40, 8, 8, 24, 24, 96,
    ]);
    expect(roundChannels(17, 4)).toBe(16);
  });
});

const picture = new Tensor(
  'float32',
  [1, 2, 3, 4],
  Float32Array.from({ length: 24 }, (_, i) => Math.cos(i)),
);

describe('invertedResidual', () => {
  const options = { kernelSize: 3, strides: 1, expanded: 8, filters: 4, activation: 'relu6' } as const;

  it('passes its input on unchanged where its branch is silent', async () => {
    const x = input({ shape: [2, 3, 4] });
    const net = model({ inputs: x, outputs: invertedResidual(x, 'block', options) });
    const silent = new Tensor('float32', [4], new Float32Array(4));
    await net.setWeights(new Map([...(await net.getWeights()), ['block.2.1/gamma', silent]]));
    expect([...(await net.predict(picture)).data]).toEqual([...picture.data]);
    await net.dispose();
  });

  it('counts its modules as torchvision does', () => {
    const x = input({ shape: [8, 8, 4] });
    const squeeze = { channels: 2 };
    const names = (changes: Partial<Parameters<typeof invertedResidual>[2]>): string[] => {
      const net = model({ inputs: x, outputs: invertedResidual(x, 'b', { ...options, ...changes }) });
      return net.layers.filter((layer) => layer.weights.length).map(({ name }) => name);
    };
    expect(names({ squeeze })).toEqual(['b.0.0', 'b.0.1', 'b.1.0', 'b.1.1', 'b.2.fc1', 'b.2.fc2', 'b.3.0', 'b.3.1']);
    expect(names({ flatProjection: true })).toEqual(['b.0.0', 'b.0.1', 'b.1.0', 'b.1.1', 'b.2', 'b.3']);
    expect(names({ expanded: 4, strides: 2 })).toEqual(['b.0.0', 'b.0.1', 'b.1.0', 'b.1.1']);
  });
});

it('squeezeExcitation multiplies each channel by the gate of what the means say', async () => {
  const x = input({ shape: [2, 3, 4] });
  const net = model({ inputs: x, outputs: squeezeExcitation(x, 'se', 2, { gate: 'hardSigmoid' }), seed: 3 });
  const weights = await net.getWeights();
  const [w1, w2] = ['se.fc1/kernel', 'se.fc2/kernel'].map((name) => weights.get(name)!.data);
  const means = [0, 1, 2, 3].map((c) => [0, 1, 2, 3, 4, 5].reduce((sum, p) => sum + picture.data[p * 4 + c], 0) / 6);
  const hidden = [0, 1].map((h) =>
    Math.max(
      0,
      means.reduce((sum, mean, c) => sum + mean * w1[c * 2 + h], 0),
    ),
  );
  const gates = means.map((_, c) => {
    const score = hidden.reduce((sum, value, h) => sum + value * w2[h * 4 + c], 0);
    return Math.min(6, Math.max(0, score + 3)) / 6;
  });
  const y = await net.predict(picture);
  // Sums of six and four products in float32.
  [...y.data].forEach((value, i) => expect(value).toBeCloseTo(picture.data[i] * gates[i % 4], 5));
  await net.dispose();
});

it('convNormActivation is convolution, normalisation, activation, under two names', async () => {
  const x = input({ shape: [2, 3, 4] });
  const named = convNormActivation(x, 'stem', 3, 1, { activation: 'relu6', parts: ['conv', 'bn'] });
  const net = model({ inputs: x, outputs: named });
  expect(net.layers.map((layer) => layer.className)).toEqual(['Conv2D', 'BatchNormalization', 'Activation']);
  expect([...(await net.getWeights()).keys()].map((name) => name.split('/')[0])).toContain('stem.bn');
  const shifted = new Tensor('float32', [3], Float32Array.of(100, -100, 100));
  await net.setWeights(new Map([...(await net.getWeights()), ['stem.bn/beta', shifted]]));
  expect([...(await net.predict(picture)).data]).toEqual(Array.from({ length: 18 }, (_, i) => (i % 3 === 1 ? 0 : 6)));
  await net.dispose();
});
