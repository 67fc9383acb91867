import type { Padding, Pair } from 'striate';
import { slidingWindow, type SlidingSettings } from '../slidingWindow.js';
import { extentOf, indexOf, type UnitPlace, type UnitQuestion, type UnitWindow } from '../units.js';
import { biased, wholeWindow, type Rule, type RulesFor, type Visit } from './rule.js';

/** How the layers whose units look at a window make their numbers: convolutions and poolings. */
export const windowRules: RulesFor<
  | 'Conv1D'
  | 'Conv2D'
  | 'DepthwiseConv1D'
  | 'DepthwiseConv2D'
  | 'SeparableConv1D'
  | 'SeparableConv2D'
  | 'LocallyConnected2D'
  | 'Conv1DTranspose'
  | 'Conv2DTranspose'
  | 'MaxPooling1D'
  | 'MaxPooling2D'
  | 'AveragePooling1D'
  | 'AveragePooling2D'
  | 'GlobalAveragePooling1D'
  | 'GlobalAveragePooling2D'
  | 'GlobalMaxPooling1D'
  | 'GlobalMaxPooling2D'
  | 'AdaptiveAveragePooling2D'
> = {
  Conv1D: ({ row, groups, filters, settings }, question) =>
    grouped(question, slidingOf(row), groups, filters, settings.activation),
  Conv2D: (layer, question) =>
    grouped(question, slidingOf(layer), layer.groups, layer.filters, layer.settings.activation),
  DepthwiseConv1D: ({ row, depthMultiplier, settings }, question) =>
    depthwise(question, slidingOf(row), depthMultiplier, settings.activation),
  DepthwiseConv2D: (layer, question) =>
    depthwise(question, slidingOf(layer), layer.depthMultiplier, layer.settings.activation),
  SeparableConv1D: ({ row, settings: { depthMultiplier, activation } }, question) =>
    separable(question, slidingOf(row), depthMultiplier, activation),
  SeparableConv2D: (layer, question) => separable(question, slidingOf(layer), layer.depthMultiplier, layer.activation),
  LocallyConnected2D: ({ kernelSize: kernel, strides, settings }, question) => {
    const { inputs, output, weights } = question;
    const channels = extentOf(inputs[0].shape)[2];
    const [, columns, filters] = extentOf(output.shape);
    const numbers = kernel[0] * kernel[1] * channels;
    const { data } = weights.get('kernel')!;
    const bias = weights.get('bias');
    const weight = ({ row, column, channel }: UnitPlace, place: number, c: number): number =>
      data[((row * columns + column) * numbers + place * channels + c) * filters + channel];
    return {
      ...windowed(
        question,
        { kernel, strides, padding: 'valid', dilation: [1, 1] },
        (at, cell, place, visit) => {
          for (let c = 0; c < channels; c++) visit(0, cell + c, weight(at, place, c));
        },
        (at, from, place, visit) => {
          for (let channel = 0; channel < filters; channel++) {
            const unit = { ...at, channel };
            visit(unit, weight(unit, place, from.channel));
          }
        },
      ),
      ...(bias && { bias: (at: UnitPlace) => bias.data[indexOf(output.shape, at)] }),
      activation: settings.activation,
    };
  },
  Conv1DTranspose: ({ kernelSize, strides, dilationRate, padding, settings }, question) =>
    transposed(
      question,
      {
        kernel: [1, kernelSize],
        strides: [1, strides],
        dilation: [1, dilationRate],
        padding: typeof padding === 'string' ? padding : [0, 0, padding[0], padding[1]],
      },
      settings.activation,
    ),
  Conv2DTranspose: (layer, question) => transposed(question, slidingOf(layer), layer.settings.activation),
  MaxPooling1D: ({ row: { poolSize, ...rest } }, question) => pooled(question, { ...rest, kernel: poolSize }),
  MaxPooling2D: ({ settings: { poolSize, ...rest } }, question) => pooled(question, { ...rest, kernel: poolSize }),
  AveragePooling1D: ({ row: { poolSize, ...rest }, countPadding }, question) =>
    averaged(question, { ...rest, kernel: poolSize }, countPadding),
  AveragePooling2D: ({ settings: { poolSize, countPadding, ...rest } }, question) =>
    averaged(question, { ...rest, kernel: poolSize }, countPadding),
  GlobalAveragePooling1D: (_, question) => everywhere(question, 'mean'),
  GlobalAveragePooling2D: (_, question) => everywhere(question, 'mean'),
  GlobalMaxPooling1D: (_, question) => everywhere(question, 'largest'),
  GlobalMaxPooling2D: (_, question) => everywhere(question, 'largest'),
  AdaptiveAveragePooling2D: (_, { inputs: [{ shape }], output }) => {
    const [height, width] = extentOf(shape);
    const [rows, columns] = extentOf(output.shape);
    const window = ({ row, column }: UnitPlace): UnitWindow => {
      const [top, left] = [Math.floor((row * height) / rows), Math.floor((column * width) / columns)];
      const bottom = Math.ceil(((row + 1) * height) / rows);
      const right = Math.ceil(((column + 1) * width) / columns);
      return { row: top, column: left, height: bottom - top, width: right - left, every: [1, 1] };
    };
    return { how: 'mean', window, each: (at, visit) => over(shape, window(at), at.channel, visit, true) };
  },
};

