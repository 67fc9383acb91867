import { PickleFault, wholeNumber, type PickleReader } from './pickleReader.js';
import { isList, OpaqueObject, PickleStack, type PickleRules, type PickleValue } from './pickleStack.js';

/** Real files have some thousand instructions. */
const mostInstructions = 4_000_000;

const stop = 0x2e;

/**
 * The value of one of Python's pickles (protocols 0 to 5, https://docs.python.org/3/library/pickletools.html), read without
 * running any code. The reader then stands behind it.
 *
 * @throws PickleFault when it is damaged, or calls what only attacks do.
 */
export function readPickle(reader: PickleReader, rules: PickleRules): PickleValue {
  const stack = new PickleStack(rules);
  for (let count = 0; count < mostInstructions; count++) {
    const code = reader.uint8();
    if (code === stop) return stack.pop();
    const instruction: Instruction | undefined = instructions[code];
    if (!instruction)
      throw new PickleFault(`0x${code.toString(16)} at ${reader.at - 1} is no instruction that weights need`);
    instruction(stack, reader);
  }
  throw new PickleFault('it has more instructions than any weights need');
}

/** What an instruction does. */
type Instruction = (stack: PickleStack, reader: PickleReader) => void;

const value =
  (read: (reader: PickleReader) => PickleValue): Instruction =>
  (stack, reader) =>
    stack.push(read(reader));

const made =
  (make: (stack: PickleStack) => PickleValue): Instruction =>
  (stack) =>
    stack.pushNew(make(stack));

/** The last `count` values as a tuple. */
const tuple = (count: number): Instruction =>
  made((stack) => {
    const values: PickleValue[] = [];
    for (let i = 0; i < count; i++) values.unshift(stack.pop());
    return values;
  });

/** A whole number in decimal digits, with Python 2's L behind long ones; 00 and 01 are its false and true. */
function decimal(line: string): PickleValue {
  if (line === '00' || line === '01') return line === '01';
  if (!/^-?\d{1,600}L?$/.test(line)) throw new PickleFault(`'${line.slice(0, 20)}' is not a whole number`);
  return wholeNumber(BigInt(line.replace('L', '')));
}

