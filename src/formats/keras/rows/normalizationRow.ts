import type { Normalization } from '../../../layers/index.js';
import { kept, type WeightNames } from '../read/readRule.js';
import type { LayerOptionsReader } from '../read/layerOptions.js';
import type { KerasEmitter, WrittenValue, WrittenWeight } from '../write/kerasEmitter.js';
import type { RowOf } from './kerasRow.js';

/** Weights, unless mean and variance are settings; how many examples there were is written for older versions alone. */
function weightsOf(options: LayerOptionsReader): readonly WeightNames[] {
  return options.has('mean') ? [] : [kept('mean', 'mean'), kept('variance', 'variance'), kept('count', undefined)];
}

export const normalization: RowOf<'Normalization'> = {
  weights: weightsOf,
  unread: ['count'],
  read(options, _, __, generally) {
    const axis = 'axis' in options.layer.config ? (options.numbers('axis') ?? []) : [-1];
    return generally({ axis: axis.length === 0 ? null : axis.length === 1 ? axis[0] : axis });
  },
  write(layer, emit, [x], shape, _, weights) {
    if (emit.dialect === 'tfjs') return composed(layer, emit, x, weights);
    const { name, invert, given, trainable } = layer;
    // Keras loses any other than a single axis as it reads a .h5 file, its own as well.
    const isSingle = emit.dialect === 'keras3' || (layer.axis !== null && [layer.axis].flat().length === 1);
    if (!isSingle && typeof given?.mean !== 'number') {
      throw emit.refuse(layer, 'Keras reads one axis alone from .h5 files; save it as .keras');
    }
    const axis = isSingle ? layer.axis : -1;
    const { mean = null, variance = null } = given ?? {};
    return emit.add('Normalization', name, [x], {
      config: { axis, invert, mean, variance, trainable },
      shape,
      weights: given ? [] : [...weights, { kind: 'count', shape: [], read: () => Promise.resolve(Float32Array.of(0)) }],
    });
  },
};

/** TensorFlow.js has no such layer: a scale and an offset, or a dense layer of them where they are weights. */
function composed(
  layer: Normalization,
  emit: KerasEmitter,
  x: WrittenValue,
  weights: readonly WrittenWeight[],
): WrittenValue {
  const { name, invert } = layer;
  const { shape } = x;
  const kept = layer.keptAxes(shape);
  const size = shape.at(-1) ?? 1;
  const onlyLast = kept.every((axis) => axis === shape.length - 1);
  if (!onlyLast) throw emit.refuse(layer, 'it normalizes along the last axis alone; export to ONNX instead');
  const scaled = (mean: Float32Array, variance: Float32Array): { scale: number[]; offset: number[] } => {
    const deviations = layer.deviations(variance);
    const at = (values: Float32Array, i: number): number => values[values.length === 1 ? 0 : i];
    const places = Array.from({ length: size }, (_, i) => i);
    const scale = places.map((i) => (invert ? at(deviations, i) : 1 / at(deviations, i)));
    return { scale, offset: places.map((i) => (invert ? at(mean, i) : -at(mean, i) * scale[i])) };
  };
  const constants = layer.constants(shape);
  if (constants) {
    return emit.add('Rescaling', name, [x], { config: scaled(constants.mean, constants.variance), shape });
  }
  const both = async (): Promise<ReturnType<typeof scaled>> => {
    const [mean, variance] = await Promise.all(weights.map(({ read }) => read()));
    return scaled(mean, variance);
  };
  const diagonal = async (): Promise<Float32Array> => {
    const { scale } = await both();
    const matrix = new Float32Array(size * size);
    scale.forEach((value, i) => (matrix[i * (size + 1)] = value));
    return matrix;
  };
  return emit.add('Dense', name, [x], {
    config: { units: size, activation: 'linear', use_bias: true, trainable: false },
    shape,
    weights: [
      { kind: 'kernel', shape: [size, size], read: diagonal },
      { kind: 'bias', shape: [size], read: async () => Float32Array.from((await both()).offset) },
    ],
  });
}
