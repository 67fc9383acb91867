import type { PickleMachine, PickleValue } from './pickle.js';
import { PickleFault, wholeNumber, type PickleReader } from './pickleReader.js';

/** What an instruction does. */
export type Opcode = (machine: PickleMachine, reader: PickleReader) => void;

const value =
  (read: (reader: PickleReader) => PickleValue): Opcode =>
  (machine, reader) =>
    machine.push(read(reader));

const made =
  (make: (machine: PickleMachine) => PickleValue): Opcode =>
  (machine) =>
    machine.pushNew(make(machine));

/** The last `count` values as a tuple. */
const tuple = (count: number): Opcode =>
  made((machine) => {
    const values: PickleValue[] = [];
    for (let i = 0; i < count; i++) values.unshift(machine.pop());
    return values;
  });

/** A whole number in decimal digits, with Python 2's L behind long ones; 00 and 01 are its false and true. */
function decimal(line: string): PickleValue {
  if (line === '00' || line === '01') return line === '01';
  if (!/^-?\d{1,600}L?$/.test(line)) throw new PickleFault(`'${line.slice(0, 20)}' is no whole number`);
  return wholeNumber(BigInt(line.replace('L', '')));
}

/** A text between quotes, as Python 2 wrote it. */
function quoted(line: string): string {
  const [, , inner] = /^(['"])([^\\]*)\1$/.exec(line) ?? [];
  if (inner === undefined) throw new PickleFault('a text in it has no sound quotes');
  return inner;
}

function listOf(target: PickleValue): PickleValue[] {
  if (!isList(target)) throw new PickleFault('something is appended to a value that is not a list');
  return target;
}

function setItems(machine: PickleMachine, items: readonly PickleValue[]): void {
  const target = machine.top();
  if (!(target instanceof Map)) throw new PickleFault('entries are put into a value that is not a dictionary');
  if (items.length % 2) throw new PickleFault('a dictionary has a key without a value');
  for (let i = 0; i < items.length; i += 2) target.set(items[i], items[i + 1]);
}

const appendAll: Opcode = (machine) => {
  const items = machine.popToMark();
  const list = listOf(machine.top());
  for (const item of items) list.push(item);
};

const dictionaryOf = (items: readonly PickleValue[]): Map<PickleValue, PickleValue> => {
  if (items.length % 2) throw new PickleFault('a dictionary has a key without a value');
  const map = new Map<PickleValue, PickleValue>();
  for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
  return map;
};

const newObject: Opcode = (machine) => {
  const args = machine.pop();
  machine.call(machine.pop(), args);
};

function named(machine: PickleMachine): void {
  const [name, module] = [machine.pop(), machine.pop()];
  if (typeof name !== 'string' || typeof module !== 'string') throw new PickleFault('a class has no name');
  machine.pushGlobal(module, name);
}

/** The instructions by their code, in the order of the protocols that brought them. */
export const pickleCodes: Readonly<Record<number, Opcode>> = {
  // Protocol 0
  0x28: (machine) => machine.pushMark(),
  0x30: (machine) => machine.drop(),
  0x32: (machine) => machine.push(machine.top()),
  0x46: value((reader) => Number(reader.line())),
  0x49: value((reader) => decimal(reader.line())),
  0x4c: value((reader) => decimal(reader.line())),
  0x4e: value(() => null),
  0x53: value((reader) => quoted(reader.line())),
  0x56: value((reader) => reader.line()),
  0x50: (machine, reader) => machine.pushPersistent(reader.line()),
  0x52: newObject,
  0x61: (machine) => {
    const item = machine.pop();
    listOf(machine.top()).push(item);
  },
  0x62: (machine) => {
    // State of an object: what makers give has none that matters (an OrderedDict's `_metadata`).
    machine.pop();
    machine.top();
  },
  0x63: (machine, reader) => machine.pushGlobal(reader.line(), reader.line()),
  0x64: made((machine) => dictionaryOf(machine.popToMark())),
  0x6c: made((machine) => machine.popToMark()),
  0x67: (machine, reader) => machine.get(Number(reader.line())),
  0x70: (machine, reader) => machine.put(Number(reader.line())),
  0x73: (machine) => {
    const item = machine.pop();
    setItems(machine, [machine.pop(), item]);
  },
  0x74: made((machine) => machine.popToMark()),
  // Protocol 1
  0x29: made(() => []),
  0x31: (machine) => void machine.popToMark(),
  0x47: value((reader) => reader.float64()),
  0x4a: value((reader) => reader.int32()),
  0x4b: value((reader) => reader.uint8()),
  0x4d: value((reader) => reader.uint16()),
  0x51: (machine) => machine.pushPersistent(machine.pop()),
  0x54: value((reader) => reader.latin1(reader.uint32())),
  0x55: value((reader) => reader.latin1(reader.uint8())),
  0x58: value((reader) => reader.utf8(reader.uint32())),
  0x5d: made(() => []),
  0x65: appendAll,
  0x68: (machine, reader) => machine.get(reader.uint8()),
  0x6a: (machine, reader) => machine.get(reader.uint32()),
  0x71: (machine, reader) => machine.put(reader.uint8()),
  0x72: (machine, reader) => machine.put(reader.uint32()),
  0x75: (machine) => setItems(machine, machine.popToMark()),
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
  0x91: made((machine) => machine.popToMark()),
  0x93: named,
  0x94: (machine) => machine.memoize(),
  // A frame only says how much is to be read ahead.
  0x95: (_, reader) => void reader.uint64(),
  // Protocol 5
  0x96: value((reader) => reader.take(reader.uint64())),
};

/** Whether a value is a list or a tuple. */
export function isList(value: PickleValue | undefined): value is PickleValue[] {
  return Array.isArray(value);
}
