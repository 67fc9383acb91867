import { describe, expect, it } from 'vitest';
import { initializers, layerFromConfig, layers, regularizers, type Layer } from './index.js';
import { runLayer } from './runLayer.js';

const constant = (value: number) => initializers.constant({ value });
const penalty = (l2: number) => regularizers.l2({ l2 });

/** The first starting value and the penalty of each weight, by name. */
function weightsOf(layer: Layer): Record<string, readonly [number, unknown]> {
  const { weights } = runLayer(layer, [{ shape: [1, 1, 1, 2], values: [1, 2] }]);
  return Object.fromEntries(
    layer.weights.map(({ name, regularizer }) => [name, [weights[name][0], regularizer?.config()]]),
  );
}

describe('initializers and regularizers of weights', () => {
  const cases: readonly (readonly [Layer, Record<string, readonly [number, unknown]>])[] = [
    [layers.layerNormalization({ betaInitializer: constant(2) }), { gamma: [1, undefined], beta: [2, undefined] }],
    [layers.layerNormalization({ gammaInitializer: constant(3) }), { gamma: [3, undefined], beta: [0, undefined] }],
    [layers.layerNormalization({ betaRegularizer: penalty(4) }), { gamma: [1, undefined], beta: [0, { l2: 4 }] }],
    [layers.layerNormalization({ gammaRegularizer: penalty(5) }), { gamma: [1, { l2: 5 }], beta: [0, undefined] }],
    [
      layers.affine({ gammaInitializer: constant(20), betaRegularizer: penalty(2) }),
      { gamma: [20, undefined], beta: [0, { l2: 2 }] },
    ],
    [
      layers.affine({ betaInitializer: constant(21), gammaRegularizer: penalty(3) }),
      { gamma: [1, { l2: 3 }], beta: [21, undefined] },
    ],
    [layers.prelu({ alphaInitializer: constant(6) }), { alpha: [6, undefined] }],
    [layers.prelu({ alphaRegularizer: penalty(7) }), { alpha: [0, { l2: 7 }] }],
    [
      layers.batchNormalization({ gammaInitializer: constant(8), betaRegularizer: penalty(9) }),
      { gamma: [8, undefined], beta: [0, { l2: 9 }], movingMean: [0, undefined], movingVariance: [1, undefined] },
    ],
    [
      layers.separableConv2d({
        filters: 1,
        kernelSize: 1,
        depthwiseInitializer: constant(10),
        pointwiseInitializer: constant(11),
        biasInitializer: constant(12),
        depthwiseRegularizer: penalty(13),
        pointwiseRegularizer: penalty(14),
        biasRegularizer: penalty(15),
      }),
      { depthwiseKernel: [10, { l2: 13 }], pointwiseKernel: [11, { l2: 14 }], bias: [12, { l2: 15 }] },
    ],
  ];

  it.each(cases)('of %o are used, and come back from its configuration', (layer, expected) => {
    const again = layerFromConfig({ className: layer.className, config: layer.config!() });
    expect(weightsOf(layer)).toEqual(expected);
    expect(weightsOf(again)).toEqual(expected);
  });
});
