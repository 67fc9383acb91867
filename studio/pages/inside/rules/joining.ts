import { indexOf, unitAt, type UnitQuestion } from '../units.js';
import { axisIn, biased, broadcastIndex, coordinates, flatIndex, type How, type Rule, type RulesFor } from './rule.js';

/** How the layers that join numbers of anywhere make theirs: dense ones, sums of paths, products of two values. */
export const joiningRules: RulesFor<
  | 'Dense'
  | 'AxisMatrix'
  | 'Reduce'
  | 'Dot'
  | 'Matmul'
  | 'Add'
  | 'Subtract'
  | 'Average'
  | 'Multiply'
  | 'Divide'
  | 'Maximum'
  | 'Minimum'
  | 'Concatenate'
> = {
  Dense: ({ units, settings }, question) => {
    const { shape } = question.inputs[0];
    const channels = shape.at(-1)!;
    const weights = question.weights.get('kernel')!.data;
    return {
      how: 'sum',
      each: (at, visit) => {
        // Of values of more than three axes a channel stands for several.
        const first = Math.floor(indexOf(question.output.shape, at) / units) * channels;
        for (let c = 0; c < channels; c++) visit(0, first + c, weights[c * units + (at.channel % units)]);
      },
      into: (_, from, visit) => {
        const first = Math.floor(from.channel / channels) * units;
        for (let unit = 0; unit < units; unit++) {
          visit({ ...from, channel: first + unit }, weights[(from.channel % channels) * units + unit]);
        }
      },
      ...biased(question),
      activation: settings.activation,
    };
  },
  AxisMatrix: ({ units, axis }, question) => {
    const { shape } = question.inputs[0];
    const along = axisIn(shape, axis);
    const matrix = question.weights.get('matrix')!.data;
    return {
      how: 'sum',
      each: (at, visit) => {
        const place = coordinates(question.output.shape, at);
        const unit = place[along];
        for (let i = 0; i < shape[along]; i++) {
          visit(0, flatIndex(shape, place.with(along, i)), matrix[i * units + unit]);
        }
      },
    };
  },
  Reduce: ({ operation, axes, keepDims }, question) => {
    const { shape } = question.inputs[0];
    const reduced = axes.map((axis) => axisIn(shape, axis));
    const count = reduced.reduce((product, axis) => product * shape[axis], 1);
    const how: How = operation === 'max' ? 'largest' : operation;
    return {
      how,
      each: (at, visit) => {
        const kept = coordinates(question.output.shape, at);
        const place = shape.map((_, axis) => {
          if (keepDims) return kept[axis];
          return reduced.includes(axis) ? 0 : kept[axis - reduced.filter((one) => one < axis).length];
        });
        for (let i = 0; i < count; i++) {
          let rest = i;
          for (const axis of reduced) {
            place[axis] = rest % shape[axis];
            rest = Math.floor(rest / shape[axis]);
          }
          visit(0, flatIndex(shape, place), operation === 'mean' ? 1 / count : 1);
        }
      },
    };
  },
  Dot: (layer, question) => {
    const [a, b] = question.inputs;
    const [first, second] = layer.axesOf([a.shape, b.shape]).map((axis) => axis - 1);
    const size = a.shape[first];
    const without = (place: readonly number[], axis: number, at: number): number[] => place.toSpliced(axis, 0, at);
    return productsOf(question, layer.normalize ? 1e-7 : undefined, size, (at, i) => {
      // The output's axes are those of the first without its axis, then those of the second.
      const place = coordinates(question.output.shape, at);
      const left = place.slice(0, a.shape.length - 1);
      const right = place.slice(left.length, left.length + b.shape.length - 1);
      return [flatIndex(a.shape, without(left, first, i)), flatIndex(b.shape, without(right, second, i))];
    });
  },
  Matmul: (_, question) => {
    const [a, b] = question.inputs;
    return productsOf(question, undefined, a.shape.at(-1)!, (at, i) => {
      const place = coordinates(question.output.shape, at);
      return [flatIndex(a.shape, place.with(-1, i)), flatIndex(b.shape, place.with(-2, i))];
    });
  },
  Add: (_, question) => joining(question, 'sum', () => 1),
  Subtract: (_, question) => joining(question, 'sum', (input) => (input === 0 ? 1 : -1)),
  Average: (_, question) => joining(question, 'mean', () => 1 / question.inputs.length),
  Multiply: (_, question) => joining(question, 'product', () => 1),
  Divide: (_, question) => joining(question, 'quotient', () => 1),
  Maximum: (_, question) => joining(question, 'largest', () => 1),
  Minimum: (_, question) => joining(question, 'smallest', () => 1),
  Concatenate: ({ axis }, { inputs, output }) => {
    const along = axisIn(output.shape, axis);
    return {
      how: 'copy',
      each: (at, visit) => {
        const place = coordinates(output.shape, at);
        let input = 0;
        while (place[along] >= inputs[input].shape[along]) place[along] -= inputs[input++].shape[along];
        visit(input, flatIndex(inputs[input].shape, place), 1);
      },
      into: (input, from, visit) => {
        const place = coordinates(inputs[input].shape, from);
        for (let before = 0; before < input; before++) place[along] += inputs[before].shape[along];
        visit(unitAt(output.shape, flatIndex(output.shape, place)), 1);
      },
    };
  },
};

/** One number of each input, those of size 1 stretched. */
function joining({ inputs, output }: UnitQuestion, how: How, weight: (input: number) => number): Rule {
  const isPlain = inputs.every(({ shape }) => shape.join() === output.shape.join());
  return {
    how,
    each: (at, visit) => inputs.forEach(({ shape }, i) => visit(i, broadcastIndex(shape, output.shape, at), weight(i))),
    ...(isPlain && { into: (input, from, visit) => visit(from, weight(input)) }),
  };
}

/** A sum of products of numbers of two inputs, each the weight of the other; with `epsilon`, of vectors of length 1. */
function productsOf(
  { inputs: [a, b] }: UnitQuestion,
  epsilon: number | undefined,
  count: number,
  pair: (at: Parameters<Rule['each']>[0], i: number) => readonly [number, number],
): Rule {
  return {
    how: 'sum',
    each: (at, visit) => {
      const pairs = Array.from({ length: count }, (_, i) => pair(at, i));
      const length = (data: Float32Array, which: 0 | 1): number =>
        Math.sqrt(
          Math.max(
            pairs.reduce((sum, both) => sum + data[both[which]] ** 2, 0),
            (epsilon ?? 0) ** 2,
          ),
        );
      const scale = epsilon === undefined ? 1 : 1 / (length(a.data, 0) * length(b.data, 1));
      for (const [i, j] of pairs) visit(0, i, b.data[j] * scale);
    },
  };
}
