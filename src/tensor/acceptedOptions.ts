import { shown } from './check.js';
import { StriateError } from './error.js';
import { oldNameAmong } from './renamed.js';
import { spellingAdvice } from './spellings.js';

/** What a value is to JavaScript; a list is an array or anything else with a length. */
type SimpleKind = SimpleKinds[number];

type SimpleKinds = readonly ['boolean', 'number', 'string', 'function', 'list', 'object', 'null'];

/** What an option's value is: of one kind, or `number or list`, in the order of the kinds. */
export type OptionKind = SimpleKind | `${SimpleKind} or ${string}`;

type SimpleKindOf<T> = T extends boolean
  ? 'boolean'
  : T extends number
    ? 'number'
    : T extends string
      ? 'string'
      : T extends (...given: never) => unknown
        ? 'function'
        : T extends ArrayLike<unknown>
          ? 'list'
          : T extends null
            ? 'null'
            : T extends object
              ? 'object'
              : never;

type Joined<Kinds, Order extends readonly unknown[] = SimpleKinds, Text extends string = ''> = Order extends readonly [
  infer Kind extends string,
  ...infer Others,
]
  ? Joined<Kinds, Others, Kind extends Kinds ? (Text extends '' ? Kind : `${Text} or ${Kind}`) : Text>
  : Text;

/** The kind that a table names for a type: `number or list`; none where the type says nothing. */
type KindOf<T> = [SimpleKindOf<T>] extends [never] ? never : Joined<SimpleKindOf<T>>;

/** The kind of each option of a type: the compiler finds one that is missing or wrong. */
export type OptionKinds<Options> = { readonly [Name in keyof Options]-?: KindOf<Exclude<Options[Name], undefined>> };

/** The names and kinds of what takes options, which JavaScript's users have no compiler for. */
export interface AcceptedOptions<Options = Readonly<Record<string, unknown>>> {
  /** What takes them, as errors call it: `conv2d`. */
  readonly where: string;
  /** The options that may be given without their names, in this order; none where it is left out. */
  readonly first?: readonly (keyof Options & string)[];
  readonly kinds: OptionKinds<Options>;
}

/** The same for any options. */
export interface AnyAcceptedOptions {
  readonly where: string;
  readonly first?: readonly string[];
  readonly kinds: Readonly<Record<string, OptionKind>>;
}

const isOfKind: Readonly<Record<SimpleKind, (value: unknown) => boolean>> = {
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number',
  string: (value) => typeof value === 'string',
  function: (value) => typeof value === 'function',
  list: (value) => Array.isArray(value) || ArrayBuffer.isView(value) || hasOwnLength(value),
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value),
  null: (value) => value === null,
};

/** Of its own, as lists in plain objects have it: a data set's, as others call its size, is refused where it is read. */
const hasOwnLength = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  typeof Object.getOwnPropertyDescriptor(value, 'length')?.value === 'number';

const kindWords: Readonly<Record<SimpleKind, string>> = {
  boolean: 'true or false',
  number: 'a number',
  string: 'a string',
  function: 'a function',
  list: 'a list',
  object: 'an object',
  null: 'null',
};

/** What an option must be and is not: «a number or a list»; undefined where it is. */
function missedKind(kind: OptionKind, value: unknown): string | undefined {
  const kinds = kind.split(' or ') as SimpleKind[];
  if (kinds.some((one) => isOfKind[one](value))) return undefined;
  return kinds.map((one) => kindWords[one]).join(' or ');
}

