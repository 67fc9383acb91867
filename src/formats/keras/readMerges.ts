import { layers, type Layer, type SymbolicTensor } from '../../layers/index.js';
import type { LayerOptionsReader } from './layerOptions.js';
import type { ReadRule } from './readRule.js';

function axisOf(options: LayerOptionsReader): number {
  return options.numbers('axis')?.[0] ?? -1;
}

/** What a constant argument of one of TensorFlow's operators scales and adds. */
const arithmetic: Readonly<Record<string, (y: number) => { readonly scale: number; readonly offset: number }>> = {
  '__operators__.add': (y) => ({ scale: 1, offset: y }),
  'math.add': (y) => ({ scale: 1, offset: y }),
  'math.subtract': (y) => ({ scale: 1, offset: -y }),
  'math.multiply': (y) => ({ scale: y, offset: 0 }),
  'math.truediv': (y) => ({ scale: 1 / y, offset: 0 }),
  'math.divide': (y) => ({ scale: 1 / y, offset: 0 }),
};

/** TensorFlow's operators on two values. */
const joins: Readonly<Record<string, (name: string) => Layer>> = {
  '__operators__.add': (name) => layers.add({ name }),
  'math.add': (name) => layers.add({ name }),
  'math.multiply': (name) => layers.multiply({ name }),
};

const functions: Readonly<Record<string, (name: string) => Layer>> = {
  'nn.relu': (name) => layers.relu({ name }),
  'nn.relu6': (name) => layers.relu({ name, maxValue: 6 }),
  'nn.sigmoid': (name) => layers.activation({ name, activation: 'sigmoid' }),
  'math.sigmoid': (name) => layers.activation({ name, activation: 'sigmoid' }),
  'nn.softmax': (name) => layers.softmax({ name }),
  'nn.silu': (name) => layers.activation({ name, activation: 'swish' }),
  'math.tanh': (name) => layers.activation({ name, activation: 'tanh' }),
};

/** Layers that join values, and the few of TensorFlow's operators that are such layers or simpler. */
export const readMerges: Readonly<Record<string, ReadRule>> = {
  Add: { read: (_, name) => [layers.add({ name })] },
  Multiply: { read: (_, name) => [layers.multiply({ name })] },
  Concatenate: { read: (options, name) => [layers.concatenate({ name, axis: axisOf(options) })] },
  Average: {
    read(_, name, inputs) {
      return [layers.add({ name }), layers.rescaling({ name: `${name}_mean`, scale: 1 / inputs.length })];
    },
  },
  Subtract: {
    read(_, name) {
      const minus = layers.rescaling({ name: `${name}_minus`, scale: -1 });
      const sum = layers.add({ name });
      return { layers: [minus, sum], apply: ([a, b]) => sum.apply(a, minus.apply(b)) };
    },
  },
  Maximum: { read: (options, name, inputs) => extremum(options, name, inputs, 1) },
  Minimum: { read: (options, name, inputs) => extremum(options, name, inputs, -1) },
  TFOpLambda: {
    read(options, name, inputs) {
      const kind = String(options.layer.config.function);
      const constants = options.layer.constants[0] ?? {};
      const { y } = constants;
      const make = inputs.length === 1 ? functions[kind] : joins[kind];
      if (inputs.length === 1 && typeof y === 'number' && arithmetic[kind]) {
        return [layers.rescaling({ name, ...arithmetic[kind](y) })];
      }
      if (make && y === undefined) return [make(name)];
      throw options.refuse(
        `TensorFlow's operator tf.${kind} is not known here in this form; replace it by a Keras layer in Python and save ` +
          'the model again',
      );
    },
  },
};

/** max(a, b) as a + relu(b − a), and min(a, b) as a − relu(a − b). */
function extremum(options: LayerOptionsReader, name: string, inputs: readonly SymbolicTensor[], sign: 1 | -1) {
  if (inputs.length !== 2) throw options.refuse(`only two inputs are known here; received ${inputs.length}`);
  const minus = layers.rescaling({ name: `${name}_minus`, scale: -1 });
  const difference = layers.add({ name: `${name}_difference` });
  const excess = layers.relu({ name: `${name}_excess` });
  const negated = layers.rescaling({ name: `${name}_negated`, scale: -1 });
  const sum = layers.add({ name });
  const all = [minus, difference, excess, ...(sign < 0 ? [negated] : []), sum];
  return {
    layers: all,
    apply([a, b]: readonly SymbolicTensor[]): SymbolicTensor {
      if (sign > 0) return sum.apply(a, excess.apply(difference.apply(b, minus.apply(a))));
      return sum.apply(a, negated.apply(excess.apply(difference.apply(a, minus.apply(b)))));
    },
  };
}
