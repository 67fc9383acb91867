import { belongsToTraining } from '../fit/trainingState.js';
import { formatShape, printable, sameShape, sizeOf, type Shape, type Tensor } from '../tensor/index.js';
import type { SafeTensors } from '../tensor/safetensors.js';
import type { Topology } from '../topology/topology.js';
import { ownWeights, pytorchNamings, type StoredWeight } from './pytorchWeights.js';
import { dictionaryAround, placesOf, withoutWrappers, type WeightPlace } from './weightPlaces.js';

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
  /**
   * Those left over that stand among the model's weights and could be some, with which strict loading ends. The others stand
   * outside the module that a prefix leads to (`criterion.weight` beside `model.fc.weight`), or are whole numbers and masks.
   */
  readonly unexpected: readonly string[];
  /** Weights of the model that the file holds as what cannot be read, among the missing ones, and what they are. */
  readonly unreadable: readonly { readonly name: string; readonly description: string }[];
  /** What was chosen and left out, in sentences: which of several dictionaries of weights was read. */
  readonly notes: readonly string[];
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
  const { format, weights, tensors, besides, unreadable, notes } = correspondence(topology, content, known);
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
  const others = [...tensors.keys(), ...unreadable.keys()].filter((name) => !names.has(name) && !isCounter(name));
  const unexpected = others.filter((name) => tensors.get(name)?.dtype === 'float32');
  const beside = besides.filter((name) => !isCounter(name));
  const closed = missing.flatMap((name) => {
    const description = unreadable.get(name);
    return description === undefined ? [] : [{ name, description }];
  });
  const told = beside.length ? [...notes, `left out, beside the model's weights: ${listed(beside)}`] : notes;
  return {
    format,
    metadata,
    loaded: fitting.map(({ weight }) => weight.name),
    missing,
    leftOver: [...others, ...beside],
    unexpected,
    misshaped,
    unreadable: closed,
    notes: told.map(printable),
    fitting,
  };
}

/** A model's weights and a source's tensors; what belongs together has the same name. */
interface Correspondence {
  readonly format: WeightFormat;
  readonly weights: readonly StoredWeight[];
  /** Where the model's weights stand. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** What stands there that cannot be read, and what it is. */
  readonly unreadable: ReadonlyMap<string, string>;
  /** Tensors of the same dictionary outside that place. */
  readonly besides: readonly string[];
  readonly notes: readonly string[];
}

/** A naming of the model's weights with the best place for it in one reading of the file's names. */
interface Candidate {
  readonly weights: readonly StoredWeight[];
  readonly content: SafeTensors;
  readonly places: readonly WeightPlace[];
}

/**
 * Finds out what a source calls a model's weights, and where it has them: Striate's names, PyTorch's paths that the layers
 * are called by, or one of their other names, each behind any prefix, be it of wrappers or of the dictionaries of a
 * checkpoint. The one of which most is found is taken, the first of several.
 *
 * @param format - where it is known
 */
export function correspondence(topology: Topology, content: SafeTensors, format?: WeightFormat): Correspondence {
  const { tensors, unreadable = new Map<string, string>() } = content;
  const weights = ownWeights(topology);
  const own: Correspondence = { format: 'striate', weights, tensors, unreadable, besides: [], notes: [] };
  if (format === 'striate') return own;
  const namings = pytorchNamings(topology);
  let best = bestOf(namings, content);
  if (foundIn(best) < weights.length) {
    const bare = withoutWrappers(content);
    const other = bare && bestOf(namings, bare);
    if (other && foundIn(other) > foundIn(best)) best = other;
  }
  const foundOwn = weights.filter(({ name }) => tensors.has(name)).length;
  // Where nothing is found, the names show at least whose they are.
  const isOurs = foundOwn > foundIn(best) || [...tensors.keys()].some((name) => name.includes('/'));
  return format !== 'pytorch' && foundOwn >= foundIn(best) && isOurs ? own : inPlace(best);
}

function bestOf(namings: readonly (readonly StoredWeight[])[], content: SafeTensors): Candidate {
  const candidates = namings.map((weights): Candidate => {
    const wanted = new Map(weights.map(({ name, shape }) => [name, shape]));
    return { weights, content, places: placesOf(content, wanted, fits) };
  });
  return candidates.reduce((a, b) => {
    const [first, second] = [a.places.at(0), b.places.at(0)];
    const more = (second?.found ?? 0) - (first?.found ?? 0) || (second?.fitting ?? 0) - (first?.fitting ?? 0);
    return more > 0 ? b : a;
  });
}