/** A value as an error shows it; an object of a class says what it is rather than what it holds. */
function brief(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const text = isObject && !holdsOptions(value) ? (value as object).constructor.name : shown(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Whether a value can be an object of options: neither a list nor numbers nor an object of a class. */
function holdsOptions(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Options from another realm, or without a prototype, are options, too.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** How the options are written: `conv2d(32, 3)` where they may go without names, else `{ momentum: … }`. */
function writing(where: string, known: readonly string[], first: readonly string[] = []): string {
  const names = known.join(', ');
  if (!names) return 'it takes none';
  if (first.length === 0) return `give options by their names; the options are ${names}`;
  return `write ${where}(${first.join(', ')}) or ${where}({ ${first.join(', ')} }); the options are ${names}`;
}

/**
 * Checks the names of options, where whoever takes them checks the values in a way of its own.
 *
 * @param taker what takes them, as errors call it, and the options that may be given without their names
 * @throws StriateError that says how another library's option is spelled here: «there is no option 'lr'; write learningRate».
 */
export function expectOptionNames(
  taker: { readonly where: string; readonly first?: readonly string[] },
  known: readonly string[],
  options: unknown,
  where = taker.where,
): asserts options is object {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new StriateError({
      where,
      rule: 'takes an object of options',
      received: brief(options),
      advice: writing(taker.where, known, taker.first),
    });
  }
  const renamed = oldNameAmong(taker.where, options);
  if (renamed)
    throw new StriateError({ where, rule: `there is no '${renamed.old}' any more`, advice: `write ${renamed.now}` });
  const unknown = Object.keys(options).find((option) => !known.includes(option));
  if (unknown === undefined) return;
  const all = known.length > 0 ? `the options are ${known.join(', ')}` : 'it takes none';
  throw new StriateError({
    where,
    rule: `there is no option '${unknown}'`,
    advice: [spellingAdvice(unknown, known), all].filter(Boolean).join('; '),
  });
}

/**
 * The options, when all have names that are known and values of the right kind.
 *
 * @param name what the layer, say, is called beside its kind
 * @throws StriateError that names the option: «size must be a number or a list».
 */
export function expectOptions<Options extends object>(
  accepted: AcceptedOptions<Options> | AnyAcceptedOptions,
  options: Options,
  name?: unknown,
): Options {
  const kinds = accepted.kinds as Readonly<Record<string, OptionKind>>;
  const where = typeof name === 'string' && name ? `${accepted.where} '${name}'` : accepted.where;
  expectOptionNames(accepted, Object.keys(kinds), options, where);
  for (const [option, value] of Object.entries(options)) {
    const missed = value === undefined ? undefined : missedKind(kinds[option], value);
    if (missed !== undefined) {
      const advice = value === null ? 'leave it out' : undefined;
      throw new StriateError({ where, rule: `${option} must be ${missed}`, received: brief(value), advice });
    }
  }
  return options;
}

/**
 * Options from a call's arguments: an object, or the values of the first options as Keras takes them, and an object with others
 * behind them.
 *
 * @throws StriateError when there are more values than options that go without their names.
 */
export function optionsFrom<Options extends object>(
  accepted: AcceptedOptions<Options>,
  given: readonly unknown[],
): Options {
  if (given.length === 0 || (given.length === 1 && given[0] === undefined)) return {} as Options;
  if (given.length === 1 && typeof given[0] === 'object' && given[0] !== null && !Array.isArray(given[0])) {
    return given[0] as Options;
  }
  const { where, first = [] } = accepted;
  const last = given[given.length - 1];
  const others = given.length > 1 && holdsOptions(last) ? last : {};
  const values = others === last ? given.slice(0, -1) : given;
  if (values.length > first.length) {
    throw new StriateError({
      where,
      rule: first.length ? `takes ${first.join(' and ')} without a name, and no more` : 'takes no value without a name',
      received: values.map(brief).join(', '),
      advice: writing(where, Object.keys(accepted.kinds), first),
    });
  }
  const named = Object.fromEntries(values.map((value, i) => [first[i], value]));
  const twice = Object.keys(named).find((name) => Object.hasOwn(others, name));
  if (twice !== undefined) throw new StriateError({ where, rule: `${twice} is given twice` });
  return { ...named, ...others } as Options;
}

/** The values of options, in the order of their names. */
type Values<Options, First extends readonly (keyof Options)[]> = {
  readonly [At in keyof First]: Exclude<Options[First[At]], undefined>;
};

/** The arguments of a factory: options, or the first of them by position and an object with others. */
export type FactoryArguments<Options, First extends readonly (keyof Options)[]> =
  | (Partial<Options> extends Options ? [options?: Options] : [options: Options])
  | [first: Exclude<Options[First[0]], undefined>, options?: Omit<Options, First[0]>]
  | [...Values<Options, First>, options?: Omit<Options, First[number]>];

/** Makes something from options, or from the first of them by position and an object with others. */
export type OptionsFactory<Options, First extends readonly (keyof Options)[], Made> = (
  ...given: FactoryArguments<Options, First>
) => Made;

/** A factory whose options are checked. */
export function optionsFactory<const First extends readonly (keyof Options & string)[], Options extends object, Made>(
  accepted: AcceptedOptions<Options> & { readonly first: First },
  make: (options: Options) => Made,
): OptionsFactory<Options, First, Made> {
  const factory: OptionsFactory<Options, First, Made> = (...given: readonly unknown[]) =>
    make(expectOptions(accepted, optionsFrom(accepted, given)));
  // Given without being called (`loss: losses.huber`), it is known by its name.
  return Object.defineProperty(factory, 'name', { value: accepted.where });
}
