import fc from 'fast-check';
import type { Operator, Value } from '../../graph/index.js';
import { averagePool2d, maxPool2d } from '../../ops/allOperators.js';
import type { AttributesOf } from '../../ops/index.js';
import { referenceOf } from '../../ops/references.js';
import { sizeOf, type Shape } from '../../tensor/index.js';
import { exact, summed, type OperatorCase, type SomeCases } from './case.js';

type Pool = AttributesOf<'maxPool2d'>;
type AveragePool = AttributesOf<'averagePool2d'>;

const channels = fc.constantFrom(1, 3, 4, 5, 8, 13);

const pools: fc.Arbitrary<OperatorCase<Pool>> = fc
  .record({ rows: fc.integer({ min: 1, max: 4 }), columns: fc.integer({ min: 1, max: 4 }) })
  .chain(({ rows, columns }) =>
    fc.record({
      shapes: fc
        .tuple(
          fc.integer({ min: 1, max: 3 }),
          fc.integer({ min: 5, max: 11 }),
          fc.integer({ min: 5, max: 11 }),
          channels,
        )
        .map((shape) => [shape]),
      attributes: fc.record({
        poolSize: fc.constant([rows, columns] as const),
        strides: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
        padding: fc.oneof(
          fc.constant('valid' as const),
          fc.constant('same' as const),
          fc.tuple(fc.nat(rows - 1), fc.nat(rows - 1), fc.nat(columns - 1), fc.nat(columns - 1)),
        ),
        ceilMode: fc.boolean(),
      }),
    }),
  )
  // A window as far from the next as it is small may leave 'same' nothing to pad, or more than it may.
  .filter(({ shapes: [shape], attributes }) => accepts(maxPool2d, shape, attributes));

const two: Pool = { poolSize: [2, 2], strides: [2, 2], padding: 'valid', ceilMode: false };

/** Networks' poolings: halving, overlapping (AlexNet's), global, and one with a stride that leaves gaps. */
const networks: readonly OperatorCase<Pool>[] = [
  { shapes: [[5, 26, 26, 32]], attributes: two },
  { shapes: [[3, 11, 11, 64]], attributes: two },
  { shapes: [[2, 27, 29, 17]], attributes: { ...two, poolSize: [3, 3] } },
  { shapes: [[2, 56, 57, 19]], attributes: { ...two, poolSize: [3, 3], padding: [1, 1, 1, 1], ceilMode: true } },
  { shapes: [[9, 7, 7, 40]], attributes: { ...two, poolSize: [7, 7], strides: [1, 1] } },
  { shapes: [[2, 13, 13, 6]], attributes: { ...two, strides: [3, 4] } },
];

/** Whole numbers from few: many ties, of which the first must win. */
const ties = { low: -3, high: 3, integer: true };

const averaged = (of: OperatorCase<Pool>, countPadding: boolean): OperatorCase<AveragePool> => ({
  shapes: of.shapes,
  attributes: { ...of.attributes, countPadding },
});

const averages = fc.tuple(pools, fc.boolean()).map(([of, countPadding]) => averaged(of, countPadding));
const averageNetworks = networks.flatMap((of) => [averaged(of, false), averaged(of, true)]);

const withOutput = ({ shapes: [x], attributes }: OperatorCase<Pool>): OperatorCase<Pool> => {
  const y = outputOf(maxPool2d, x, attributes);
  return { shapes: [y, x, y], attributes };
};

const averageGradient = ({ shapes: [x], attributes }: OperatorCase<AveragePool>) => ({
  shapes: [outputOf(averagePool2d, x, attributes)],
  attributes: { ...attributes, shape: x },
});

function withMaximum([dy, x]: readonly Value[], attributes: Pool): readonly Value[] {
  const y = { shape: dy.shape, data: new Float64Array(sizeOf(dy.shape)) };
  referenceOf(maxPool2d)([x], attributes, y);
  return [dy, x, y];
}

function outputOf<A>(operator: Operator<A>, shape: Shape, attributes: A): Shape {
  return operator.infer([{ shape, dtype: 'float32' }], attributes, operator.name).shape;
}

function accepts<A>(operator: Operator<A>, shape: Shape, attributes: A): boolean {
  try {
    return outputOf(operator, shape, attributes).length > 0;
  } catch {
    return false;
  }
}

export const poolingCases = {
  maxPool2d: { draw: pools, always: networks, ranges: [{}], tolerance: exact },
  maxPool2dGradient: {
    draw: pools.map(withOutput),
    always: networks.map(withOutput),
    ranges: [{}, ties],
    derive: withMaximum,
    tolerance: { ...summed, summed: false, reason: 'where windows overlap, a few numbers are added' },
  },
  averagePool2d: { draw: averages, always: averageNetworks, tolerance: summed },
  averagePool2dGradient: {
    draw: averages.map(averageGradient),
    always: averageNetworks.map(averageGradient),
    tolerance: summed,
  },
} as const satisfies SomeCases;
