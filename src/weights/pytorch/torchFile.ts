import { sizeOf, StriateError, Tensor, type DType } from '../../tensor/index.js';
import type { SafeTensors } from '../../tensor/safetensors.js';
import type { HostNumbers } from '../../tensor/storedNumbers.js';
import { looksLikeZip, unzip } from '../../platform/zip.js';
import { PickleFault, PickleReader } from './pickleReader.js';
import { ForeignObject, isList } from './pickleStack.js';
import { dictionariesOf, holdsArrays, type TorchDictionaries } from './stateDictionary.js';
import { holdsMagic, isTar } from './torchSignature.js';
import { readTorchPickle, type TorchStorage, type TorchTensor } from './torchPickle.js';

/** What files of before PyTorch 1.6 begin with, as a number in a pickle. */
const magic = 0x1950a86a20f9469cfc6cn;
const legacyVersion = 1001;

/** A file's tensors by name and, block by block, the numbers that they are windows on. */
interface TorchContent {
  readonly found: TorchDictionaries;
  /** The bytes of a block. */
  readonly block: (key: string) => Uint8Array;
}

/**
 * Reads the tensors of a file that `torch.save` wrote, without running any code: a state dictionary, or a checkpoint that has
 * one or several, whose tensors are called by the keys on the way to them (`model.fc.weight`).
 *
 * @throws StriateError that names the file, when it is damaged or holds no tensors.
 */
export async function decodeTorch(bytes: Uint8Array, file = 'weights'): Promise<SafeTensors> {
  try {
    const content = looksLikeZip(bytes) ? await readArchive(bytes, file) : readStream(bytes);
    const { unreadable, dictionaries } = content.found;
    return { tensors: materialized(content, bytes.length), metadata: {}, unreadable, dictionaries };
  } catch (error) {
    if (error instanceof ForeignObject) {
      const under = error.key === undefined ? '' : ` under '${error.key}'`;
      throw new StriateError({
        where: file,
        rule: `holds Python objects of ${error.global}${under}, and reading them would run code`,
        advice: 'save the state dictionary alone: torch.save(model.state_dict(), path)',
      });
    }
    if (!(error instanceof PickleFault)) throw error;
    throw error
      .within(file)
      .advising(
        'use another copy of the file, or save the state dictionary alone: torch.save(model.state_dict(), path)',
      );
  }
}

/** The zip format: `NAME/data.pkl`, and a block of numbers each in `NAME/data/KEY`. */
async function readArchive(bytes: Uint8Array, file: string): Promise<TorchContent> {
  const names: string[] = [];
  const described = await unzip(bytes, file, (name) => {
    names.push(name);
    return /^([^/]*\/)?(data\.pkl|byteorder)$/.test(name);
  });
  const pickle = [...described.keys()].find((name) => name.endsWith('data.pkl'));
  if (pickle === undefined) throw new PickleFault(`it is a zip archive without data.pkl${hint(names)}`);
  const root = pickle.slice(0, -'data.pkl'.length);
  const order = new TextDecoder().decode(described.get(`${root}byteorder`) ?? new Uint8Array());
  checkOrder(order !== 'big');
  if (names.includes(`${root}constants.pkl`) && names.some((name) => name.startsWith(`${root}code/`))) {
    throw new PickleFault('it is a TorchScript program (torch.jit.save)');
  }
  const found = dictionariesOf(readTorchPickle(new PickleReader(described.get(pickle)!)));
  const wanted = new Set(Array.from(found.tensors.values(), ({ storage }) => `${root}data/${storage.key}`));
  const blocks = await unzip(bytes, file, (name) => wanted.has(name));
  return {
    found,
    block(key) {
      const block = blocks.get(`${root}data/${key}`);
      if (!block) throw new PickleFault(`the numbers '${key}' are not in the archive`);
      return block;
    },
  };
}

function hint(names: readonly string[]): string {
  if (names.some((name) => /(^|\/)(archive_format|serialized_exported_program\.json)$/.test(name))) {
    return '; it seems to be a program of torch.export';
  }
  return names.some((name) => /config\.json$|model\.weights\.h5$/.test(name))
    ? '; it seems to be Keras’s, which importKeras and loadKerasWeights read'
    : '';
}