/** A text between quotes, as Python 2 wrote it. */
function quoted(line: string): string {
  const [, , inner] = /^(['"])([^\\]*)\1$/.exec(line) ?? [];
  if (inner === undefined) throw new PickleFault('a text in it has no sound quotes');
  return inner;
}

/** The list that something is appended to; what an object of an unknown class holds is not kept. */
function listOf(target: PickleValue): PickleValue[] {
  if (target instanceof OpaqueObject) return [];
  if (!isList(target)) throw new PickleFault('something is appended to a value that is not a list');
  return target;
}

function setItems(stack: PickleStack, items: readonly PickleValue[]): void {
  const top = stack.top();
  const target = top instanceof OpaqueObject ? top.entries : top;
  if (!(target instanceof Map)) throw new PickleFault('entries are put into a value that is not a dictionary');
  if (items.length % 2) throw new PickleFault('a dictionary has a key without a value');
  for (let i = 0; i < items.length; i += 2) target.set(items[i], items[i + 1]);
}

const appendAll: Instruction = (stack) => {
  const items = stack.popToMark();
  const list = listOf(stack.top());
  for (const item of items) list.push(item);
};

const dictionaryOf = (items: readonly PickleValue[]): Map<PickleValue, PickleValue> => {
  if (items.length % 2) throw new PickleFault('a dictionary has a key without a value');
  const map = new Map<PickleValue, PickleValue>();
  for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
  return map;
};

const newObject = (stack: PickleStack): void => {
  const args = stack.pop();
  stack.call(stack.pop(), args);
};

function named(stack: PickleStack): void {
  const [name, module] = [stack.pop(), stack.pop()];
  if (typeof name !== 'string' || typeof module !== 'string') throw new PickleFault('a class has no name');
  stack.pushGlobal(module, name);
}

/** The instructions by their code, in the order of the protocols that brought them. */
const instructions: Readonly<Record<number, Instruction>> = {
  // Protocol 0
  0x28: (stack) => stack.pushMark(),
  0x30: (stack) => stack.drop(),
  0x32: (stack) => stack.push(stack.top()),
  0x46: value((reader) => Number(reader.line())),
  0x49: value((reader) => decimal(reader.line())),
  0x4c: value((reader) => decimal(reader.line())),
  0x4e: value(() => null),
  0x53: value((reader) => quoted(reader.line())),
  0x56: value((reader) => reader.line()),
  0x50: (stack, reader) => stack.pushPersistent(reader.line()),
  0x52: newObject,
  0x61: (stack) => {
    const item = stack.pop();
    listOf(stack.top()).push(item);
  },
  0x62: (stack) => {
    // State of an object: what makers give has none that matters (an OrderedDict's `_metadata`).
    const state = stack.pop();
    const object = stack.top();
    if (object instanceof OpaqueObject && state instanceof Map && state.has('_modules')) object.isModule = true;
  },
  0x63: (stack, reader) => stack.pushGlobal(reader.line(), reader.line()),
  0x64: made((stack) => dictionaryOf(stack.popToMark())),
  0x6c: made((stack) => stack.popToMark()),
  0x67: (stack, reader) => stack.get(Number(reader.line())),
  0x70: (stack, reader) => stack.put(Number(reader.line())),
  0x73: (stack) => {
    const item = stack.pop();
    setItems(stack, [stack.pop(), item]);
  },
  0x74: made((stack) => stack.popToMark()),
  // Protocol 1
  0x29: made(() => []),
  0x31: (stack) => void stack.popToMark(),
  0x47: value((reader) => reader.float64()),
  0x4a: value((reader) => reader.int32()),
  0x4b: value((reader) => reader.uint8()),
  0x4d: value((reader) => reader.uint16()),
  0x51: (stack) => stack.pushPersistent(stack.pop()),
  0x54: value((reader) => reader.latin1(reader.uint32())),
  0x55: value((reader) => reader.latin1(reader.uint8())),
  0x58: value((reader) => reader.utf8(reader.uint32())),
  0x5d: made(() => []),
  0x65: appendAll,
  0x68: (stack, reader) => stack.get(reader.uint8()),
  0x6a: (stack, reader) => stack.get(reader.uint32()),
  0x71: (stack, reader) => stack.put(reader.uint8()),
  0x72: (stack, reader) => stack.put(reader.uint32()),
  0x75: (stack) => setItems(stack, stack.popToMark()),
  0x7d: made(() => new Map()),
  // Protocol 2
  0x80: (_, reader) => {
    const version = reader.uint8();
    if (version > 5) throw new PickleFault(`it is a pickle of protocol ${version}; 5 is the last that is known`);
  },
  0x81: newObject,
  0x85: tuple(1),
  0x86: tuple(2),
  0x87: tuple(3),
  0x88: value(() => true),
  0x89: value(() => false),
  0x8a: value((reader) => reader.long(reader.uint8())),
  0x8b: value((reader) => reader.long(reader.uint32())),
  // Protocol 3
  0x42: value((reader) => reader.take(reader.uint32())),
  0x43: value((reader) => reader.take(reader.uint8())),
  // Protocol 4
  0x8c: value((reader) => reader.utf8(reader.uint8())),
  0x8d: value((reader) => reader.utf8(reader.uint64())),
  0x8e: value((reader) => reader.take(reader.uint64())),
  0x8f: made(() => []),
  0x90: appendAll,
  0x91: made((stack) => stack.popToMark()),
  0x92: (stack) => {
    // With arguments by name, which nothing that is known here takes.
    stack.pop();
    newObject(stack);
  },
  0x93: named,
  0x94: (stack) => stack.memoize(),
  // A frame only says how much is to be read ahead.
  0x95: (_, reader) => void reader.uint64(),
  // Protocol 5
  0x96: value((reader) => reader.take(reader.uint64())),
};
