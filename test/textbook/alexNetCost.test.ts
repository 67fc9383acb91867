import { describe, expect, it } from 'vitest';
import { summarize, zoo } from '../../src/index.js';

describe.each([
  ['alexnet_single', 62_378_344, 1.135],
  ['alexnet_two_stream', 60_965_224, 0.724],
  ['alexnet', 61_100_840, 0.714],
] as const)('what %s costs', (name, parameters, billions) => {
  const summary = summarize(zoo.create(name));
  const count = (type: string): number => summary.layers.filter((layer) => layer.type === type).length;

  it(`has about 62 million parameters: ${parameters.toLocaleString('en-US')}`, () => {
    expect(summary.parameters).toBe(parameters);
    expect(Math.abs(summary.parameters / 62e6 - 1)).toBeLessThan(0.02);
  });

  it('has 5 convolutions, 3 poolings, 3 dense layers', () => {
    expect([count('Conv2D'), count('MaxPooling2D'), count('Dense')]).toEqual([5, 3, 3]);
  });

  it(`needs ${billions} billion multiply-adds`, () => {
    expect(summary.multiplyAdds / 1e9).toBeCloseTo(billions, 3);
  });

  it('keeps nineteen of twenty parameters in the dense layers, and does its work in the convolutions', () => {
    const of = (type: string, what: 'parameters' | 'multiplyAdds'): number =>
      summary.layers.filter((layer) => layer.type === type).reduce((sum, layer) => sum + layer[what], 0);
    expect(of('Dense', 'parameters') / summary.parameters).toBeGreaterThan(0.93);
    expect(of('Conv2D', 'multiplyAdds') / summary.multiplyAdds).toBeGreaterThan(0.9);
  });
});

it('AlexNet’s two streams save half of the filters of conv2, conv4 and conv5, and nothing else', () => {
  const parametersOf = (name: string) =>
    new Map(summarize(zoo.create(name)).layers.map((layer) => [layer.name, layer.parameters]));
  const [one, two] = [parametersOf('alexnet_single'), parametersOf('alexnet_two_stream')];
  const saved = [...one].flatMap(([name, count]) => (count > two.get(name)! ? [[name, count - two.get(name)!]] : []));
  expect(saved).toEqual([
    ['conv2', (25 * 96 * 256) / 2],
    ['conv4', (9 * 384 * 384) / 2],
    ['conv5', (9 * 384 * 256) / 2],
  ]);
});