function foundIn({ places }: Candidate): number {
  return places.at(0)?.found ?? 0;
}

/** The tensors of a candidate's best place, and what is to be told of the others. */
function inPlace({ weights, content, places }: Candidate): Correspondence {
  const [best] = places;
  const prefix = places.length ? best.prefix : (content.dictionaries?.[0] ?? '');
  const dictionary = dictionaryAround(content, prefix);
  const isElsewhere = (name: string): boolean =>
    (content.dictionaries ?? []).some((path) => path.length > dictionary.length && name.startsWith(path));
  const tensors = new Map<string, Tensor>();
  const besides: string[] = [];
  for (const [name, tensor] of content.tensors) {
    if (name.startsWith(prefix)) tensors.set(name.slice(prefix.length), tensor);
    else if (name.startsWith(dictionary) && !isElsewhere(name)) besides.push(name.slice(dictionary.length));
  }
  const unreadable = new Map(
    [...(content.unreadable ?? [])].flatMap(([name, what]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), what]] : [],
    ),
  );
  const equals = places.filter(({ fitting, found }) => fitting === best.fitting && found === weights.length);
  const notes = equals.length > 1 ? [choiceAmong(equals.map((place) => place.prefix))] : [];
  return { format: 'pytorch', weights, tensors, unreadable, besides, notes };
}

/** Which of several places that hold the weights was read, and how to have another. */
function choiceAmong([chosen, ...others]: readonly string[]): string {
  const key = (prefix: string): string => (prefix === '' ? 'the outermost names' : `'${prefix.slice(0, -1)}'`);
  const named = others.map(key);
  return `the weights under ${key(chosen)} were read; ${listed(named)} ${named.length > 1 ? 'hold' : 'holds'} all of them, too, and { key: ${named.find((name) => name.startsWith("'")) ?? key(chosen)} } reads those`;
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
export function refusal(report: LoadedWeights, whatToDo = advice(report)): string {
  const { missing, unexpected, misshaped, unreadable } = report;
  const closed = new Set(unreadable.map(({ name }) => name));
  const shapes = misshaped.map(
    ({ name, expected, received }) =>
      `${name} ${formatShape(received)}, which is ${formatShape(expected)} in the model`,
  );
  const faults = [
    count(
      missing.filter((name) => !closed.has(name)),
      'is missing',
      'are missing',
    ),
    count(
      unreadable.map(({ name, description }) => `${name} (${description})`),
      'cannot be read',
      'cannot be read',
    ),
    count(unexpected, 'is left over', 'are left over'),
    count(shapes, 'has another shape', 'have other shapes'),
  ];
  return [...faults.filter(Boolean), whatToDo].join('; ');
}

function count(names: readonly string[], one: string, several: string): string {
  if (names.length === 0) return '';
  const subject = names.length === 1 ? `1 tensor ${one}` : `${names.length} tensors ${several}`;
  return `${subject}: ${listed(names)}`;
}

/** The first of some names, and how many more there are. */
function listed(names: readonly string[]): string {
  // A single name too many takes no more room than saying so.
  const named = names.length === shown + 1 ? names : names.slice(0, shown);
  const rest = names.length > named.length ? ` and ${names.length - named.length} more` : '';
  return `${named.join(', ')}${rest}`;
}

/** What most likely happened, and what to do. */
function advice({ loaded, missing, unexpected, misshaped, unreadable, metadata }: LoadedWeights): string {
  if (unreadable.length) return 'save them as plain numbers, of float32 for instance';
  const unloaded = missing.length + misshaped.length;
  const of = metadata.architecture === undefined ? '' : ` (it says it is for '${metadata.architecture}')`;
  if (loaded.length < unloaded) {
    return `the file is of another architecture${of}; create the model that it belongs to`;
  }
  const areAuxiliary = (names: readonly string[]): boolean => names.length > 0 && names.every((n) => auxiliary.test(n));
  if (areAuxiliary(missing) && unexpected.length + misshaped.length === 0) {
    return 'the file is without the auxiliary classifiers; create the model with { auxiliary: false }';
  }
  if (areAuxiliary(unexpected) && unloaded === 0) {
    return (
      'the model is without the auxiliary classifiers; create it with { auxiliary: true }, or load with ' +
      '{ strict: false } to leave them out'
    );
  }
  const [first] = misshaped;
  const otherClasses = missing.length + unexpected.length === 0 && misshaped.length <= 2 && isHead(first);
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
