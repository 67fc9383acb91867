import { layers, type SymbolicTensor } from '../../../../layers/index.js';
import { resizingInterpolations } from '../../../../layers/interpolation.js';
import { sizeOf, type Shape } from '../../../../tensor/index.js';
import { isJson } from '../../json.js';
import type { Composed, Operation } from './operation.js';

type Row = (op: Operation) => Composed;

/** Cut pieces that are put together again, at most. */
const mostPieces = 512;

/** A value with another shape of its own, without the batch's axis. */
function reshaped(op: Operation, x: SymbolicTensor, targetShape: Shape): SymbolicTensor {
  return op.put(layers.reshape({ targetShape }), x);
}

/** Positions `begin` to `begin + size` along an axis. */
function cut(op: Operation, x: SymbolicTensor, axis: number, begin: number, size: number): SymbolicTensor {
  const all = x.shape.map((n) => n);
  all[axis - 1] = size;
  return op.put(layers.slice({ begin: x.shape.map((_, i) => (i + 1 === axis ? begin : 0)), size: all }), x);
}

/** Some positions along an axis, in their order. */
function taken(op: Operation, x: SymbolicTensor, axis: number, positions: readonly number[]): SymbolicTensor {
  const size = x.shape[axis - 1];
  const isRun = positions.every((at, i) => at === positions[0] + i);
  if (isRun) return positions.length === size ? x : cut(op, x, axis, positions[0], positions.length);
  const step = positions[1] - positions[0];
  const isEven = step > 0 && positions.every((at, i) => at === positions[0] + i * step);
  if (isEven && x.shape.length === 3 && axis < 3) {
    // Every so many rows or columns: the largest of one.
    const strides: [number, number] = axis === 1 ? [step, 1] : [1, step];
    const from = positions[0] ? cut(op, x, axis, positions[0], size - positions[0]) : x;
    const y = op.put(layers.maxPooling2d({ poolSize: 1, strides }), from);
    return y.shape[axis - 1] === positions.length ? y : cut(op, y, axis, 0, positions.length);
  }
  if (positions.length > mostPieces) throw op.refuse(`it takes ${positions.length} positions one by one`);
  const pieces = positions.map((at) => cut(op, x, axis, at, 1));
  return op.put(layers.concatenate({ axis }), ...pieces);
}

/** The positions that Python's `start:stop:step` takes out of so many. */
function positionsOf(size: number, start: number | undefined, stop: number | undefined, step: number): number[] {
  const bound = (at: number): number => (at < 0 ? Math.max(at + size, step < 0 ? -1 : 0) : Math.min(at, size));
  const from = start === undefined ? (step < 0 ? size - 1 : 0) : Math.min(bound(start), step < 0 ? size - 1 : size);
  const to = stop === undefined ? (step < 0 ? -1 : size) : bound(stop);
  const positions: number[] = [];
  for (let at = from; step > 0 ? at < to : at > to; at += step) positions.push(at);
  return positions;
}

/** One part of `x[a:b, ..., 0]`: a slice, a position, all axes that are left, or an axis of one. */
type Index =
  | {
      readonly kind: 'slice';
      readonly start?: number | undefined;
      readonly stop?: number | undefined;
      readonly step: number;
    }
  | { readonly kind: 'position'; readonly at: number }
  | { readonly kind: 'rest' }
  | { readonly kind: 'new' };

/** Keras 3 and TensorFlow write slices as objects in somewhat different ways. */
function indexOf(value: unknown): Index | undefined {
  if (value === null) return { kind: 'new' };
  if (value === Infinity || value === '__ellipsis__') return { kind: 'rest' };
  if (Number.isInteger(value)) return { kind: 'position', at: value as number };
  if (!isJson(value)) return undefined;
  if (value.class_name === '__ellipsis__' || value.class_name === '__Ellipsis__') return { kind: 'rest' };
  const { start = null, stop = null, step = null } = isJson(value.config) ? value.config : value;
  const isBound = (bound: unknown): bound is number | null => bound === null || Number.isInteger(bound);
  if (!isBound(start) || !isBound(stop) || !isBound(step) || step === 0) return undefined;
  return { kind: 'slice', start: start ?? undefined, stop: stop ?? undefined, step: step ?? 1 };
}

