import type { ActivationName, Layer } from '../../../layers/index.js';
import type { KerasDialect, KerasEmitter, WrittenValue } from './kerasEmitter.js';

/** An activation's name in each dialect; in a dialect that is left out it becomes layers of its own, if it can. */
type Spelling = Readonly<Partial<Record<KerasDialect, string>>>;

const everywhere = (name: string): Spelling => ({ keras2: name, keras3: name, tfjs: name });

const spellings: Readonly<Record<ActivationName, Spelling>> = {
  linear: everywhere('linear'),
  relu: everywhere('relu'),
  relu6: { keras3: 'relu6' },
  leakyRelu: { keras3: 'leaky_relu' },
  sigmoid: everywhere('sigmoid'),
  tanh: everywhere('tanh'),
  softmax: everywhere('softmax'),
  swish: { keras2: 'swish', keras3: 'silu', tfjs: 'swish' },
  silu: { keras2: 'swish', keras3: 'silu', tfjs: 'swish' },
  exponential: { keras2: 'exponential', keras3: 'exponential' },
  // Keras 2's and TensorFlow.js's have another slope.
  hardSigmoid: { keras3: 'hard_sigmoid' },
  hardSwish: { keras3: 'hard_silu' },
  elu: everywhere('elu'),
  selu: everywhere('selu'),
  gelu: { keras2: 'gelu', keras3: 'gelu' },
  softplus: everywhere('softplus'),
  softsign: everywhere('softsign'),
  mish: { keras3: 'mish', tfjs: 'mish' },
  logSoftmax: { keras3: 'log_softmax', tfjs: 'logSoftmax' },
  erf: {},
  abs: {},
  log: {},
};

/** Keras 3's operators that stand for activations which it has not. */
const operators: Readonly<Partial<Record<ActivationName, readonly [module: string, className: string]>>> = {
  abs: ['numpy', 'Absolute'],
  erf: ['math', 'Erf'],
  log: ['numpy', 'Log'],
};

const nonNegative: readonly ActivationName[] = [
  'relu',
  'relu6',
  'sigmoid',
  'softmax',
  'exponential',
  'hardSigmoid',
  'softplus',
  'abs',
];

/** Whether an activation leaves nothing below 0; 'linear' leaves things as they are. */
function staysPositive(activation: ActivationName, input: WrittenValue): boolean {
  return nonNegative.includes(activation) || (activation === 'linear' && input.nonNegative);
}

/** An activation's name inside a layer, or 'linear' and what to write behind it. */
export function splitActivation(
  emit: KerasEmitter,
  layer: Layer,
  activation: ActivationName,
): { readonly inside: string; readonly after: (value: WrittenValue) => WrittenValue } {
  const inside = spellings[activation][emit.dialect];
  if (inside !== undefined)
    return { inside, after: (value) => ({ ...value, nonNegative: nonNegative.includes(activation) }) };
  return {
    inside: 'linear',
    after: (value) => writeActivation(emit, layer, activation, value, `${layer.name}_${activation}`),
  };
}

/** A negative slope under the dialect's name. */
export function slopeConfig(dialect: KerasDialect, slope: number): Record<string, unknown> {
  return dialect === 'keras3' ? { negative_slope: slope } : { alpha: slope };
}

/** An activation as layers of its own. */
export function writeActivation(
  emit: KerasEmitter,
  layer: Layer,
  activation: ActivationName,
  x: WrittenValue,
  name: string,
): WrittenValue {
  const { shape } = x;
  const spelling = spellings[activation][emit.dialect];
  if (spelling !== undefined) {
    return emit.add('Activation', name, [x], {
      config: { activation: spelling },
      shape,
      nonNegative: staysPositive(activation, x),
    });
  }
  const relu6 = (value: WrittenValue, called: string): WrittenValue =>
    emit.add('ReLU', called, [value], { config: { max_value: 6 }, shape, nonNegative: true });
  const scaled = (value: WrittenValue, called: string, scale: number, offset: number): WrittenValue =>
    emit.add('Rescaling', called, [value], { config: { scale, offset }, shape, nonNegative: value.nonNegative });
  // relu6(x + 3) / 6: what Keras 2 calls hard sigmoid has another slope.
  const hardSigmoid = (): WrittenValue =>
    scaled(relu6(scaled(x, `${name}_plus3`, 1, 3), `${name}_relu6`), `${name}_sixth`, 1 / 6, 0);
  if (activation === 'relu6') return relu6(x, name);
  if (activation === 'leakyRelu')
    return emit.add('LeakyReLU', name, [x], { config: slopeConfig(emit.dialect, 0.2), shape });
  if (activation === 'hardSigmoid') return hardSigmoid();
  if (activation === 'hardSwish') return emit.add('Multiply', name, [x, hardSigmoid()], { shape });
  // x · tanh(log(1 + e^x)).
  if (activation === 'mish') {
    const gate = writeActivation(emit, layer, 'softplus', x, `${name}_softplus`);
    return emit.add('Multiply', name, [x, writeActivation(emit, layer, 'tanh', gate, `${name}_tanh`)], { shape });
  }
  const operator = emit.dialect === 'keras3' ? operators[activation] : undefined;
  if (operator) {
    const [module, className] = operator;
    const operation = { module: `keras.src.ops.${module}`, constants: [] };
    return emit.add(className, name, [x], { shape, nonNegative: staysPositive(activation, x), operation });
  }
  throw emit.refuse(layer, `it has no activation like '${activation}'; use another one`);
}
