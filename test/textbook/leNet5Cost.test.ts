import { describe, expect, it } from 'vitest';
import { summarize, zoo } from '../../src/index.js';

describe('what LeNet-5 costs', () => {
  const summary = summarize(zoo.create('lenet5'));
  const row = (name: string) => summary.layers.find((layer) => layer.name === name)!;

  it('has about 60,000 parameters: 61,706', () => {
    const parts = [6 * (25 + 1), 16 * (6 * 25 + 1), 120 * (400 + 1), 84 * (120 + 1), 10 * (84 + 1)];
    const weighted = summary.layers.flatMap(({ parameters }) => (parameters > 0 ? [parameters] : []));
    expect(weighted).toEqual(parts);
    expect(summary.parameters).toBe(61_706);
  });

  it('needs 0.42 million multiply-adds for a digit', () => {
    expect(summary.multiplyAdds).toBe(416_520);
    expect(row('conv1').multiplyAdds).toBe(28 * 28 * 6 * 25);
    expect(row('conv2').multiplyAdds).toBe(10 * 10 * 16 * 6 * 25);
  });

  it('would need 0.34 million if conv2 left out maps as the paper’s table 1 did, biases and sub-sampling counted', () => {
    // 60 of the 96 pairs of maps are connected.
    const numbers = (name: string): number => row(name).output.reduce((a, b) => a * b);
    const leftOut = 36 * 25 * 10 * 10;
    expect(summary.multiplyAdds - leftOut).toBe(326_520);
    const biases = ['conv1', 'conv2', 'fc1', 'fc2'].reduce((sum, name) => sum + numbers(name), 0);
    // Four inputs and a bias for each number.
    const subSampling = 5 * (numbers('pool1') + numbers('pool2'));
    // The connections that the paper states, layer by layer: 122,304; 5,880; 151,600; 2,000; 48,120; 10,164; and 840.
    expect(summary.multiplyAdds - leftOut + biases + subSampling).toBe(340_908);
  });
});