/** The format of before PyTorch 1.6: five pickles, and then the blocks, each behind its number of elements. */
function readStream(bytes: Uint8Array): TorchContent {
  if (isTar(bytes)) throw new PickleFault('it is in the tar format of PyTorch before 0.2, which is no longer read');
  if (!holdsMagic(bytes)) {
    throw new PickleFault(
      `it is a pickle, but not one that torch.save wrote${arraysIn(bytes) ? `: ${arraysSay}` : ''}`,
    );
  }
  const reader = new PickleReader(bytes);
  const number = readTorchPickle(reader);
  const version = readTorchPickle(reader);
  if (number !== magic || version !== legacyVersion) throw new PickleFault('it does not begin as PyTorch’s files do');
  const system = readTorchPickle(reader);
  checkOrder(!(system instanceof Map) || system.get('little_endian') !== false);
  const storages = new Map<string, TorchStorage>();
  const value = readTorchPickle(reader, (block) => void storages.set(block.key, block));
  const found = dictionariesOf(value);
  const keys = readTorchPickle(reader);
  if (!isList(keys)) throw new PickleFault('the list of its blocks is missing');
  const blocks = new Map<string, Uint8Array>();
  for (const key of keys) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (!storage) throw new PickleFault('it lists a block of numbers that nothing belongs to');
    blocks.set(storage.key, reader.take(reader.uint64() * storage.type.bytes));
  }
  return {
    found,
    block(key) {
      const block = blocks.get(key);
      if (!block) throw new PickleFault(`the numbers '${key}' are not in the file`);
      return block;
    },
  };
}

const arraysSay =
  "it has the weights as NumPy arrays, as Detectron2's and Caffe2's files have, under names of that program; make tensors of them in Python, torch.from_numpy(array)";

/** Whether a pickle of another program holds NumPy's arrays. */
function arraysIn(bytes: Uint8Array): boolean {
  try {
    return holdsArrays(readTorchPickle(new PickleReader(bytes)));
  } catch (error) {
    if (error instanceof PickleFault) return false;
    throw error;
  }
}

function checkOrder(little: boolean): void {
  if (!little) throw new PickleFault('it was written on a big-endian machine');
}

/** Elements that a file of one byte may have: boolean ones need no more, and a hostile file could repeat them for ever. */
const elementsPerByte = 4;

function materialized({ found, block }: TorchContent, fileBytes: number): Map<string, Tensor> {
  let room = elementsPerByte * fileBytes;
  const made = new Map<TorchTensor, Tensor>();
  const result = new Map<string, Tensor>();
  for (const [name, tensor] of found.tensors) {
    let read = made.get(tensor);
    if (!read) {
      const elements = sizeOf(tensor.shape);
      room -= elements;
      if (!(room >= 0)) throw new PickleFault(`tensor '${name}' would be larger than the file can be`);
      const { dtype, data } = elementsOf(tensor, elements, block(tensor.storage.key), name);
      made.set(tensor, (read = new Tensor<DType>(dtype, tensor.shape, data)));
    }
    result.set(name, read);
  }
  return result;
}

function elementsOf(tensor: TorchTensor, count: number, block: Uint8Array, name: string): HostNumbers {
  const { storage, numbers, offset, negated } = tensor;
  const needed = (storage.start + storage.elements) * numbers.bytes;
  if (block.length < needed) {
    throw new PickleFault(`it is cut off inside tensor '${name}' (${block.length} of ${needed} bytes)`);
  }
  const first = storage.start + offset;
  const read = tensor.contiguous
    ? numbers.read(block.subarray(first * numbers.bytes, (first + count) * numbers.bytes), count)
    : numbers.read(block, count, placesIn(tensor, first));
  if (!negated) return read;
  const { dtype, data } = read;
  return { dtype, data: data.map((value) => -value) } as HostNumbers;
}

/** Where the elements of a window stand in its block, the first at `first`. */
function placesIn({ shape, strides }: TorchTensor, first: number): (i: number) => number {
  return (i) => {
    let [rest, position] = [i, first];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position += (rest % shape[axis]) * strides[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    return position;
  };
}
