import {
  Activation,
  AdaptiveAveragePooling2D,
  Add,
  Affine,
  AveragePooling2D,
  BatchNormalization,
  Clip,
  Concatenate,
  Conv2D,
  Cropping2D,
  Dense,
  DepthwiseConv2D,
  ELU,
  GlobalAveragePooling2D,
  GlobalMaxPooling2D,
  LeakyReLU,
  Maximum,
  MaxPooling2D,
  Minimum,
  Multiply,
  PadChannels,
  ReLU,
  Rescaling,
  SeparableConv2D,
  Softmax,
  Subtract,
  ZeroPadding2D,
  type Layer,
} from 'striate';
import { elementwise } from './activationFunctions.js';
import { extentOf, indexOf, type UnitPlace, type UnitQuestion, type UnitWindow, type Value } from './units.js';
import { slidingWindow } from './slidingWindow.js';

/** How a layer makes a number of others. */
export type How = 'sum' | 'mean' | 'largest' | 'smallest' | 'product' | 'function' | 'copy' | 'share';

/** Is told a number that goes into a unit: its input, its place there, what it is multiplied with. */
export type Visit = (input: number, index: number, weight: number) => void;

/** How a layer makes its units. */
export interface Rule {
  readonly how: How;
  readonly each: (at: UnitPlace, visit: Visit) => void;
  readonly bias?: (at: UnitPlace) => number;
  /** What is done to the sum, by its name. */
  readonly activation?: string | undefined;
  /** What is done to the sum, where it is no activation of the table. */
  readonly apply?: (sum: number) => number;
  readonly window?: (at: UnitPlace) => UnitWindow;
  /** Places of the window in the padding. */
  readonly padded?: (at: UnitPlace) => number;
}

type Made<L extends Layer> = (layer: L, question: UnitQuestion) => Rule | undefined;
type Class<L extends Layer> = abstract new (...given: never[]) => L;

function rule<L extends Layer>(type: Class<L>, made: Made<L>): readonly [Class<Layer>, Made<Layer>] {
  return [type, made as unknown as Made<Layer>];
}

