import type { ActivationName, Layer } from '../../../layers/index.js';
import type { KerasDialect, KerasEmitter, WrittenValue } from './kerasEmitter.js';

/** What each dialect calls an activation inside a layer; others become layers of their own. */
const everywhere = { linear: 'linear', relu: 'relu', sigmoid: 'sigmoid', tanh: 'tanh', softmax: 'softmax' } as const;
const spellings: Readonly<Record<KerasDialect, Partial<Readonly<Record<ActivationName, string>>>>> = {
  keras2: { ...everywhere, swish: 'swish', silu: 'swish', exponential: 'exponential' },
  keras3: {
    ...everywhere,
    swish: 'silu',
    silu: 'silu',
    exponential: 'exponential',
    relu6: 'relu6',
    leakyRelu: 'leaky_relu',
    hardSigmoid: 'hard_sigmoid',
    hardSwish: 'hard_silu',
  },
  tfjs: { ...everywhere, swish: 'swish', silu: 'swish' },
};

const nonNegative: readonly ActivationName[] = ['relu', 'relu6', 'sigmoid', 'softmax', 'exponential', 'hardSigmoid'];

/** Whether an activation leaves nothing below 0; 'linear' leaves things as they are. */
export function staysPositive(activation: ActivationName, input: WrittenValue): boolean {
  return nonNegative.includes(activation) || (activation === 'linear' && input.nonNegative);
}

/** An activation's name inside a layer, or 'linear' and what to write behind it. */
export function splitActivation(
  emit: KerasEmitter,
  layer: Layer,
  activation: ActivationName,
): { readonly inside: string; readonly after: (value: WrittenValue) => WrittenValue } {
  const inside = spellings[emit.dialect][activation];
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
  const spelling = spellings[emit.dialect][activation];
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
  throw emit.refuse(layer, `it has no activation like '${activation}'; use another one`);
}
