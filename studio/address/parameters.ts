import { say } from './strings.js';

/** A value in an address: how it is read and written, and what it is where the address does not say. */
export interface Parameter<T> {
  readonly initial: T;
  /** Undefined where the text is none of these values. */
  read(text: string): T | undefined;
  write(value: T): string;
  /** What values there are, in the language that is shown. */
  accepts(): string;
}

/** A page's parameters by their names in the address. */
export type Parameters = Readonly<Record<string, Parameter<unknown>>>;

/** The values of parameters. */
export type Values<P> = { readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never };

/** One of a few words. */
export function oneOf<const T extends string>(names: readonly T[], initial: NoInfer<T>): Parameter<T> {
  return {
    initial,
    read: (text) => names.find((name) => name === text),
    write: (value) => value,
    accepts: () => say.oneOf(names.join(', ')),
  };
}

/** A whole number of a range. */
export function wholeNumber(least: number, most: number, initial: number): Parameter<number> {
  return {
    initial,
    read: (text) =>
      /^-?\d{1,15}$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined,
    write: String,
    accepts: () => say.whole(least, most),
  };
}

/** A number of a range, written with a few digits. */
export function decimal(least: number, most: number, initial: number): Parameter<number> {
  return {
    initial,
    read: (text) =>
      /^-?\d+(\.\d+)?(e-?\d+)?$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined,
    write: (value) => String(Number(value.toPrecision(6))),
    accepts: () => say.number(least, most),
  };
}

/** A place of a picture or a map: its row and column. */
export type Place = readonly [row: number, column: number];

/** A row and a column: `at=3,4`. */
export function place(initial: Place): Parameter<Place> {
  return {
    initial,
    read: (text) => {
      const found = /^(\d{1,5}),(\d{1,5})$/.exec(text);
      return found ? [Number(found[1]), Number(found[2])] : undefined;
    },
    write: (value) => value.join(','),
    accepts: () => say.place,
  };
}

/** On or off. */
export function flag(initial: boolean): Parameter<boolean> {
  return {
    initial,
    read: (text) => (text === 'on' ? true : text === 'off' ? false : undefined),
    write: (value) => (value ? 'on' : 'off'),
    accepts: () => say.flag,
  };
}

/** A name, as of a picture, a model or a layer; what names there are is often known only later. */
export function name(initial: string, pattern = /^[^\0]{0,400}$/): Parameter<string> {
  return {
    initial,
    read: (text) => (pattern.test(text) ? text : undefined),
    write: (value) => value,
    accepts: () => say.text,
  };
}