/** How the layers of each class make their numbers; a class that is not here is said to be none that is followed. */
const rules = [
  rule(Conv2D, (layer, question) => {
    const { kernelSize: kernel, strides, padding, dilationRate: dilation, groups, filters, settings } = layer;
    const channels = extentOf(question.inputs[0].shape)[2] / groups;
    const weights = question.weights.get('kernel')!.data;
    return {
      ...windowed(question, { kernel, strides, padding, dilation }, (cell, place, at, visit) => {
        const first = Math.floor(at.channel / (filters / groups)) * channels;
        for (let c = 0; c < channels; c++) {
          visit(0, cell + first + c, weights[(place * channels + c) * filters + at.channel]);
        }
      }),
      ...biased(question),
      activation: settings.activation,
    };
  }),
  rule(DepthwiseConv2D, (layer, question) => {
    const { kernelSize: kernel, strides, padding, dilationRate: dilation, depthMultiplier, settings } = layer;
    const outputs = extentOf(question.output.shape)[2];
    const weights = question.weights.get('kernel')!.data;
    return {
      ...windowed(question, { kernel, strides, padding, dilation }, (cell, place, at, visit) =>
        visit(0, cell + Math.floor(at.channel / depthMultiplier), weights[place * outputs + at.channel]),
      ),
      ...biased(question),
      activation: settings.activation,
    };
  }),
  rule(SeparableConv2D, (layer, question) => {
    const {
      kernelSize: kernel,
      strides,
      padding,
      dilationRate: dilation,
      depthMultiplier,
      filters,
      activation,
    } = layer;
    const channels = extentOf(question.inputs[0].shape)[2];
    const depthwise = question.weights.get('depthwiseKernel')!.data;
    const pointwise = question.weights.get('pointwiseKernel')!.data;
    return {
      // The two kernels follow each other without anything between: together they are one.
      ...windowed(question, { kernel, strides, padding, dilation }, (cell, place, at, visit) => {
        for (let c = 0; c < channels; c++) {
          let weight = 0;
          for (let m = 0; m < depthMultiplier; m++) {
            const middle = c * depthMultiplier + m;
            weight += depthwise[place * channels * depthMultiplier + middle] * pointwise[middle * filters + at.channel];
          }
          visit(0, cell + c, weight);
        }
      }),
      ...biased(question),
      activation,
    };
  }),
  rule(Dense, ({ units, settings }, question) => {
    const { shape } = question.inputs[0];
    const channels = shape.at(-1)!;
    const weights = question.weights.get('kernel')!.data;
    return {
      how: 'sum',
      each: ({ row, column, channel }, visit) => {
        const first = indexOf(shape, { row, column, channel: 0 });
        for (let c = 0; c < channels; c++) visit(0, first + c, weights[c * units + channel]);
      },
      ...biased(question),
      activation: settings.activation,
    };
  }),
  rule(MaxPooling2D, ({ settings: { poolSize: kernel, ...rest } }, question) => ({
    ...windowed(question, { ...rest, kernel, dilation: [1, 1] }, (cell, _, at, visit) =>
      visit(0, cell + at.channel, 1),
    ),
    how: 'largest',
  })),
  rule(AveragePooling2D, ({ settings: { poolSize: kernel, countPadding, ...rest } }, question) => {
    const slides = slidingWindow(question, { ...rest, kernel, dilation: [1, 1] });
    const window = windowed(question, { ...rest, kernel, dilation: [1, 1] }, (cell, _, at, visit) =>
      visit(0, cell + at.channel, 1 / (countPadding ? slides.padded(at) + slides.inside(at) : slides.inside(at))),
    );
    return { ...window, how: 'mean' };
  }),
  rule(GlobalAveragePooling2D, (_, question) => everywhere(question, 'mean')),
  rule(GlobalMaxPooling2D, (_, question) => everywhere(question, 'largest')),
  rule(AdaptiveAveragePooling2D, (_, { inputs: [{ shape }], output }) => {
    const [height, width] = extentOf(shape);
    const [rows, columns] = extentOf(output.shape);
    const window = ({ row, column }: UnitPlace): UnitWindow => {
      const [top, left] = [Math.floor((row * height) / rows), Math.floor((column * width) / columns)];
      const bottom = Math.ceil(((row + 1) * height) / rows);
      const right = Math.ceil(((column + 1) * width) / columns);
      return { row: top, column: left, height: bottom - top, width: right - left, every: [1, 1] };
    };
    return { how: 'mean', window, each: (at, visit) => over(shape, window(at), at.channel, visit, true) };
  }),
  rule(BatchNormalization, ({ epsilon }, question) => {
    const of = (name: string, channel: number, otherwise: number): number =>
      question.weights.get(name)?.data[channel] ?? otherwise;
    const factor = (channel: number): number =>
      of('gamma', channel, 1) / Math.sqrt(of('movingVariance', channel, 1) + epsilon);
    return {
      ...single(question, 'sum', (at) => factor(channelIn(question, at))),
      bias: (at) => {
        const channel = channelIn(question, at);
        return of('beta', channel, 0) - of('movingMean', channel, 0) * factor(channel);
      },
    };
  }),
  rule(Affine, (_, question) => {
    const of = (name: string, at: UnitPlace, otherwise: number): number => {
      const weight = question.weights.get(name);
      return weight ? weight.data[broadcastIndex(weight.shape, question.output.shape, at)] : otherwise;
    };
    return { ...single(question, 'sum', (at) => of('gamma', at, 1)), bias: (at) => of('beta', at, 0) };
  }),
  rule(Rescaling, ({ scale, offset }, question) => {
    const of = (given: number | readonly number[], at: UnitPlace): number =>
      typeof given === 'number' ? given : given[channelIn(question, at)];
    return { ...single(question, 'sum', (at) => of(scale, at)), bias: (at) => of(offset, at) };
  }),
  rule(ReLU, ({ maxValue = Infinity, negativeSlope }, question) => ({
    ...single(question, 'function'),
    activation: 'relu',
    apply: (x) => Math.min(maxValue, x > 0 ? x : negativeSlope * x),
  })),
  rule(LeakyReLU, ({ negativeSlope }, question) => ({
    ...single(question, 'function'),
    activation: 'leakyRelu',
    apply: (x) => (x > 0 ? x : negativeSlope * x),
  })),
  rule(ELU, ({ alpha }, question) => ({
    ...single(question, 'function'),
    activation: 'elu',
    apply: (x) => (x > 0 ? x : alpha * Math.expm1(x)),
  })),
  rule(Clip, ({ minValue = -Infinity, maxValue = Infinity }, question) => ({
    ...single(question, 'function'),
    activation: 'clip',
    apply: (x) => Math.min(maxValue, Math.max(minValue, x)),
  })),
  rule(Activation, ({ activation }, question) => {
    if (activation === 'softmax' || activation === 'logSoftmax') return { ...single(question, 'share'), activation };
    return activation in elementwise ? { ...single(question, 'function'), activation } : undefined;
  }),
  rule(Softmax, ({ axis }, question) => {
    const isLast = axis === -1 || axis === question.output.shape.length;
    return isLast ? { ...single(question, 'share'), activation: 'softmax' } : undefined;
  }),
  rule(Add, (_, question) => joining(question, 'sum', () => 1)),
  rule(Subtract, (_, question) => joining(question, 'sum', (i) => (i === 0 ? 1 : -1))),
  rule(Multiply, (_, question) => joining(question, 'product', () => 1)),
  rule(Maximum, (_, question) => joining(question, 'largest', () => 1)),
  rule(Minimum, (_, question) => joining(question, 'smallest', () => 1)),
  rule(Concatenate, ({ axis }, { inputs, output }) => {
    const along = axis < 0 ? output.shape.length + axis : axis - 1;
    return {
      how: 'copy',
      each: (at, visit) => {
        const place = coordinates(output.shape, at);
        let input = 0;
        while (place[along] >= inputs[input].shape[along]) place[along] -= inputs[input++].shape[along];
        visit(input, flatIndex(inputs[input].shape, place), 1);
      },
    };
  }),
  rule(ZeroPadding2D, ({ padding: [top, , left] }, question) => moved(question, [-top, -left, 0])),
  rule(Cropping2D, ({ cropping: [top, , left] }, question) => moved(question, [top, left, 0])),
  rule(PadChannels, ({ before }, question) => moved(question, [0, 0, -before])),
];

