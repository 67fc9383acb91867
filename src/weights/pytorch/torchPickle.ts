import { formatShape, sizeOf, type Shape } from '../../tensor/index.js';
import { storedTypes, type StoredType } from '../../tensor/storedNumbers.js';
import { PickleFault, type PickleReader } from './pickleReader.js';
import {
  isGlobal,
  isList,
  OpaqueObject,
  type PickleGlobal,
  type PickleMaker,
  type PickleValue,
} from './pickleStack.js';
import { readPickle } from './readPickle.js';

/** How PyTorch calls a storage and what it holds; without `numbers` nobody here can read them. */
interface StorageType {
  /** The numbers' type: `complex64`. */
  readonly name: string;
  readonly bytes: number;
  readonly numbers?: StoredType;
}

/** A block of numbers that lies in the file beside the pickle. */
export class TorchStorage {
  constructor(
    readonly type: StorageType,
    /** Its name in the file. */
    readonly key: string,
    /** How many numbers it has. */
    readonly elements: number,
    /** Where it begins in the block called `key`, in elements: some old files have views. */
    readonly start: number,
  ) {}
}

/** A tensor as a pickle describes it: a window on a storage. */
export class TorchTensor {
  constructor(
    readonly storage: TorchStorage,
    readonly numbers: StoredType,
    readonly offset: number,
    readonly shape: Shape,
    readonly strides: readonly number[],
    /** Whether its numbers are the negatives of what is stored, as in the imaginary part of a conjugate. */
    readonly negated: boolean,
  ) {}

  /** Whether its elements lie one after the other. */
  get contiguous(): boolean {
    let step = 1;
    for (let axis = this.shape.length - 1; axis >= 0; axis--) {
      if (this.shape[axis] !== 1 && this.strides[axis] !== step) return false;
      step *= this.shape[axis];
    }
    return true;
  }
}

/** PyTorch itself has no more axes. */
const mostAxes = 64;

const isCount = (value: PickleValue | undefined): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

function counts(value: PickleValue | undefined, what: string): number[] {
  if (isList(value) && value.length <= mostAxes && value.every(isCount)) return [...value];
  throw new PickleFault(`a tensor's ${what} is no list of whole numbers`);
}

/** The class of NumPy's arrays. */
export const numpyArrays = 'numpy.ndarray';

/** A tensor of a kind that is no plain block of numbers. */
const opaqueTensor =
  (description: string): PickleMaker =>
  () =>
    new OpaqueObject('torch.Tensor', description, true);

/** A window on a storage of numbers of this type. */
function tensorOn(
  storage: TorchStorage,
  type: StorageType,
  place: readonly PickleValue[],
  bits: PickleValue,
): PickleValue {
  const [offset, size, stride] = place;
  if (!isCount(offset)) throw new PickleFault('a tensor lacks its storage');
  const shape = counts(size, 'shape');
  const strides = counts(stride, 'stride');
  if (strides.length !== shape.length) throw new PickleFault('a tensor has not as many strides as axes');
  const last = shape.reduce((sum, n, axis) => sum + (n - 1) * strides[axis], offset);
  if (sizeOf(shape) > 0 && !(last < storage.elements)) {
    throw new PickleFault(
      `a tensor of shape ${formatShape(shape)} reaches beyond its storage of ${storage.elements} elements`,
    );
  }
  const { name, numbers } = type;
  if (!numbers) return opaqueTensor(`${name} numbers`)([]);
  // A conjugate of real numbers is themselves.
  return new TorchTensor(storage, numbers, offset, shape, strides, bits instanceof Map && bits.get('neg') === true);
}

/** `torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks, bits)`; older ones end sooner. */
const rebuildTensor: PickleMaker = ([storage, offset, size, stride, , , bits = null]) => {
  if (!(storage instanceof TorchStorage)) throw new PickleFault('a tensor lacks its storage');
  return tensorOn(storage, storage.type, [offset, size, stride], bits);
};