interface LayerWindowSettings {
  readonly kernelSize: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
  readonly dilationRate: Pair;
}

function slidingOf({
  kernelSize: kernel,
  strides,
  padding,
  dilationRate: dilation,
}: LayerWindowSettings): SlidingSettings {
  return { kernel, strides, padding, dilation };
}

/**
 * A sum over a sliding window.
 *
 * @param each is called with the first number of a place of the input, and the place in the kernel
 * @param into is called with a place whose window covers one of the input, and where in the kernel that lies
 */
function windowed(
  question: UnitQuestion,
  settings: SlidingSettings,
  each: (at: UnitPlace, cell: number, place: number, visit: Visit) => void,
  into: (at: UnitPlace, from: UnitPlace, place: number, visit: (at: UnitPlace, weight: number) => void) => void,
): Rule {
  const slides = slidingWindow(question, settings);
  return {
    how: 'sum',
    each: (at, visit) => slides.each(at, (cell, place) => each(at, cell, place, visit)),
    into: (_, from, visit) =>
      slides.covering(from, (row, column, place) => into({ row, column, channel: 0 }, from, place, visit)),
    window: slides.window,
    padded: slides.padded,
  };
}

/** A convolution whose input and output channels are cut into groups; mostly one. */
function grouped(
  question: UnitQuestion,
  settings: SlidingSettings,
  groups: number,
  filters: number,
  activation: string,
): Rule {
  const channels = extentOf(question.inputs[0].shape)[2] / groups;
  const each = filters / groups;
  const weights = question.weights.get('kernel')!.data;
  return {
    ...windowed(
      question,
      settings,
      (at, cell, place, visit) => {
        const first = Math.floor(at.channel / each) * channels;
        for (let c = 0; c < channels; c++) {
          visit(0, cell + first + c, weights[(place * channels + c) * filters + at.channel]);
        }
      },
      (at, from, place, visit) => {
        const first = Math.floor(from.channel / channels) * each;
        const row = (place * channels + (from.channel % channels)) * filters;
        for (let channel = first; channel < first + each; channel++) visit({ ...at, channel }, weights[row + channel]);
      },
    ),
    ...biased(question),
    activation,
  };
}

/** A convolution of each channel by itself. */
function depthwise(question: UnitQuestion, settings: SlidingSettings, multiplier: number, activation: string): Rule {
  const outputs = extentOf(question.output.shape)[2];
  const weights = question.weights.get('kernel')!.data;
  return {
    ...windowed(
      question,
      settings,
      (at, cell, place, visit) =>
        visit(0, cell + Math.floor(at.channel / multiplier), weights[place * outputs + at.channel]),
      (at, from, place, visit) => {
        for (let m = 0; m < multiplier; m++) {
          const channel = from.channel * multiplier + m;
          visit({ ...at, channel }, weights[place * outputs + channel]);
        }
      },
    ),
    ...biased(question),
    activation,
  };
}

/** Two convolutions, of each channel by itself and across them, with nothing between: together they are one. */
function separable(question: UnitQuestion, settings: SlidingSettings, multiplier: number, activation: string): Rule {
  const channels = extentOf(question.inputs[0].shape)[2];
  const filters = extentOf(question.output.shape)[2];
  const alone = question.weights.get('depthwiseKernel')!.data;
  const across = question.weights.get('pointwiseKernel')!.data;
  const weight = (place: number, c: number, filter: number): number => {
    let sum = 0;
    for (let m = 0; m < multiplier; m++) {
      const middle = c * multiplier + m;
      sum += alone[place * channels * multiplier + middle] * across[middle * filters + filter];
    }
    return sum;
  };
  return {
    ...windowed(
      question,
      settings,
      (at, cell, place, visit) => {
        for (let c = 0; c < channels; c++) visit(0, cell + c, weight(place, c, at.channel));
      },
      (at, from, place, visit) => {
        for (let channel = 0; channel < filters; channel++)
          visit({ ...at, channel }, weight(place, from.channel, channel));
      },
    ),
    ...biased(question),
    activation,
  };
}

