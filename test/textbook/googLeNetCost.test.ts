import { describe, expect, it } from 'vitest';
import { summarize, zoo } from '../../src/index.js';
import { pathLength } from './layerCount.js';

const alexnet = summarize(zoo.create('alexnet_two_stream'));

describe.each([
  ['googlenet', 6_624_904, 13_004_888, 1.498],
  ['googlenet_2014', 6_998_552, 13_378_280, 1.583],
] as const)('what %s costs', (name, parameters, withAuxiliary, billions) => {
  const net = zoo.create(name, { auxiliary: false });
  const summary = summarize(net);
  const features = summarize(zoo.create(name, { includeTop: false }));

  it('has 22 layers with parameters on the main path', () => {
    expect(pathLength(net)).toBe(22);
  });

  it(`has 5 to 7 million parameters: ${parameters.toLocaleString('en-US')}, more only while it is trained`, () => {
    expect(summary.parameters).toBe(parameters);
    expect(summarize(zoo.create(name)).parameters).toBe(withAuxiliary);
    expect(features.parameters).toBe(parameters - 1_025_000);
    for (const { parameters: count } of [summary, features]) {
      expect(count).toBeGreaterThan(5e6);
      expect(count).toBeLessThan(7e6);
    }
  });

  it('has a ninth of AlexNet’s parameters, and nearly an eleventh without the thousand classes', () => {
    // The paper says 12 times fewer, of the 60 million of 2012; with its own table's layers it is 9 (10 to 11 without the last).
    expect(alexnet.parameters / summary.parameters).toBeGreaterThan(8.5);
    expect(alexnet.parameters / summary.parameters).toBeLessThan(12);
    expect(alexnet.parameters / features.parameters).toBeGreaterThan(10);
    expect(alexnet.parameters / features.parameters).toBeLessThan(12);
  });

  it(`needs ${billions} billion multiply-adds: the paper’s 1.5, twice AlexNet’s, a tenth of VGG-16’s`, () => {
    // The lecture says half of AlexNet's; it is the other way round.
    expect(summary.multiplyAdds / 1e9).toBeCloseTo(billions, 3);
    expect(summary.multiplyAdds / alexnet.multiplyAdds).toBeCloseTo(2.1, 0);
    const ofVgg = summary.multiplyAdds / summarize(zoo.create('vgg16')).multiplyAdds;
    expect(ofVgg).toBeGreaterThan(0.095);
    expect(ofVgg).toBeLessThan(0.105);
  });
});