/** `_rebuild_tensor_v3(storage, offset, size, stride, requires_grad, hooks, dtype, bits)`: a storage of bytes and a type. */
const rebuildTypedTensor: PickleMaker = ([storage, offset, size, stride, , , dtype, bits = null]) => {
  if (!(storage instanceof TorchStorage) || !isGlobal(dtype)) throw new PickleFault('a tensor lacks its storage');
  const type = numberTypes.get(dtype.global);
  if (!type) return opaqueTensor(`${dtype.global.replace(/^torch\./, '')} numbers`)([]);
  const { key, elements, start } = storage;
  const scale = storage.type.bytes / type.bytes;
  const typed = new TorchStorage(type, key, Math.floor(elements * scale), Math.floor(start * scale));
  return tensorOn(typed, type, [offset, size, stride], bits);
};

/** A parameter is the tensor in it. */
const rebuildParameter: PickleMaker = ([data]) => {
  if (data instanceof TorchTensor || data instanceof OpaqueObject) return data;
  throw new PickleFault('a parameter has no tensor');
};

/** `torch._tensor._rebuild_from_type_v2(function, class, arguments, state)`: a tensor with attributes of its own. */
const rebuildFromType: PickleMaker = ([inner, , args = null]) => {
  const maker = isGlobal(inner) && inner.global.startsWith('torch._utils.') ? makers.get(inner.global) : undefined;
  if (!maker || !isList(args)) return opaqueTensor('a tensor of a class of its own')([]);
  return maker(args);
};

/** An OrderedDict's or dict's pairs. */
const dictionary: PickleMaker = ([pairs = []]) => {
  if (pairs instanceof Map) return new Map<PickleValue, PickleValue>(pairs);
  if (!isList(pairs) || !pairs.every(isPair)) throw new PickleFault('a dictionary is not made of pairs');
  return new Map(pairs as (readonly [PickleValue, PickleValue])[]);
};

function isPair(value: PickleValue): value is [PickleValue, PickleValue] {
  return isList(value) && value.length === 2;
}

/** A list, set or tuple of what is given. */
const listOf: PickleMaker = ([items = []]) => (isList(items) ? [...items] : []);

/** What is not needed here, such as the type that a number once had. */
const nothing: PickleMaker = () => null;

const sparse = opaqueTensor('a sparse tensor (tensor.to_dense() makes it a plain one)');
const quantized = opaqueTensor('a quantised tensor (tensor.dequantize() makes it a plain one)');
const emptyTensor = opaqueTensor('a tensor without numbers, of the device meta');

/** Arrays hold a checkpoint's counters and records; as weights they are not what a model's `load_state_dict` takes either. */
const numpyArray: PickleMaker = () => new OpaqueObject(numpyArrays, 'a NumPy array');

const makers: ReadonlyMap<string, PickleMaker> = new Map<string, PickleMaker>([
  ['torch._utils._rebuild_tensor_v2', rebuildTensor],
  ['torch._utils._rebuild_tensor', rebuildTensor],
  ['torch._utils._rebuild_tensor_v3', rebuildTypedTensor],
  ['torch._utils._rebuild_parameter', rebuildParameter],
  ['torch._utils._rebuild_parameter_with_state', rebuildParameter],
  ['torch.nn.parameter.Parameter', rebuildParameter],
  ['torch._tensor._rebuild_from_type', rebuildFromType],
  ['torch._tensor._rebuild_from_type_v2', rebuildFromType],
  ['torch._utils._rebuild_qtensor', quantized],
  ['torch._utils._rebuild_sparse_tensor', sparse],
  ['torch._utils._rebuild_sparse_csr_tensor', sparse],
  ['torch._utils._rebuild_nested_tensor', opaqueTensor('a nested tensor')],
  ['torch._utils._rebuild_meta_tensor_no_storage', emptyTensor],
  ['torch._utils._rebuild_wrapper_subclass', opaqueTensor('a tensor of a class of its own')],
  [
    'torch._utils._rebuild_device_tensor_from_numpy',
    opaqueTensor('a tensor of another device, stored as a NumPy array'),
  ],
  ['torch._utils._rebuild_device_tensor_from_cpu_tensor', rebuildParameter],
  ['numpy._core.multiarray._reconstruct', numpyArray],
  ['numpy.core.multiarray._reconstruct', numpyArray],
  ['numpy._core.numeric._frombuffer', numpyArray],
  ['numpy.core.numeric._frombuffer', numpyArray],
  ['torch.Size', listOf],
  ['torch.device', nothing],
  ['collections.OrderedDict', dictionary],
  ['collections.Counter', dictionary],
  // The first argument is what makes values of missing keys.
  ['collections.defaultdict', () => new Map()],
  ...['builtins', '__builtin__'].flatMap((module): [string, PickleMaker][] => [
    [`${module}.dict`, dictionary],
    ...['list', 'set', 'frozenset', 'tuple'].map((name): [string, PickleMaker] => [`${module}.${name}`, listOf]),
  ]),
  // Python 3's bytes in the protocols that have none.
  ['_codecs.encode', ([text]) => text ?? null],
]);

