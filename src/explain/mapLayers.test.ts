import { expect, it } from 'vitest';
import { layers } from '../layers/index.js';
import { sequential } from '../models/index.js';
import { decidingMap, mapLayers } from './mapLayers.js';

it('the ripest map of each resolution is found, and no cutting of the picture', () => {
  const net = sequential([
    layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', inputShape: [16, 24, 1], name: 'a' }),
    layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', name: 'b' }),
    layers.dropout(0.5),
    layers.maxPooling2d({ name: 'c' }),
    layers.cropping2d({
      cropping: [
        [1, 0],
        [0, 0],
      ],
      name: 'cut',
    }),
    layers.globalAveragePooling2d(),
    layers.dense({ units: 2 }),
  ]);
  const found = mapLayers(net).map(({ name, height, width }) => `${name} ${height}×${width}`);
  expect(found).toEqual(['b 16×24', 'c 8×12']);
  expect(decidingMap(net)).toEqual({ name: 'cut', height: 7, width: 12, channels: 4 });
});

it('a model without maps has none', () => {
  const dense = sequential([layers.dense({ units: 2, inputShape: [3] })]);
  expect([mapLayers(dense), decidingMap(dense)]).toEqual([[], undefined]);
});
