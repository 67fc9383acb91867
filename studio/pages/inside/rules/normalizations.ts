import { indexOf, type UnitPlace, type UnitQuestion } from '../units.js';
import { alongAxes, broadcastIndex, channelIn, single, type Measured, type Rule, type RulesFor } from './rule.js';

/** How the layers that shift and scale numbers make theirs, be it by what was learned or by what they measure. */
export const normalizationRules: RulesFor<
  | 'BatchNormalization'
  | 'LayerNormalization'
  | 'GroupNormalization'
  | 'LocalResponseNormalization'
  | 'UnitNormalization'
  | 'Normalization'
  | 'Affine'
  | 'Rescaling'
> = {
  BatchNormalization: ({ epsilon }, question) => {
    const of = learned(question);
    const factor = (at: UnitPlace): number => of('gamma', at, 1) / Math.sqrt(of('movingVariance', at, 1) + epsilon);
    return {
      ...single(question, 'sum', factor),
      bias: (at) => of('beta', at, 0) - of('movingMean', at, 0) * factor(at),
    };
  },
  LayerNormalization: ({ epsilon }, question) => {
    const { shape } = question.output;
    return standardized(question, epsilon, (at) => alongAxes(shape, indexOf(shape, at), [shape.length - 1]));
  },
  GroupNormalization: (layer, question) => {
    const { shape } = question.output;
    const channels = shape.at(-1)!;
    const size = channels / layer.groupsOf(channels);
    const places = shape.slice(0, -1).reduce((a, b) => a * b, 1);
    return standardized(question, layer.epsilon, (at) => {
      const first = Math.floor(channelIn(question, at) / size) * size;
      return Array.from({ length: places * size }, (_, i) => Math.floor(i / size) * channels + first + (i % size));
    });
  },
  LocalResponseNormalization: ({ size, alpha, beta, bias }, question) => {
    const { shape, data } = question.inputs[0];
    const channels = shape.at(-1)!;
    const [before, after] = [Math.floor(size / 2), Math.floor((size - 1) / 2)];
    const measured = (at: UnitPlace): Measured & { readonly divisor: number } => {
      const index = indexOf(shape, at);
      const channel = index % channels;
      const [first, last] = [Math.max(0, channel - before), Math.min(channels - 1, channel + after)];
      let squares = 0;
      for (let c = first; c <= last; c++) squares += data[index - channel + c] ** 2;
      return { count: last - first + 1, divisor: (bias + (alpha / size) * squares) ** beta };
    };
    return { ...single(question, 'sum', (at) => 1 / measured(at).divisor), measured };
  },
  UnitNormalization: (layer, question) => {
    const { shape, data } = question.inputs[0];
    const axes = layer.axesOf(shape).map((axis) => axis - 1);
    const measured = (at: UnitPlace): Measured & { readonly length: number } => {
      const places = alongAxes(shape, indexOf(shape, at), axes);
      const squares = places.reduce((sum, i) => sum + data[i] ** 2, 0);
      return { count: places.length, length: Math.sqrt(Math.max(squares, 1e-24)) };
    };
    return { ...single(question, 'sum', (at) => 1 / measured(at).length), measured };
  },
  Normalization: (layer, question) => {
    const { shape } = question.output;
    const stretched = layer.stretchedShape(shape);
    const { mean, variance } = layer.constants(shape) ?? {
      mean: question.weights.get('mean')!.data,
      variance: question.weights.get('variance')!.data,
    };
    const deviations = layer.deviations(variance);
    const place = (at: UnitPlace): number => broadcastIndex(stretched, shape, at);
    if (layer.invert) {
      return { ...single(question, 'sum', (at) => deviations[place(at)]), bias: (at) => mean[place(at)] };
    }
    return {
      ...single(question, 'sum', (at) => 1 / deviations[place(at)]),
      bias: (at) => -mean[place(at)] / deviations[place(at)],
    };
  },
  Affine: (_, question) => {
    const of = (name: string, at: UnitPlace, otherwise: number): number => {
      const weight = question.weights.get(name);
      return weight ? weight.data[broadcastIndex(weight.shape, question.output.shape, at)] : otherwise;
    };
    return { ...single(question, 'sum', (at) => of('gamma', at, 1)), bias: (at) => of('beta', at, 0) };
  },
  Rescaling: ({ scale, offset }, question) => {
    const of = (given: number | readonly number[], at: UnitPlace): number =>
      typeof given === 'number' ? given : given[channelIn(question, at)];
    return { ...single(question, 'sum', (at) => of(scale, at)), bias: (at) => of(offset, at) };
  },
};

/** What was learned for a unit's channel. */
function learned(question: UnitQuestion): (name: string, at: UnitPlace, otherwise: number) => number {
  return (name, at, otherwise) => question.weights.get(name)?.data[channelIn(question, at)] ?? otherwise;
}

/** (x − mean) / deviation of some numbers around it, times gamma, plus beta: its factor and its bias are measured. */
function standardized(question: UnitQuestion, epsilon: number, around: (at: UnitPlace) => readonly number[]): Rule {
  const { data } = question.inputs[0];
  const of = learned(question);
  const known = new Map<number, Measured & { readonly mean: number; readonly deviation: number }>();
  const measured = (at: UnitPlace): Measured & { readonly mean: number; readonly deviation: number } => {
    const places = around(at);
    const before = known.get(places[0]);
    if (before) return before;
    const mean = places.reduce((sum, i) => sum + data[i], 0) / places.length;
    const variance = places.reduce((sum, i) => sum + (data[i] - mean) ** 2, 0) / places.length;
    const found = { count: places.length, mean, deviation: Math.sqrt(variance + epsilon) };
    known.set(places[0], found);
    return found;
  };
  const factor = (at: UnitPlace): number => of('gamma', at, 1) / measured(at).deviation;
  return {
    ...single(question, 'sum', factor),
    bias: (at) => of('beta', at, 0) - measured(at).mean * factor(at),
    measured,
  };
}