/** The types of numbers by their name in Python. */
const numberTypes: ReadonlyMap<string, StorageType> = new Map(
  Object.entries(storedTypes).map(([name, numbers]) => [`torch.${name}`, { name, bytes: numbers.bytes, numbers }]),
);

/** What storages are called before `Storage`, and the type of their numbers. */
const storageNames = {
  Float: 'float32',
  Double: 'float64',
  Half: 'float16',
  BFloat16: 'bfloat16',
  Long: 'int64',
  Int: 'int32',
  Short: 'int16',
  Char: 'int8',
  Byte: 'uint8',
  Bool: 'bool',
} as const satisfies Record<string, keyof typeof storedTypes>;

/** Storages of what is no plain number: its type, and the bytes of an element. */
const otherStorages = {
  ComplexHalf: ['complex32', 4],
  ComplexFloat: ['complex64', 8],
  ComplexDouble: ['complex128', 16],
  QInt8: ['qint8', 1],
  QUInt8: ['quint8', 1],
  QInt32: ['qint32', 4],
  QUInt4x2: ['quint4x2', 1],
  QUInt2x4: ['quint2x4', 1],
  Untyped: ['untyped', 1],
} as const;

const storageTypes: ReadonlyMap<string, StorageType> = new Map(
  ['torch', 'torch.storage', 'torch.cuda'].flatMap((module): [string, StorageType][] => [
    ...Object.entries(storageNames).map(([storage, name]): [string, StorageType] => [
      `${module}.${storage}Storage`,
      numberTypes.get(`torch.${name}`)!,
    ]),
    ...Object.entries(otherStorages).map(([storage, [name, bytes]]): [string, StorageType] => [
      `${module}.${storage}Storage`,
      { name, bytes },
    ]),
  ]),
);

/** `('storage', type, key, location, elements, view)`: a storage that lies beside the pickle. */
function storageOf(id: PickleValue): { readonly block: TorchStorage; readonly storage: TorchStorage } {
  const [tag, type, key, , elements, view = null] = isList(id) ? id : [];
  const element = isGlobal(type) ? storageTypes.get(type.global) : undefined;
  if (tag !== 'storage' || !element || typeof key !== 'string' || !isCount(elements)) {
    throw new PickleFault('it refers to something that is no storage of plain numbers');
  }
  const block = new TorchStorage(element, key, elements, 0);
  if (view === null) return { block, storage: block };
  const [, start, size] = isList(view) ? view : [];
  if (!isCount(start) || !isCount(size) || start + size > elements) {
    throw new PickleFault('a storage is no sound view of another');
  }
  return { block, storage: new TorchStorage(element, key, size, start) };
}

/**
 * The value of one of PyTorch's pickles; the reader then stands behind it.
 *
 * @param onStorage - called with every block that the pickle refers to, with its whole number of elements
 */
export function readTorchPickle(reader: PickleReader, onStorage?: (block: TorchStorage) => void): PickleValue {
  const persistent = (id: PickleValue): PickleValue => {
    // Older files say with a module's class where its source was.
    if (isList(id) && id[0] === 'module' && isGlobal(id[1])) return { global: id[1].global } satisfies PickleGlobal;
    const { block, storage } = storageOf(id);
    onStorage?.(block);
    return storage;
  };
  return readPickle(reader, { makers, persistent });
}
