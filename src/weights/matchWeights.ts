import { belongsToTraining } from '../fit/trainingState.js';
import { formatShape, sameShape, sizeOf, type SafeTensors, type Shape, type Tensor } from '../tensor/index.js';
import type { Topology } from '../topology/topology.js';
import { ownWeights, pytorchNamings, type StoredWeight } from './pytorchWeights.js';

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

/** A report with the tensors that fit. */
interface Matched extends LoadedWeights {
  readonly fitting: readonly { readonly weight: StoredWeight; readonly tensor: Tensor }[];
}

/**
 * Brings a model's weights and a file's tensors together, by whichever names the file has them.
 *
 * @param known how they are named and laid out, where that is known
 */
export function matchWeights(topology: Topology, content: SafeTensors, known?: WeightFormat): Matched {
  const { metadata } = content;
  const { format, weights, tensors } = correspondence(topology, content.tensors, known);
  const fitting: { weight: StoredWeight; tensor: Tensor }[] = [];
  const missing: string[] = [];
  const misshaped: MisshapedTensor[] = [];
  for (const weight of weights) {
    const tensor = tensors.get(weight.name);
    if (!tensor) missing.push(weight.name);
    else if (fits(weight.shape, tensor.shape)) fitting.push({ weight, tensor });
    else misshaped.push({ name: weight.name, expected: weight.shape, received: tensor.shape });
  }
  const names = new Set(weights.map(({ name }) => name));
  const isCounter = (name: string): boolean => name.endsWith('num_batches_tracked') || belongsToTraining(name);
  const leftOver = [...tensors.keys()].filter((name) => !names.has(name) && !isCounter(name));
  const loaded = fitting.map(({ weight }) => weight.name);
  return { format, metadata, loaded, missing, leftOver, misshaped, fitting };
}

/** A model's weights and a source's tensors; what belongs together has the same name. */
interface Correspondence {
  readonly format: WeightFormat;
  readonly weights: readonly StoredWeight[];
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/**
 * Finds out what a source calls a model's weights: Striate's names, PyTorch's paths that the layers are called by, or one of
 * their other names, each with and without a wrapper's prefix. The one of which most is found is taken, the first of several.
 *
 * @param format - where it is known
 */
export function correspondence(
  topology: Topology,
  tensors: ReadonlyMap<string, Tensor>,
  format?: WeightFormat,
): Correspondence {
  const own: Correspondence = { format: 'striate', weights: ownWeights(topology), tensors };
  if (format === 'striate') return own;
  const bare = withoutWrapper(tensors);
  const pytorch = pytorchNamings(topology).flatMap((weights) =>
    [tensors, ...bare].map((named): Correspondence => ({ format: 'pytorch', weights, tensors: named })),
  );
  const best = pytorch.reduce((a, b) => (found(b) > found(a) ? b : a));
  if (format === 'pytorch' || found(own) < found(best)) return best;
  // Where nothing is found, the names show at least whose they are.
  const areOurs = found(own) > found(best) || [...tensors.keys()].some((name) => name.includes('/'));
  return areOurs ? own : best;
}

function found({ weights, tensors }: Correspondence): number {
  return weights.filter(({ name }) => tensors.has(name)).length;
}

/** The tensors without what PyTorch's wrappers (DataParallel, compile, Lightning) put before all of their names, if they do. */
function withoutWrapper(tensors: ReadonlyMap<string, Tensor>): ReadonlyMap<string, Tensor>[] {
  const [first = ''] = tensors.keys();
  const prefix = first.slice(0, first.indexOf('.') + 1);
  if (prefix === '' || ![...tensors.keys()].every((name) => name.startsWith(prefix))) return [];
  return [new Map([...tensors].map(([name, tensor]) => [name.slice(prefix.length), tensor]))];
}

/** Whether a tensor is the weight's; a matrix and a kernel that covers its whole input hold the same in the same order. */
function fits(expected: Shape, received: Shape): boolean {
  if (sameShape(expected, received)) return true;
  const sameNumbers = expected[0] === received[0] && sizeOf(expected) === sizeOf(received);
  const ranks = [expected.length, received.length];
  return sameNumbers && ranks.includes(2) && ranks.includes(4);
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
