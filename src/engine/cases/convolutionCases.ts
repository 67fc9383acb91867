import fc from 'fast-check';
import { conv2d, locallyConnected2d } from '../../ops/allOperators.js';
import type { Conv2dAttributes } from '../../ops/index.js';
import { drawShape } from '../../ops/drawing.js';
import type { Shape } from '../../tensor/index.js';
import { convolved, rounded, summed, type OperatorCase, type SomeCases } from './case.js';

const pair = (max: number): fc.Arbitrary<[number, number]> =>
  fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max }));

/** Channels around the sizes of vectors and register tiles. */
const channels = fc.constantFrom(1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17);

const margins = fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2));

const convolutions: fc.Arbitrary<OperatorCase<Conv2dAttributes>> = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    input: fc.tuple(fc.integer({ min: 9, max: 14 }), fc.integer({ min: 9, max: 14 })),
    kernel: fc.oneof(fc.constant([3, 3] as const), pair(4)),
    strides: fc.oneof(fc.constant([1, 1] as const), pair(3)),
    dilation: fc.oneof(fc.constant([1, 1] as const), pair(2)),
    groups: fc.constantFrom(1, 1, 1, 2, 3),
    channels,
    filters: channels,
    padding: fc.oneof(fc.constant('valid' as const), fc.constant('same' as const), margins),
  })
  .map(({ batch, input, kernel, channels: inner, filters, groups, ...rest }) => ({
    shapes: [
      [batch, ...input, inner * groups],
      [...kernel, inner, filters * groups],
    ],
    attributes: { groups, ...rest },
  }));

/** Every channel for itself, or in small groups. */
const channelwise: fc.Arbitrary<OperatorCase<Conv2dAttributes>> = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    input: fc.tuple(fc.integer({ min: 5, max: 15 }), fc.integer({ min: 5, max: 15 })),
    kernel: fc.oneof(fc.constantFrom([3, 3] as const, [5, 5] as const), pair(5)),
    strides: fc.oneof(fc.constantFrom([1, 1] as const, [2, 2] as const), pair(3)),
    dilation: fc.oneof(fc.constant([1, 1] as const), fc.constantFrom([2, 1] as const, [1, 2] as const)),
    padding: fc.oneof(fc.constantFrom('valid' as const, 'same' as const), margins),
    group: fc.oneof(
      // Channels and filters of a group, and groups.
      fc.tuple(fc.constant(1), fc.constantFrom(1, 1, 2), fc.integer({ min: 2, max: 40 })),
      fc.tuple(fc.constant(4), fc.constant(4), fc.integer({ min: 2, max: 9 })),
      fc.tuple(fc.constantFrom(2, 8), fc.constantFrom(3, 8), fc.integer({ min: 2, max: 4 })),
    ),
  })
  // Where a dilated window is larger than its input, it is not dilated.
  .map(({ batch, input, dilation, kernel, padding, group: [inner, outer, groups], ...rest }) => {
    const fits = input.every((size, axis) => (kernel[axis] - 1) * dilation[axis] < size);
    return {
      shapes: [
        [batch, ...input, inner * groups],
        [...kernel, inner, outer * groups],
      ],
      attributes: { groups, dilation: fits ? dilation : [1, 1], padding, ...rest },
    };
  });

const allConvolutions = fc.oneof(convolutions, channelwise);

const plain: Conv2dAttributes = { strides: [1, 1], padding: 'valid', dilation: [1, 1], groups: 1 };
const same: Conv2dAttributes = { ...plain, padding: 'same' };

/** The shapes of real networks, shrunk until the reference can follow: several tiles along every axis. */
const networks: readonly OperatorCase<Conv2dAttributes>[] = [
  {
    shapes: [
      [3, 28, 28, 1],
      [3, 3, 1, 32],
    ],
    attributes: plain,
  },
  {
    shapes: [
      [3, 13, 13, 32],
      [3, 3, 32, 64],
    ],
    attributes: plain,
  },
  {
    shapes: [
      [1, 33, 35, 3],
      [7, 7, 3, 24],
    ],
    attributes: { ...same, strides: [2, 2] },
  },
  {
    shapes: [
      [1, 34, 35, 24],
      [3, 3, 24, 40],
    ],
    attributes: same,
  },
  {
    shapes: [
      [2, 19, 21, 33],
      [1, 1, 33, 65],
    ],
    attributes: same,
  },
  {
    shapes: [
      [1, 23, 25, 16],
      [5, 5, 16, 20],
    ],
    attributes: same,
  },
  {
    shapes: [
      [2, 17, 18, 40],
      [3, 3, 1, 40],
    ],
    attributes: { ...same, groups: 40 },
  },
  {
    shapes: [
      [1, 45, 47, 144],
      [3, 3, 1, 144],
    ],
    attributes: { ...plain, strides: [2, 2], padding: [1, 1, 1, 1], groups: 144 },
  },
  {
    shapes: [
      [2, 21, 22, 96],
      [5, 5, 1, 96],
    ],
    attributes: { ...same, groups: 96 },
  },
  {
    shapes: [
      [1, 15, 14, 80],
      [7, 7, 1, 80],
    ],
    attributes: { ...same, groups: 80 },
  },
  {
    shapes: [
      [1, 20, 19, 7],
      [3, 3, 1, 14],
    ],
    attributes: { ...same, groups: 7 },
  },
  {
    shapes: [
      [2, 19, 17, 128],
      [3, 3, 4, 128],
    ],
    attributes: { ...same, groups: 32 },
  },
  {
    shapes: [
      [1, 14, 14, 128],
      [3, 3, 8, 128],
    ],
    attributes: { ...same, groups: 16 },
  },
  {
    shapes: [
      [2, 9, 9, 3],
      [9, 9, 3, 5],
    ],
    attributes: plain,
  },
  {
    shapes: [
      [70, 4, 4, 8],
      [3, 3, 8, 8],
    ],
    attributes: same,
  },
  {
    shapes: [
      [1, 3, 3, 4],
      [3, 3, 4, 4],
    ],
    attributes: { ...plain, padding: [2, 2, 2, 2] },
  },
];

