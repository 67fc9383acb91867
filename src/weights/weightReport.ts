import { formatShape, type SafeTensors, type Shape, type Tensor } from '../tensor/index.js';

/** Where weights come from: the path of a safetensors file or of PyTorch's, its bytes or its content, or tensors by name. */
export type WeightSource = string | Uint8Array | SafeTensors | ReadonlyMap<string, Tensor>;

/** How weights are named and laid out in a file: as Striate has them, or as PyTorch does. */
export type WeightFormat = 'striate' | 'pytorch';

/** A tensor whose shape is not that of the model's weight. */
export interface MisshapedTensor {
  readonly name: string;
  /** The model's, in the file's layout. */
  readonly expected: Shape;
  readonly received: Shape;
}

/** What became of the tensors of a file. Names and shapes are the file's. */
export interface LoadedWeights {
  readonly format: WeightFormat;
  readonly loaded: readonly string[];
  /** The model has them, the file does not; they keep their values. */
  readonly missing: readonly string[];
  /** The file has them, the model does not. */
  readonly leftOver: readonly string[];
  readonly misshaped: readonly MisshapedTensor[];
  /** The file's free text. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Names that a message gives before it counts the rest. */
const shown = 3;

/** How the modules of auxiliary classifiers are called: GoogLeNet's `aux1`, Inception's `AuxLogits`. */
const auxiliary = /^aux(logits|iliary)?_?\d*\./i;

/** In one line: which tensors are missing, left over or of another shape, and what that may come from. */
export function refusal(report: LoadedWeights): string {
  const { missing, leftOver, misshaped } = report;
  const shapes = misshaped.map(
    ({ name, expected, received }) =>
      `${name} ${formatShape(received)}, which is ${formatShape(expected)} in the model`,
  );
  const faults = [
    count(missing, 'is missing', 'are missing'),
    count(leftOver, 'is left over', 'are left over'),
    count(shapes, 'has another shape', 'have other shapes'),
  ];
  return [...faults.filter(Boolean), advice(report)].join('; ');
}

function count(names: readonly string[], one: string, several: string): string {
  if (names.length === 0) return '';
  // A single name too many takes no more room than saying so.
  const listed = names.length === shown + 1 ? names : names.slice(0, shown);
  const rest = names.length > listed.length ? ` and ${names.length - listed.length} more` : '';
  const subject = names.length === 1 ? `1 tensor ${one}` : `${names.length} tensors ${several}`;
  return `${subject}: ${listed.join(', ')}${rest}`;
}

/** What most likely happened, and what to do. */
function advice({ loaded, missing, leftOver, misshaped, metadata }: LoadedWeights): string {
  const unloaded = missing.length + misshaped.length;
  const of = metadata.architecture === undefined ? '' : ` (it says it is for '${metadata.architecture}')`;
  if (loaded.length < unloaded) {
    return `the file is of another architecture${of}; create the model that it belongs to`;
  }
  const areAuxiliary = (names: readonly string[]): boolean => names.length > 0 && names.every((n) => auxiliary.test(n));
  if (areAuxiliary(missing) && leftOver.length + misshaped.length === 0) {
    return 'the file is without the auxiliary classifiers; create the model with { auxiliary: false }';
  }
  if (areAuxiliary(leftOver) && unloaded === 0) {
    return (
      'the model is without the auxiliary classifiers; create it with { auxiliary: true }, or load with ' +
      '{ strict: false } to leave them out'
    );
  }
  const [first] = misshaped;
  const otherClasses = missing.length + leftOver.length === 0 && misshaped.length <= 2 && isHead(first);
  if (otherClasses) {
    return (
      `create the model with { classes: ${first.received[0]} }, or load with { strict: false } to keep its own ` +
      'classifier'
    );
  }
  return 'use the file of this model, or load what fits with { strict: false }';
}

/** Whether a tensor differs in its first axis, the number of outputs, alone. */
function isHead({ expected, received }: LoadedWeights['misshaped'][number]): boolean {
  return (
    expected.length === received.length &&
    expected[0] !== received[0] &&
    expected.every((n, axis) => axis === 0 || n === received[axis])
  );
}