/** The transpose of a convolution: each number of the input lays its multiple of the kernel over the output. */
function transposed(question: UnitQuestion, settings: SlidingSettings, activation: string): Rule {
  const { inputs, output, weights } = question;
  const { kernel, strides, dilation, padding } = settings;
  const extent = extentOf(inputs[0].shape);
  const made = extentOf(output.shape);
  const [, columns, channels] = extent;
  const filters = made[2];
  const { data } = weights.get('kernel')!;
  // Rows and columns that the kernels reach and that are cut off before the output's first.
  const cut = ([0, 1] as const).map((axis) => {
    if (typeof padding !== 'string') return padding[2 * axis];
    const reached = (extent[axis] - 1) * strides[axis] + (kernel[axis] - 1) * dilation[axis] + 1;
    return Math.floor(Math.max(0, reached - made[axis]) / 2);
  });
  /** Input places along an axis that reach an output place, each with its place in the kernel. */
  const reaching = (axis: 0 | 1, place: number): readonly (readonly [from: number, k: number])[] =>
    Array.from(
      { length: kernel[axis] },
      (_, k) => [(place + cut[axis] - k * dilation[axis]) / strides[axis], k] as const,
    ).filter(([from]) => Number.isInteger(from) && from >= 0 && from < extent[axis]);
  const weight = (ky: number, kx: number, filter: number, c: number): number =>
    data[((ky * kernel[1] + kx) * filters + filter) * channels + c];
  return {
    how: 'sum',
    each: (at, visit) => {
      for (const [row, ky] of reaching(0, at.row)) {
        for (const [column, kx] of reaching(1, at.column)) {
          for (let c = 0; c < channels; c++) {
            visit(0, (row * columns + column) * channels + c, weight(ky, kx, at.channel, c));
          }
        }
      }
    },
    into: (_, from, visit) => {
      for (let ky = 0; ky < kernel[0]; ky++) {
        const row = from.row * strides[0] + ky * dilation[0] - cut[0];
        if (row < 0 || row >= made[0]) continue;
        for (let kx = 0; kx < kernel[1]; kx++) {
          const column = from.column * strides[1] + kx * dilation[1] - cut[1];
          if (column < 0 || column >= made[1]) continue;
          for (let channel = 0; channel < filters; channel++) {
            visit({ row, column, channel }, weight(ky, kx, channel, from.channel));
          }
        }
      }
    },
    window: (at) => {
      const [rows, across] = [reaching(0, at.row), reaching(1, at.column)].map((all) => all.map(([from]) => from));
      if (rows.length === 0 || across.length === 0) return { row: 0, column: 0, height: 0, width: 0, every: [1, 1] };
      const [row, column] = [Math.min(...rows), Math.min(...across)];
      return {
        row,
        column,
        height: Math.max(...rows) - row + 1,
        width: Math.max(...across) - column + 1,
        every: [1, 1],
      };
    },
    ...biased(question),
    activation,
  };
}

type PoolingWindow = Omit<SlidingSettings, 'dilation'>;

function pooled(question: UnitQuestion, settings: PoolingWindow): Rule {
  const window = windowed(
    question,
    { ...settings, dilation: [1, 1] },
    (at, cell, _, visit) => visit(0, cell + at.channel, 1),
    (at, { channel }, _, visit) => visit({ ...at, channel }, 1),
  );
  return { ...window, how: 'largest' };
}

function averaged(question: UnitQuestion, settings: PoolingWindow, countPadding: boolean): Rule {
  const all = { ...settings, dilation: [1, 1] } as const;
  const slides = slidingWindow(question, all);
  const share = (at: UnitPlace): number =>
    1 / (countPadding ? slides.padded(at) + slides.inside(at) : slides.inside(at));
  const window = windowed(
    question,
    all,
    (at, cell, _, visit) => visit(0, cell + at.channel, share(at)),
    (at, { channel }, _, visit) => visit({ ...at, channel }, share(at)),
  );
  return { ...window, how: 'mean' };
}

/** All places of a map. */
function everywhere({ inputs: [{ shape }] }: UnitQuestion, how: 'mean' | 'largest'): Rule {
  const window = wholeWindow(shape);
  return {
    how,
    window: () => window,
    each: ({ channel }, visit) => over(shape, window, channel, visit, how === 'mean'),
    into: (_, { channel }, visit) =>
      visit({ row: 0, column: 0, channel }, how === 'mean' ? 1 / (window.height * window.width) : 1),
  };
}

/** A channel's numbers in a window that lies on the map whole. */
function over(shape: readonly number[], window: UnitWindow, channel: number, visit: Visit, isMean: boolean): void {
  const weight = isMean ? 1 / (window.height * window.width) : 1;
  for (let row = window.row; row < window.row + window.height; row++) {
    for (let column = window.column; column < window.column + window.width; column++) {
      visit(0, indexOf(shape, { row, column, channel }), weight);
    }
  }
}