/** `x[:, 1:3, ..., None]`. */
const getItem: Row = (op) => {
  const given = op.argument('key slice_spec', 1);
  const list = (Array.isArray(given) ? (given as readonly unknown[]) : [given]).map(indexOf);
  if (list.some((index) => index === undefined)) return undefined;
  const indices = list as Index[];
  const rest = indices.findIndex(({ kind }) => kind === 'rest');
  const taking = indices.filter(({ kind }) => kind === 'slice' || kind === 'position').length;
  const all: Index[] = Array.from({ length: op.rank() - taking }, () => ({ kind: 'slice', step: 1 }));
  const complete = rest < 0 ? [...indices, ...all] : [...indices.slice(0, rest), ...all, ...indices.slice(rest + 1)];
  const [batch, ...own] = complete;
  if (batch?.kind !== 'slice' || batch.start || batch.stop !== undefined || batch.step !== 1) {
    throw op.refuse('it takes some pictures of a batch, or an axis before the batch; a model computes each by itself');
  }
  let value = op.x;
  const shape: number[] = [];
  let axis = 0;
  for (const index of own) {
    if (index.kind === 'new') shape.push(1);
    if (index.kind !== 'slice' && index.kind !== 'position') continue;
    const size = value.shape[axis++];
    if (size === undefined) return undefined;
    const at = index.kind === 'position' ? (index.at < 0 ? index.at + size : index.at) : 0;
    const positions =
      index.kind === 'slice'
        ? positionsOf(size, index.start, index.stop, index.step)
        : at < size && at >= 0
          ? [at]
          : [];
    if (positions.length === 0) throw op.refuse('it takes nothing of an axis');
    value = taken(op, value, axis, positions);
    if (index.kind === 'slice') shape.push(positions.length);
  }
  return shape.length === value.shape.length ? value : reshaped(op, value, shape);
};

/** A target shape with the batch's size first, as any number, for one picture. */
const reshape: Row = (op) => {
  const given = op.argument('newshape shape', 1);
  if (!Array.isArray(given)) return undefined;
  const [batch, ...shape] = (given as readonly unknown[]).map((size) => (size === null ? -1 : size));
  if (!shape.every((size): size is number => Number.isInteger(size))) return undefined;
  const known = shape.filter((size) => size !== -1);
  const size = sizeOf(op.x.shape);
  const fits = known.length === shape.length ? sizeOf(known) === size : size % sizeOf(known) === 0;
  if (batch !== -1 || !fits || shape.length - known.length > 1 || shape.length === 0) {
    throw op.refuse(
      `to ${JSON.stringify(given)}: the first size must be −1, for the batch, and the others hold what a picture holds`,
    );
  }
  return reshaped(
    op,
    op.x,
    shape.map((n) => (n === -1 ? size / sizeOf(known) : n)),
  );
};

/** A value with its axes in another order, all counted with the batch's. */
function permuted(op: Operation, order: readonly number[]): SymbolicTensor {
  const rank = op.rank();
  const axes = order.map((axis) => (axis < 0 ? axis + rank : axis));
  const isOrder = axes.length === rank && new Set(axes).size === rank && axes[0] === 0;
  if (!isOrder) throw op.refuse(`to axes ${order.join(', ')}: the batch's axis must stay the first`);
  return op.put(layers.permute({ dims: axes.slice(1) }), op.x);
}

const plainOrder = (op: Operation): number[] => Array.from({ length: op.rank() }, (_, i) => i);

const moveAxis: Row = (op) => {
  const [source, destination] = [op.wholes('source', 1), op.wholes('destination', 2)];
  if (source?.length !== 1 || destination?.length !== 1) return undefined;
  const [from, to] = op.axes([source[0], destination[0]]);
  const order = plainOrder(op).filter((axis) => axis !== from);
  return permuted(op, [...order.slice(0, to), from, ...order.slice(to)]);
};

const swapAxes: Row = (op) => {
  const [a, b] = op.axes([op.number('axis1', 1, NaN), op.number('axis2', 2, NaN)]);
  return permuted(
    op,
    plainOrder(op).map((axis) => (axis === a ? b : axis === b ? a : axis)),
  );
};

const concatenate: Row = (op) => {
  const [axis] = op.axes([op.number('axis', 1, 0)]);
  return op.inputs.length === 1 ? op.x : op.put(layers.concatenate({ axis }), ...op.inputs);
};

const stack: Row = (op) => {
  const [axis] = op.axes([op.number('axis', 1, 0)], op.rank() + 1);
  const shape = [...op.x.shape.slice(0, axis - 1), 1, ...op.x.shape.slice(axis - 1)];
  const pieces = op.inputs.map((x) => reshaped(op, x, shape));
  return pieces.length === 1 ? pieces[0] : op.put(layers.concatenate({ axis }), ...pieces);
};

