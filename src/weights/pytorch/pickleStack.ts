import { PickleFault } from './pickleReader.js';

/** A class or function that a pickle names; naming it runs nothing. */
export interface PickleGlobal {
  readonly global: string;
}

/** What pickles are made of here. Lists and tuples are arrays, dictionaries are maps; objects come from a table of makers. */
export type PickleValue =
  null | boolean | number | bigint | string | Uint8Array | PickleValue[] | Map<PickleValue, PickleValue> | object;

/** An object of a class that is not known here. It is never made: what it is called is all that is kept of it. */
export class OpaqueObject {
  /** What was put into it by key, as pickles fill dictionaries of classes of their own. */
  readonly entries = new Map<PickleValue, PickleValue>();
  /** Whether it has the parts of one of PyTorch's modules: a whole model. */
  isModule = false;

  constructor(
    /** Its class, or the function that would have made it. */
    readonly global: string,
    /** What it is, in words. */
    readonly description = `a Python object of ${global}`,
    /** Whether it stands for a tensor of a kind that cannot be read. */
    readonly isTensor = false,
  ) {}
}

/** Makes what a call in a pickle stands for, from plain values. */
export type PickleMaker = (args: readonly PickleValue[]) => PickleValue;

/** What a pickle may name and refer to. */
export interface PickleRules {
  /** Functions and classes that are known, by their full name in Python; what calls of others give is opaque. */
  readonly makers: ReadonlyMap<string, PickleMaker>;
  /** What a persistent id stands for. */
  readonly persistent: (id: PickleValue) => PickleValue;
}

/** A pickle in which an object of a class that is not known stands where weights should. */
export class ForeignObject extends PickleFault {
  constructor(
    readonly global: string,
    /** Where it stands in the file, if it is not the file's whole value. */
    readonly key?: string,
  ) {
    super(`it holds Python objects of ${global}`);
  }
}

/**
 * What no checkpoint calls and attacks do. Nothing is called here whatever its name; a file that would run commands where
 * Python reads it is refused all the same, so that its user learns of it.
 */
const attacks =
  /^((os|posix|nt|posixpath|subprocess|pty|socket|shutil|sys|runpy|importlib|ctypes|webbrowser|code|commands)(\.|$)|(builtins|__builtin__)\.(eval|exec|execfile|compile|open|__import__)$)/;

/** Real files have some thousand values; these limits keep a hostile one within some hundred megabytes. */
const limits = { containers: 1_000_000, values: 1_000_000 } as const;

/** Stands on the stack where a MARK was. */
const mark = Symbol('mark');
type Slot = PickleValue | typeof mark;

/**
 * What a pickle's instructions work on: a stack of values, and those that are remembered by number. It can run no code: it
 * calls nothing but the makers that it is given.
 */
export class PickleStack {
  private readonly stack: Slot[] = [];
  private readonly memo = new Map<number, PickleValue>();
  private containers = 0;

  constructor(private readonly rules: PickleRules) {}

  push(value: PickleValue): void {
    this.grow(value);
  }

  /** A list, dictionary or the like, all of which are counted. */
  pushNew(value: PickleValue, cost = 1): void {
    this.containers += cost;
    if (this.containers > limits.containers) throw new PickleFault('it holds more values than any weights do');
    this.push(value);
  }

  pop(): PickleValue {
    const value = this.stack.pop();
    if (value === undefined || value === mark) throw new PickleFault('an instruction lacks its value');
    return value;
  }

  /** The uppermost value, which stays. */
  top(): PickleValue {
    const value = this.stack.at(-1);
    if (value === undefined || value === mark) throw new PickleFault('an instruction lacks its value');
    return value;
  }

  pushMark(): void {
    this.grow(mark);
  }

  /** What was pushed since the last mark; takes away both. */
  popToMark(): PickleValue[] {
    const at = this.stack.lastIndexOf(mark);
    if (at < 0) throw new PickleFault('an instruction lacks its mark');
    const values = this.stack.splice(at);
    values.shift();
    return values as PickleValue[];
  }

  /** Drops the uppermost value, or the mark if that is uppermost. */
  drop(): void {
    if (this.stack.pop() === undefined) throw new PickleFault('an instruction lacks its value');
  }

  put(key: number): void {
    this.memo.set(key, this.top());
    if (this.memo.size > limits.values) throw new PickleFault('it remembers more values than any weights do');
  }

  /** Remembers the uppermost value under the next number. */
  memoize(): void {
    this.put(this.memo.size);
  }

  get(key: number): void {
    const value = this.memo.get(key);
    if (value === undefined) throw new PickleFault(`it refers to value ${key}, which it does not have`);
    this.push(value);
  }

  /** A class or function by its name. */
  pushGlobal(module: string, name: string): void {
    this.pushNew({ global: `${module}.${name}` } satisfies PickleGlobal);
  }

  /** What a call gives: a maker's value, or else an object that stays closed. */
  call(callee: PickleValue, args: PickleValue): void {
    const name = isGlobal(callee) ? callee.global : undefined;
    if (name === undefined) throw new PickleFault('it calls a value that is not a function');
    if (attacks.test(name)) throw new ForeignObject(name);
    if (!isList(args)) throw new PickleFault(`the arguments of ${name} are not a tuple`);
    const maker = this.rules.makers.get(name);
    if (!maker) {
      this.pushNew(new OpaqueObject(name));
      return;
    }
    // Makers copy what they are given, and one list can be given again and again.
    const cost = args.reduce<number>((sum, arg) => sum + extent(arg), 1);
    this.pushNew(maker(args), cost);
  }

  pushPersistent(id: PickleValue): void {
    this.pushNew(this.rules.persistent(id));
  }

  private grow(slot: Slot): void {
    if (this.stack.push(slot) > limits.values) throw new PickleFault('it nests more values than any weights do');
  }
}

/** How many values a list or dictionary has. */
function extent(value: PickleValue): number {
  if (isList(value)) return value.length;
  return value instanceof Map ? value.size : 0;
}

/** Whether a value is the name of a class or function, or an object that may be one (`functools.partial`). */
export function isGlobal(value: PickleValue | undefined): value is PickleGlobal {
  return typeof value === 'object' && value !== null && 'global' in value;
}

/** Whether a value is a list or a tuple. */
export function isList(value: PickleValue | undefined): value is PickleValue[] {
  return Array.isArray(value);
}
