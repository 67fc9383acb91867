import { expect, it } from 'vitest';
import { input, layers } from '../layers/index.js';
import { receptiveFields } from './receptiveField.js';
import { Topology } from './topology.js';

it('receptive fields of signals have a single row', () => {
  const x = input({ shape: [20, 2] });
  const first = layers.conv1d({ filters: 4, kernelSize: 3, strides: 2 }).apply(x);
  const second = layers.conv1d({ filters: 4, kernelSize: 3, dilationRate: 2 }).apply(first);
  const flat = layers.flatten().apply(second);
  const whole = layers.globalAveragePooling1d().apply(second);
  const fields = receptiveFields(new Topology([x], [flat, whole]));
  // Two gaps of 2 steps that are 2 apart are 8; five positions, 2 apart, see 11 + 8 of 20 steps.
  expect([first, second, flat, whole].map((value) => fields.get(value))).toEqual([
    [1, 3],
    [1, 11],
    [1, 19],
    [1, 19],
  ]);
});
