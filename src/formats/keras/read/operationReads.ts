import { layers, type ActivationName, type Layer } from '../../../layers/index.js';
import type { ReadRule } from './readRule.js';

/** What an operator of a number and a value does to the value. */
type WithNumber = (number: number, name: string) => Layer;

/** An operator of Keras 3 or TensorFlow that stands among a model's layers: what it becomes, by what it is given. */
interface Operation {
  /** Of several values. */
  readonly join?: (name: string) => Layer;
  /** Of a value and a number behind it. */
  readonly numberLast?: WithNumber;
  /** Of a number and a value behind it. */
  readonly numberFirst?: WithNumber;
}

const scaled =
  (scaleOf: (n: number) => number, offsetOf: (n: number) => number): WithNumber =>
  (number, name) =>
    layers.rescaling({ name, scale: scaleOf(number), offset: offsetOf(number) });

const one = (): number => 1;
const zero = (): number => 0;
const itself = (n: number): number => n;

/** Operators by Keras 3's class. */
const operations: Readonly<Record<string, Operation>> = {
  Add: { join: (name) => layers.add({ name }), numberLast: scaled(one, itself), numberFirst: scaled(one, itself) },
  Subtract: {
    join: (name) => layers.subtract({ name }),
    numberLast: scaled(one, (n) => -n),
    numberFirst: scaled(() => -1, itself),
  },
  Multiply: {
    join: (name) => layers.multiply({ name }),
    numberLast: scaled(itself, zero),
    numberFirst: scaled(itself, zero),
  },
  Divide: { join: (name) => layers.divide({ name }), numberLast: scaled((n) => 1 / n, zero) },
  Maximum: {
    join: (name) => layers.maximum({ name }),
    numberLast: (minValue, name) => layers.clip({ name, minValue }),
    numberFirst: (minValue, name) => layers.clip({ name, minValue }),
  },
  Minimum: {
    join: (name) => layers.minimum({ name }),
    numberLast: (maxValue, name) => layers.clip({ name, maxValue }),
    numberFirst: (maxValue, name) => layers.clip({ name, maxValue }),
  },
  Power: { numberLast: (exponent, name) => layers.power({ name, exponent }) },
};

/** Operators of one value, by Keras 3's class. */
const functions: Readonly<Record<string, (name: string) => Layer>> = {
  Negative: (name) => layers.rescaling({ name, scale: -1 }),
  Square: (name) => layers.power({ name, exponent: 2 }),
  Sqrt: (name) => layers.power({ name, exponent: 0.5 }),
  Softmax: (name) => layers.softmax({ name }),
  Relu: (name) => layers.relu({ name }),
  Relu6: (name) => layers.relu({ name, maxValue: 6 }),
  ...Object.fromEntries(
    Object.entries({
      Abs: 'abs',
      Absolute: 'abs',
      Erf: 'erf',
      Exp: 'exponential',
      HardSigmoid: 'hardSigmoid',
      HardSilu: 'hardSwish',
      Log: 'log',
      Mish: 'mish',
      Sigmoid: 'sigmoid',
      Silu: 'swish',
      Softplus: 'softplus',
      Softsign: 'softsign',
      Tanh: 'tanh',
    } satisfies Record<string, ActivationName>).map(([kind, activation]) => [
      kind,
      (name: string) => layers.activation({ name, activation }),
    ]),
  ),
};

/** Other names of the same operators: Keras 3's, and what TensorFlow calls them. */
const otherNames: Readonly<Record<string, string>> = {
  TrueDivide: 'Divide',
  '__operators__.add': 'Add',
  'math.add': 'Add',
  'math.subtract': 'Subtract',
  'math.multiply': 'Multiply',
  'math.truediv': 'Divide',
  'math.divide': 'Divide',
  'math.maximum': 'Maximum',
  'math.minimum': 'Minimum',
  'math.sigmoid': 'Sigmoid',
  'math.tanh': 'Tanh',
  'nn.relu': 'Relu',
  'nn.relu6': 'Relu6',
  'nn.sigmoid': 'Sigmoid',
  'nn.silu': 'Silu',
  'nn.softmax': 'Softmax',
};

/** Operators instead of layers: Keras 3's (`x + 1` in Python is a class Add of its own) and TensorFlow's. */
export const operationReads: ReadRule = {
  read(options, name, inputs) {
    const { className, config, constants: calls } = options.layer;
    const isTensorflow = className === 'TFOpLambda';
    const given = isTensorflow ? String(config.function) : className;
    const kind = Object.hasOwn(otherNames, given) ? otherNames[given] : given;
    const operation = Object.hasOwn(operations, kind) ? operations[kind] : {};
    // What Python's own keywords and graph hold beside values, in any order.
    const { arg0, arg1, x1 = arg0, x2 = arg1, y = x2 } = calls[0] ?? {};
    const isPlain = x1 === undefined && y === undefined;
    const layer =
      inputs.length > 1
        ? isPlain && operation.join?.(name)
        : typeof y === 'number' && x1 === undefined
          ? operation.numberLast?.(y, name)
          : typeof x1 === 'number'
            ? operation.numberFirst?.(x1, name)
            : isPlain && Object.hasOwn(functions, kind) && functions[kind](name);
    if (layer) return [layer];
    throw options.refuse(
      `${isTensorflow ? "TensorFlow's" : "Keras's"} operator ${isTensorflow ? 'tf.' : 'keras.ops.'}${given} is not known here ` +
        'in this form; replace it by a Keras layer in Python and save the model again',
    );
  },
};
