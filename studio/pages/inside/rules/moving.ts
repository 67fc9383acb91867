import { extentOf, indexOf, unitAt, type UnitQuestion } from '../units.js';
import { coordinates, flatIndex, type Rule, type RulesFor } from './rule.js';

/** How the layers that put numbers elsewhere, or mix neighbours to enlarge a map, make theirs. */
export const movingRules: RulesFor<
  | 'Flatten'
  | 'Reshape'
  | 'Identity'
  | 'Permute'
  | 'Slice'
  | 'RepeatVector'
  | 'ZeroPadding1D'
  | 'ZeroPadding2D'
  | 'Cropping1D'
  | 'Cropping2D'
  | 'CenterCrop'
  | 'PadChannels'
  | 'UpSampling1D'
  | 'UpSampling2D'
  | 'Resizing'
> = {
  Flatten: (_, question) => inOrder(question),
  Reshape: (_, question) => inOrder(question),
  Identity: (_, question) => inOrder(question),
  Permute: ({ dims }, { inputs: [{ shape }], output }) => ({
    how: 'copy',
    each: (at, visit) => {
      const place = coordinates(output.shape, at);
      const from = new Array<number>(shape.length);
      dims.forEach((axis, i) => (from[axis - 1] = place[i]));
      visit(0, flatIndex(shape, from), 1);
    },
  }),
  Slice: ({ begin }, { inputs: [{ shape }], output }) => ({
    how: 'copy',
    each: (at, visit) => {
      const place = coordinates(output.shape, at);
      visit(
        0,
        flatIndex(
          shape,
          place.map((one, axis) => one + begin[axis]),
        ),
        1,
      );
    },
  }),
  RepeatVector: () => ({ how: 'copy', each: ({ channel }, visit) => visit(0, channel, 1) }),
  ZeroPadding1D: ({ padding: [before] }, question) => moved(question, [0, -before, 0]),
  ZeroPadding2D: ({ padding: [top, , left] }, question) => moved(question, [-top, -left, 0]),
  Cropping1D: ({ cropping: [before] }, question) => moved(question, [0, before, 0]),
  Cropping2D: ({ cropping: [top, , left] }, question) => moved(question, [top, left, 0]),
  CenterCrop: (layer, question) => {
    const [top, , left] = layer.margins(question.inputs[0].shape);
    return moved(question, [top, left, 0]);
  },
  PadChannels: ({ before }, question) => moved(question, [0, 0, -before]),
  UpSampling1D: ({ size }, { inputs: [{ shape }] }) => ({
    how: 'copy',
    each: ({ column, channel }, visit) => visit(0, Math.floor(column / size) * shape[1] + channel, 1),
  }),
  UpSampling2D: (layer, question) => {
    const { shape } = question.inputs[0];
    const rule = resized(question, [0, 0], [shape[0], shape[1]], layer.matrices(shape));
    return layer.interpolation === 'nearest' ? { ...rule, how: 'copy' } : rule;
  },
  Resizing: (layer, question) => {
    const { begin, size } = layer.region(question.inputs[0].shape);
    const rule = resized(question, begin, size, layer.matrices(size));
    return layer.interpolation === 'nearest' ? { ...rule, how: 'copy' } : rule;
  },
};

/** The number of the same place in the order of all. */
export function inOrder({ inputs: [{ shape }], output }: UnitQuestion): Rule {
  return {
    how: 'copy',
    each: (at, visit) => visit(0, indexOf(output.shape, at), 1),
    into: (_, from, visit) => visit(unitAt(output.shape, indexOf(shape, from)), 1),
  };
}

/** The same number from another place; none where that lies outside, which is zero. */
function moved({ inputs: [{ shape }] }: UnitQuestion, [down, right, deeper]: readonly [number, number, number]): Rule {
  const [height, width, channels] = extentOf(shape);
  return {
    how: 'copy',
    each: (at, visit) => {
      const from = { row: at.row + down, column: at.column + right, channel: at.channel + deeper };
      const { row, column, channel } = from;
      const isInside = row >= 0 && row < height && column >= 0 && column < width && channel >= 0 && channel < channels;
      if (isInside) visit(0, indexOf(shape, from), 1);
    },
  };
}

/** Shares of the rows and the columns of a part of a picture, multiplied: matrices [from, to], none where an axis stays. */
function resized(
  { inputs: [{ shape }], output }: UnitQuestion,
  [top, left]: readonly [number, number],
  sizes: readonly [number, number],
  matrices: readonly (Float32Array | undefined)[],
): Rule {
  const made = extentOf(output.shape);
  /** For each place of the output along an axis, those of the input with their shares. */
  const sharesAlong = (axis: 0 | 1): readonly (readonly (readonly [from: number, share: number])[])[] =>
    Array.from({ length: made[axis] }, (_, to) => {
      const matrix = matrices[axis];
      if (!matrix) return [[to, 1] as const];
      const all = Array.from({ length: sizes[axis] }, (__, from) => [from, matrix[from * made[axis] + to]] as const);
      return all.filter(([, share]) => share !== 0);
    });
  const [rows, columns] = [sharesAlong(0), sharesAlong(1)];
  const spanOf = (shares: readonly (readonly [number, number])[]): readonly [number, number] => {
    const places = shares.map(([from]) => from);
    return [Math.min(...places), Math.max(...places)];
  };
  return {
    how: 'sum',
    each: ({ row, column, channel }, visit) => {
      for (const [y, down] of rows[row]) {
        for (const [x, across] of columns[column]) {
          visit(0, indexOf(shape, { row: top + y, column: left + x, channel }), down * across);
        }
      }
    },
    window: ({ row, column }) => {
      const [[first, last], [from, to]] = [spanOf(rows[row]), spanOf(columns[column])];
      return { row: top + first, column: left + from, height: last - first + 1, width: to - from + 1, every: [1, 1] };
    },
  };
}