const squeeze: Row = (op) => {
  const listed = op.wholes('axis squeeze_dims', 1);
  const ones = op.x.shape.flatMap((size, i) => (size === 1 ? [i + 1] : []));
  const axes = listed?.length ? op.axes(listed) : ones;
  if (!axes.every((axis) => ones.includes(axis))) throw op.refuse(`an axis of ${axes.join(', ')} is not of size 1`);
  return reshaped(
    op,
    op.x,
    op.x.shape.filter((_, i) => !axes.includes(i + 1)),
  );
};

const expandDims: Row = (op) => {
  const [axis] = op.axes([op.number('axis', 1, -1)], op.rank() + 1);
  return reshaped(op, op.x, [...op.x.shape.slice(0, axis - 1), 1, ...op.x.shape.slice(axis - 1)]);
};

const split: Row = (op) => {
  const [axis] = op.axes([op.number('axis', 2, 0)]);
  const size = op.x.shape[axis - 1];
  const given = op.argument('indices_or_sections num_or_size_splits', 1);
  const list = typeof given === 'number' ? undefined : op.wholes('indices_or_sections num_or_size_splits', 1);
  const count = typeof given === 'number' ? given : 0;
  if (!list && !(Number.isInteger(size / count) && count > 0)) return undefined;
  // Keras lists where parts end, TensorFlow how large they are.
  const isSizes = op.argument('num_or_size_splits', 99) !== undefined;
  const ends = list
    ? isSizes
      ? list.map((_, i) => list.slice(0, i + 1).reduce((a, b) => a + b))
      : [...list, size]
    : Array.from({ length: count }, (_, i) => ((i + 1) * size) / count);
  return ends.map((end, i) => {
    const begin = i ? ends[i - 1] : 0;
    return end - begin === size ? op.x : cut(op, op.x, axis, begin, end - begin);
  });
};

const unstack: Row = (op) => {
  const [axis] = op.axes([op.number('axis', 2, 0)]);
  const shape = op.x.shape.filter((_, i) => i + 1 !== axis);
  return Array.from({ length: op.x.shape[axis - 1] }, (_, i) => reshaped(op, cut(op, op.x, axis, i, 1), shape));
};

const flip: Row = (op) => {
  const axes = op.wholes('axis', 1);
  if (!axes) throw op.refuse('it turns all axes around, the batch included; give it an axis in Keras');
  return op.axes(axes).reduce((value, axis) => {
    const size = value.shape[axis - 1];
    return taken(
      op,
      value,
      axis,
      Array.from({ length: size }, (_, i) => size - 1 - i),
    );
  }, op.x);
};

const repeat: Row = (op) => {
  const [times, axis] = [op.number('repeats', 1, NaN), op.wholes('axis', 2)];
  if (!axis || !(times >= 1)) return undefined;
  const [at] = op.axes(axis);
  if (op.x.shape.length === 3 && at < 3)
    return op.put(layers.upSampling2d({ size: at === 1 ? [times, 1] : [1, times] }), op.x);
  const positions = Array.from({ length: op.x.shape[at - 1] * times }, (_, i) => Math.floor(i / times));
  return taken(op, op.x, at, positions);
};

const tile: Row = (op) => {
  const repeats = op.wholes('repeats multiples', 1);
  if (repeats?.length !== op.rank() || repeats[0] !== 1) return undefined;
  return repeats.reduce((value, times, axis) => {
    if (times === 1) return value;
    if (times < 1 || times > mostPieces) throw op.refuse(`it repeats ${times} times`);
    return op.put(layers.concatenate({ axis }), ...new Array<SymbolicTensor>(times).fill(value));
  }, op.x);
};

/** Margins of one number around rows, columns and channels. */
const pad: Row = (op) => {
  const given = op.argument('pad_width paddings', 1);
  const mode = op.text('mode', 2, 'constant');
  const value = op.number('constant_values', 3, 0);
  const margins: unknown[] = typeof given === 'number' ? [] : Array.isArray(given) ? (given as unknown[]) : [];
  const pairs = margins.map((pair) => (Array.isArray(pair) && pair.length === 2 ? (pair as number[]) : [NaN, NaN]));
  const [batch, rows, columns, channels] = pairs;
  const isPicture = pairs.length === 4 && pairs.flat().every((n) => Number.isInteger(n) && n >= 0);
  if (mode !== 'constant' || !isPicture || op.x.shape.length !== 3) return undefined;
  if (batch.some((n) => n > 0)) throw op.refuse('it adds pictures to the batch');
  let y = value ? op.scaled(op.x, 1, -value) : op.x;
  if ([...rows, ...columns].some((n) => n > 0)) {
    y = op.put(layers.zeroPadding2d({ padding: [rows, columns] as [[number, number], [number, number]] }), y);
  }
  if (channels.some((n) => n > 0)) {
    const zeros = (count: number): SymbolicTensor[] => {
      if (count > mostPieces) throw op.refuse(`it adds ${count} channels`);
      return Array.from({ length: count }, () => op.scaled(cut(op, y, 3, 0, 1), 0));
    };
    y = op.put(layers.concatenate(), ...zeros(channels[0]), y, ...zeros(channels[1]));
  }
  return value ? op.scaled(y, 1, value) : y;
};

