import { formatShape, sizeOf, type Shape } from '../../tensor/index.js';
import { elementTypes, type ElementType } from './elementTypes.js';
import { PickleFault, type PickleReader } from './pickleReader.js';
import { isGlobal, isList, type PickleMaker, type PickleValue } from './pickleStack.js';
import { readPickle } from './readPickle.js';

/** A block of numbers that lies in the file beside the pickle. */
export class TorchStorage {
  constructor(
    readonly type: ElementType,
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
    readonly offset: number,
    readonly shape: Shape,
    readonly strides: readonly number[],
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

/** `torch._utils._rebuild_tensor_v2(storage, offset, size, stride, …)`, and the older one without what follows. */
const rebuildTensor: PickleMaker = ([storage, offset, size, stride]) => {
  if (!(storage instanceof TorchStorage) || !isCount(offset)) throw new PickleFault('a tensor lacks its storage');
  const shape = counts(size, 'shape');
  const strides = counts(stride, 'stride');
  if (strides.length !== shape.length) throw new PickleFault('a tensor has not as many strides as axes');
  const last = shape.reduce((sum, n, axis) => sum + (n - 1) * strides[axis], offset);
  if (sizeOf(shape) > 0 && !(last < storage.elements)) {
    throw new PickleFault(
      `a tensor of shape ${formatShape(shape)} reaches beyond its storage of ${storage.elements} elements`,
    );
  }
  return new TorchTensor(storage, offset, shape, strides);
};

/** A parameter is the tensor in it. */
const rebuildParameter: PickleMaker = ([data]) => {
  if (!(data instanceof TorchTensor)) throw new PickleFault('a parameter has no tensor');
  return data;
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

const makers: ReadonlyMap<string, PickleMaker> = new Map<string, PickleMaker>([
  ['torch._utils._rebuild_tensor_v2', rebuildTensor],
  ['torch._utils._rebuild_tensor', rebuildTensor],
  ['torch._utils._rebuild_parameter', rebuildParameter],
  ['torch._utils._rebuild_parameter_with_state', rebuildParameter],
  ['torch.nn.parameter.Parameter', rebuildParameter],
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

const storageTypes: ReadonlyMap<string, ElementType | undefined> = new Map(
  ['torch', 'torch.storage', 'torch.cuda'].flatMap((module) =>
    Object.entries(elementTypes).map(([name, type]) => [`${module}.${name}Storage`, type] as const),
  ),
);

/** Types of numbers, which stand in checkpoints as values. */
const numberTypes = ['float32', 'float64', 'float16', 'bfloat16', 'int8', 'int16', 'int32', 'int64', 'uint8', 'bool'];

const names: ReadonlySet<string> = new Set([
  ...storageTypes.keys(),
  ...numberTypes.map((name) => `torch.${name}`),
  'torch.Tensor',
  ...['int', 'float', 'bool', 'str'].flatMap((name) => [`builtins.${name}`, `__builtin__.${name}`]),
]);

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
  const persistent = (id: PickleValue): TorchStorage => {
    const { block, storage } = storageOf(id);
    onStorage?.(block);
    return storage;
  };
  return readPickle(reader, { makers, names, persistent });
}
