import {
  Activation,
  layers,
  Multiply,
  Power,
  Reduce,
  ReLU,
  Rescaling,
  Subtract,
  type ActivationName,
  type Layer,
  type LayerOptions,
  type SymbolicTensor,
} from '../../../../layers/index.js';

/** x · scale + offset. */
interface Line {
  readonly scale: number;
  readonly offset: number;
}

/** A layer that does the work of several operators, and what it is applied to. */
export interface Recognized {
  readonly input: SymbolicTensor;
  readonly make: (options: LayerOptions) => Layer;
}

const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-5 * Math.abs(b);

/** The input of the layer that gives a value, where that layer is of this class and fits. */
function behind<T extends Layer>(
  value: SymbolicTensor | undefined,
  type: new (options: never) => T,
  fits: (layer: T) => boolean = () => true,
): SymbolicTensor | undefined {
  const layer = value?.source?.layer;
  return layer instanceof type && fits(layer) ? value?.source?.inputs[0] : undefined;
}

const activated = (value: SymbolicTensor | undefined, name: ActivationName): SymbolicTensor | undefined =>
  behind(value, Activation, ({ activation }) => activation === name);

const onLine = (value: SymbolicTensor | undefined, scale: number, offset: number): SymbolicTensor | undefined =>
  behind(value, Rescaling, (layer) => {
    const same = (given: number | readonly number[], wanted: number): boolean =>
      typeof given === 'number' && (wanted === 0 ? given === 0 : near(given, wanted));
    return same(layer.scale, scale) && same(layer.offset, offset);
  });

const activation = (name: ActivationName, input: SymbolicTensor): Recognized => ({
  input,
  make: (options) => layers.activation({ activation: name, ...options }),
});

/** relu6(x + 3), of which hard sigmoid is a sixth. */
const sixOf = (value: SymbolicTensor | undefined): SymbolicTensor | undefined =>
  onLine(
    behind(value, ReLU, ({ maxValue, negativeSlope }) => maxValue === 6 && negativeSlope === 0),
    1,
    3,
  );

/** 1 + erf(x / √2), of which GELU is x times the half. */
const errorOf = (value: SymbolicTensor | undefined): SymbolicTensor | undefined =>
  onLine(activated(onLine(value, 1, 1), 'erf'), Math.SQRT1_2, 0);

/** Products x · f(x) that have names. */
function product(x: SymbolicTensor, factor: SymbolicTensor): Recognized | undefined {
  if (activated(factor, 'sigmoid') === x) return activation('swish', x);
  if (activated(factor, 'hardSigmoid') === x) return activation('hardSwish', x);
  if (activated(activated(factor, 'tanh'), 'softplus') === x) return activation('mish', x);
  // GELU where the half is taken first: (x / 2) · (1 + erf(x / √2)).
  const halved = onLine(x, 0.5, 0);
  if (halved && errorOf(factor) === halved) return activation('gelu', halved);
  return errorOf(onLine(factor, 0.5, 0)) === x ? activation('gelu', x) : undefined;
}

/** The layer that a line behind x · f(x) or f(x) completes, where it is the last step of one. */
export function recognizedLine(value: SymbolicTensor, { scale, offset }: Line): Recognized | undefined {
  if (offset !== 0) return undefined;
  const six = near(scale, 1 / 6) ? sixOf(value) : undefined;
  if (six) return activation('hardSigmoid', six);
  const factors = value.source?.layer instanceof Multiply ? value.source.inputs : [];
  if (factors.length !== 2) return undefined;
  for (const [x, factor] of [factors, factors.toReversed()]) {
    if (near(scale, 1 / 6) && sixOf(factor) === x) return activation('hardSwish', x);
    if (near(scale, 0.5) && errorOf(factor) === x) return activation('gelu', x);
  }
  return undefined;
}

const channelMean = ({ operation, axes, keepDims }: Reduce, rank: number): boolean =>
  operation === 'mean' && keepDims && axes.join() === String(rank);

/** (x − mean) / √(variance + epsilon) over the channels. */
function normalization(centered: SymbolicTensor, deviation: SymbolicTensor): Recognized | undefined {
  const rank = centered.shape.length;
  const isMean = (layer: Reduce): boolean => channelMean(layer, rank);
  const x = behind(centered, Subtract);
  if (!x || behind(centered.source?.inputs[1], Reduce, isMean) !== x) return undefined;
  const steadied = behind(deviation, Power, ({ exponent }) => exponent === 0.5);
  const epsilon = steadied?.source?.layer instanceof Rescaling ? steadied.source.layer.offset : undefined;
  if (typeof epsilon !== 'number' || epsilon < 0) return undefined;
  const squares = behind(onLine(steadied, 1, epsilon), Reduce, isMean);
  if (behind(squares, Power, ({ exponent }) => exponent === 2) !== centered) return undefined;
  return {
    input: x,
    make: (options) => layers.layerNormalization({ epsilon, center: false, scale: false, ...options }),
  };
}

// Exporters write activations and normalizations out where their version of ONNX has no operator for them. The layers that
// are replaced are then used by nothing, and not part of the model.

/** The layer that a product or quotient completes, where it is the last step of one. */
export function recognizedPair(
  operator: string,
  first: SymbolicTensor,
  second: SymbolicTensor,
): Recognized | undefined {
  if (operator === 'Mul') return product(first, second) ?? product(second, first);
  return operator === 'Div' ? normalization(first, second) : undefined;
}