type Gradient = Conv2dAttributes & { readonly shape: Shape };

const outputOf = ({ shapes, attributes }: OperatorCase<Conv2dAttributes>): Shape =>
  conv2d.infer(
    shapes.map((shape) => ({ shape, dtype: 'float32' })),
    attributes,
    'conv2d',
  ).shape;

const byInput = (of: OperatorCase<Conv2dAttributes>): OperatorCase<Gradient> => ({
  shapes: [outputOf(of), of.shapes[1]],
  attributes: { ...of.attributes, shape: of.shapes[0] },
});

const byFilter = (of: OperatorCase<Conv2dAttributes>): OperatorCase<Gradient> => ({
  shapes: [of.shapes[0], outputOf(of)],
  attributes: { ...of.attributes, shape: of.shapes[1] },
});

interface Local {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
}

const local = (x: Shape, attributes: Local, filters: number): OperatorCase<Local> => {
  const [height, width] = [0, 1].map((axis) =>
    Math.floor((x[axis + 1] - attributes.kernel[axis]) / attributes.strides[axis] + 1),
  );
  const [kh, kw] = attributes.kernel;
  return { shapes: [x, [height * width, kh * kw * x[3], filters]], attributes };
};

const locals = fc
  .record({
    x: fc.tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 3, max: 8 }),
      fc.integer({ min: 3, max: 8 }),
      channels,
    ),
    attributes: fc.record({ kernel: pair(3), strides: pair(3) }),
    filters: channels,
  })
  .map(({ x, attributes, filters }) => local(x, attributes, filters));

const largeLocals = [
  local([3, 14, 15, 8], { kernel: [3, 3], strides: [1, 1] }, 12),
  local([65, 6, 6, 1], { kernel: [2, 2], strides: [2, 2] }, 5),
];

const localOutput = ({ shapes, attributes }: OperatorCase<Local>): Shape =>
  locallyConnected2d.infer(
    shapes.map((shape) => ({ shape, dtype: 'float32' })),
    attributes,
    'locallyConnected2d',
  ).shape;

const localByInput = (of: OperatorCase<Local>) => ({
  shapes: [localOutput(of), of.shapes[1]],
  attributes: { ...of.attributes, shape: of.shapes[0] },
});

const localByFilter = (of: OperatorCase<Local>) => ({
  shapes: [of.shapes[0], localOutput(of)],
  attributes: { ...of.attributes, shape: of.shapes[1] },
});

const product = (m: number, k: number, n: number, transposeA: boolean, transposeB: boolean) => ({
  shapes: [transposeA ? [k, m] : [m, k], transposeB ? [n, k] : [k, n]],
  attributes: { transposeA, transposeB },
});

const batchProduct = (count: number, m: number, k: number, n: number) => ({
  shapes: [
    [count, m, k],
    [count, k, n],
  ],
  attributes: {},
});

const axis = fc.integer({ min: 1, max: 40 });
const flags = [false, true];
const bias = (shape: Shape) => ({ shapes: [shape, shape.slice(-1)], attributes: {} });
const rows = (shape: Shape) => ({ shapes: [shape], attributes: {} });
const anyShape = drawShape({ rank: [1, 4], size: [1, 9] });
const largeShapes: readonly Shape[] = [[2, 33, 35, 19], [40_003], [20_001, 1], [300, 257], [1, 1, 1, 5]];

export const convolutionCases = {
  conv2d: { draw: allConvolutions, always: networks, tolerance: convolved },
  conv2dInputGradient: { draw: allConvolutions.map(byInput), always: networks.map(byInput), tolerance: convolved },
  conv2dFilterGradient: { draw: allConvolutions.map(byFilter), always: networks.map(byFilter), tolerance: convolved },
  locallyConnected2d: { draw: locals, always: largeLocals, tolerance: summed },
  locallyConnected2dInputGradient: {
    draw: locals.map(localByInput),
    always: largeLocals.map(localByInput),
    tolerance: summed,
  },
  locallyConnected2dFilterGradient: {
    draw: locals.map(localByFilter),
    always: largeLocals.map(localByFilter),
    tolerance: summed,
  },
  matmul: {
    draw: fc.tuple(axis, axis, axis, fc.boolean(), fc.boolean()).map((of) => product(...of)),
    always: flags.flatMap((a) =>
      flags.flatMap((b) => [product(64, 1600, 10, a, b), product(131, 67, 133, a, b), product(1, 300, 1, a, b)]),
    ),
    tolerance: summed,
  },
  batchMatmul: {
    draw: fc.tuple(fc.integer({ min: 1, max: 5 }), axis, axis, axis).map((of) => batchProduct(...of)),
    always: [batchProduct(12, 49, 32, 49), batchProduct(3, 1, 300, 1), batchProduct(2, 66, 7, 131)],
    tolerance: summed,
  },
  biasAdd: { draw: anyShape.map(bias), always: largeShapes.map(bias), tolerance: rounded },
  biasGradient: { draw: anyShape.map(rows), always: largeShapes.map(rows), tolerance: summed },
} as const satisfies SomeCases;