const pooling =
  (operation: 'max' | 'average'): Row =>
  (op) => {
    const pair = (names: string, place: number): [number, number] | undefined => {
      const list = op.wholes(names, place);
      // TensorFlow gives batch and channels, too.
      const own = list?.length === 4 ? list.slice(1, 3) : list;
      return own && [own[0], own[1] ?? own[0]];
    };
    const poolSize = pair('pool_size ksize', 1);
    const padding = op.text('padding', 3, 'valid');
    const format = op.argument('data_format', 4) ?? 'channels_last';
    if (!poolSize || (padding !== 'same' && padding !== 'valid') || (format !== 'channels_last' && format !== 'NHWC'))
      return undefined;
    const settings = { poolSize, strides: pair('strides', 2) ?? poolSize, padding } as const;
    return op.put(operation === 'max' ? layers.maxPooling2d(settings) : layers.averagePooling2d(settings), op.x);
  };

/** Pictures of another size; those a whole number of times as large as the layer that does only this. */
const resize: Row = (op) => {
  const [height, width] = op.wholes('size', 1) ?? [];
  const called = op.text('interpolation method', 2, 'bilinear');
  const interpolation = resizingInterpolations.find((one) => one === called);
  const isPlain = !['antialias', 'pad_to_aspect_ratio', 'preserve_aspect_ratio'].some((key) => op.flag(key, 99, false));
  if (!isPlain || !interpolation || width === undefined || op.x.shape.length !== 3) return undefined;
  const size = [height / op.x.shape[0], width / op.x.shape[1]] as const;
  const cropToAspectRatio = op.flag('crop_to_aspect_ratio', 99, false);
  const isWhole = size.every(Number.isInteger) && (interpolation === 'nearest' || interpolation === 'bilinear');
  if (isWhole && !cropToAspectRatio) return op.put(layers.upSampling2d({ size, interpolation }), op.x);
  return op.put(layers.resizing({ height, width, interpolation, cropToAspectRatio }), op.x);
};

/** TensorFlow 1's, which counts positions by pixels' corners: only the nearest of a whole number of times as many are Keras's. */
const legacyResize: Row = (op) => {
  const [height, width] = op.wholes('size', 1) ?? [];
  const isNearest = [1, 'nearest'].includes(op.argument('method', 2) as number | string);
  const size = [height / op.x.shape[0], width / op.x.shape[1]] as const;
  const isPlain = !['align_corners', 'preserve_aspect_ratio'].some((key, i) => op.flag(key, 3 + i, false));
  if (!isNearest || !isPlain || !size.every(Number.isInteger)) return undefined;
  return op.put(layers.upSampling2d({ size, interpolation: 'nearest' }), op.x);
};

const same: Row = (op) => op.x;

/** Whole numbers where there were fractions would be other numbers. */
const cast: Row = (op) => {
  const type = op.text('dtype DType', 1, 'float32');
  return /^(float|half|bfloat|double)/.test(type) ? op.x : undefined;
};

/** Reads operators that move, cut and join numbers, by Keras 3's class. */
export const shapingOperations = {
  AveragePool: pooling('average'),
  Cast: cast,
  Concatenate: concatenate,
  ConvertToTensor: same,
  Copy: same,
  ExpandDims: expandDims,
  Flip: flip,
  GetItem: getItem,
  Identity: same,
  MaxPool: pooling('max'),
  Moveaxis: moveAxis,
  Pad: pad,
  Repeat: repeat,
  Reshape: reshape,
  LegacyResize: legacyResize,
  Resize: resize,
  Split: split,
  Squeeze: squeeze,
  Stack: stack,
  StopGradient: same,
  Swapaxes: swapAxes,
  Tile: tile,
  Transpose: (op) => {
    const order = op.wholes('axes perm', 1);
    return order ? permuted(op, order) : undefined;
  },
  Unstack: unstack,
} satisfies Record<string, Row>;
