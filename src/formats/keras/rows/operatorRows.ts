import { NoRule, type Layer, type LayerClassName } from '../../../layers/index.js';
import type { Shape } from '../../../tensor/index.js';
import type { KerasEmitter, WrittenValue } from '../write/kerasEmitter.js';
import type { RowOf } from './kerasRow.js';

/** The numbers that a value of the graph is given with beside its settings. */
interface Written {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly constants?: readonly number[];
  readonly nonNegative?: boolean;
}

/** Writes one of the operators of `keras.ops`, which stand among layers in Keras 3's own format alone. */
function written(
  emit: KerasEmitter,
  layer: Layer,
  operator: string,
  inputs: readonly WrittenValue[],
  shape: Shape,
  { settings = {}, constants = [], nonNegative = false }: Written = {},
): WrittenValue {
  if (emit.dialect !== 'keras3') {
    const reason = `only Keras 3's format has operators among layers (keras.ops.${operator.toLowerCase()})`;
    throw emit.refuse(layer, emit.dialect === 'tfjs' ? reason : `${reason}; save it as .keras`);
  }
  const operation = { module: 'keras.src.ops.numpy', constants };
  return emit.add(operator, layer.name, inputs, { config: settings, shape, nonNegative, operation });
}

/** What is an operator in Keras is read as one. */
const read = new NoRule('Keras has no layer of this name');

type Row<Name extends LayerClassName> = RowOf<Name>;

export const clip: Row<'Clip'> = {
  read,
  write(layer, emit, inputs, shape) {
    const { minValue, maxValue } = layer;
    const nonNegative = (minValue ?? -1) >= 0;
    if (minValue !== undefined && maxValue !== undefined) {
      const settings = { x_min: minValue, x_max: maxValue };
      return written(emit, layer, 'Clip', inputs, shape, { settings, nonNegative });
    }
    if (minValue !== undefined)
      return written(emit, layer, 'Maximum', inputs, shape, { constants: [minValue], nonNegative });
    if (maxValue !== undefined) return written(emit, layer, 'Minimum', inputs, shape, { constants: [maxValue] });
    return written(emit, layer, 'Identity', inputs, shape);
  },
};

export const divide: Row<'Divide'> = {
  read,
  write: (layer, emit, inputs, shape) => written(emit, layer, 'Divide', inputs, shape),
};

export const matmul: Row<'Matmul'> = {
  read,
  write: (layer, emit, inputs, shape) => written(emit, layer, 'Matmul', inputs, shape),
};

export const power: Row<'Power'> = {
  read,
  write: (layer, emit, inputs, shape) => written(emit, layer, 'Power', inputs, shape, { constants: [layer.exponent] }),
};

const reductions = { mean: 'Mean', sum: 'Sum', max: 'Max' } as const;

export const reduce: Row<'Reduce'> = {
  read,
  write(layer, emit, [x], shape) {
    const { operation, axes, keepDims } = layer;
    const settings = { axis: axes, keepdims: keepDims };
    return written(emit, layer, reductions[operation], [x], shape, { settings, nonNegative: x.nonNegative });
  },
};
