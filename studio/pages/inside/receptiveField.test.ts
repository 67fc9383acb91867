import { receptiveFieldOf } from 'striate/explain';
import { zoo } from 'striate/zoo';
import { describe, expect, it } from 'vitest';
import { receptiveField } from './receptiveField.js';

describe('the part of the picture that a unit can see', () => {
  it.each(['squeezenet1_1', 'mobilenet_v2'] as const)('is what the library finds, in %s', async (name) => {
    const net = zoo.create(name, { inputShape: [96, 96, 3] });
    const { predictionCalls } = net.topology;
    const maps = predictionCalls.flatMap(({ output }, call) => (output.shape.length === 3 ? [call] : []));
    for (const call of maps.filter((_, i) => i % 13 === 2)) {
      const { layer, output } = predictionCalls[call];
      const [row, column] = [output.shape[0] - 1, Math.floor(output.shape[1] / 2)];
      const { visible } = await receptiveFieldOf(net, { layer: layer.name, unit: [row, column, 0], count: 1 });
      expect(receptiveField(net, call, { row, column, channel: 0 })).toEqual(visible);
    }
    await net.dispose();
  });
});