/** Layers that pass on their input's numbers in their order, beside those that do something in training alone. */
const passingOn: readonly string[] = ['Flatten', 'Reshape', 'Identity'];

/** How a layer makes a unit; undefined for layers whose numbers are not followed here. */
export function unitRule(question: UnitQuestion): Rule | undefined {
  const { layer } = question;
  const found = rules.find(([type]) => layer instanceof type);
  if (found) return found[1](layer, question);
  // By its name, as the library's `Average` is a type: how metrics are averaged over classes.
  if (layer.className === 'Average') return joining(question, 'mean', () => 1 / question.inputs.length);
  const { onlyInTraining } = (layer.constructor as typeof Layer).traits;
  if (onlyInTraining !== true && !passingOn.includes(layer.className)) return undefined;
  return { how: 'copy', each: (at, visit) => visit(0, indexOf(question.output.shape, at), 1) };
}

type Slides = Parameters<typeof slidingWindow>[1];

/** A sum over a sliding window; `each` is called with the first number of a place of the input, and the place in the kernel. */
function windowed(
  question: UnitQuestion,
  settings: Slides,
  each: (cell: number, place: number, at: UnitPlace, visit: Visit) => void,
): Rule {
  const slides = slidingWindow(question, settings);
  return {
    how: 'sum',
    each: (at, visit) => slides.each(at, (cell, place) => each(cell, place, at, visit)),
    window: slides.window,
    padded: slides.padded,
  };
}

function biased({ weights }: UnitQuestion): Pick<Rule, 'bias'> {
  const bias = weights.get('bias');
  return bias ? { bias: ({ channel }) => bias.data[channel] } : {};
}

/** One number, at the same place. */
function single(
  { output }: UnitQuestion,
  how: How,
  weight: (at: UnitPlace) => number = () => 1,
): Pick<Rule, 'how' | 'each'> {
  return { how, each: (at, visit) => visit(0, indexOf(output.shape, at), weight(at)) };
}

/** A channel's number by itself in weights of the last axis. */
function channelIn({ output }: UnitQuestion, { channel }: UnitPlace): number {
  return channel % output.shape.at(-1)!;
}

/** All places of a map. */
function everywhere({ inputs: [{ shape }] }: UnitQuestion, how: 'mean' | 'largest'): Rule {
  const [height, width] = extentOf(shape);
  const window = { row: 0, column: 0, height, width, every: [1, 1] } as const;
  return {
    how,
    window: () => window,
    each: ({ channel }, visit) => over(shape, window, channel, visit, how === 'mean'),
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

/** One number of each input, those of size 1 stretched. */
function joining({ inputs, output }: UnitQuestion, how: How, weight: (input: number) => number): Rule {
  return {
    how,
    each: (at, visit) => inputs.forEach(({ shape }, i) => visit(i, broadcastIndex(shape, output.shape, at), weight(i))),
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

function coordinates(shape: Value['shape'], at: UnitPlace): number[] {
  let rest = indexOf(shape, at);
  const place: number[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    place.unshift(rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  return place;
}

function flatIndex(shape: Value['shape'], place: readonly number[]): number {
  return shape.reduce((index, size, axis) => index * size + place[axis], 0);
}

/** The place in a value that is stretched to another's shape; its last axes are that one's. */
function broadcastIndex(shape: Value['shape'], to: Value['shape'], at: UnitPlace): number {
  const place = coordinates(to, at).slice(to.length - shape.length);
  return flatIndex(
    shape,
    place.map((one, axis) => Math.min(one, shape[axis] - 1)),
  );
}
