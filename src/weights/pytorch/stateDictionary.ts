import { PickleFault } from './pickleReader.js';
import { ForeignObject, isGlobal, isList, OpaqueObject, type PickleValue } from './pickleStack.js';
import { numpyArrays, TorchTensor } from './torchPickle.js';

/** The tensors of all dictionaries in a file, each called by its keys from the outermost inwards: `model.fc.weight`. */
export interface TorchDictionaries {
  readonly tensors: ReadonlyMap<string, TorchTensor>;
  /** What stands in a dictionary and is no tensor that can be read, and what it is. */
  readonly unreadable: ReadonlyMap<string, string>;
  /** What stands before the names in each dictionary of tensors: '' for the outermost, `model.`. */
  readonly dictionaries: readonly string[];
}

/** Checkpoints put dictionaries into dictionaries, but not deeper than this. */
const deepest = 8;

/** Values that are looked at; the same dictionary may stand in a file again and again. */
const mostValues = 1_000_000;

/** Lists of dictionaries are short. */
const longestList = 4096;

/** What stands under these names are tensors, too, but not a model's. */
const notWeights = /optim|^opt$|sched|scaler|rng/i;

/**
 * The tensors in what `torch.save` was given: a dictionary of them, or a checkpoint that has one or several at any depth.
 * Optimizers' tensors are left out.
 *
 * @throws PickleFault when there is none.
 */
export function dictionariesOf(value: PickleValue): TorchDictionaries {
  const search = new DictionarySearch();
  search.visit(value, '', 0, []);
  const { tensors, unreadable, opaque } = search;
  if (search.dictionaries.size > 0) return { tensors, unreadable, dictionaries: [...search.dictionaries] };
  if (isGlobal(value)) throw new ForeignObject(value.global);
  if (opaque?.object.global === numpyArrays) {
    throw new PickleFault(
      `it holds NumPy arrays, as under '${opaque.key}', and no tensors, which torch.from_numpy(array) makes of them`,
    );
  }
  if (opaque) throw new ForeignObject(opaque.object.global, opaque.key);
  if (!(value instanceof Map)) throw new PickleFault(`it holds ${describe(value)} and no dictionary of tensors`);
  const keys = [...value.keys()].slice(0, 8).map(String).join(', ');
  throw new PickleFault(`it holds a dictionary without tensors${keys === '' ? '' : ` (its keys: ${keys})`}`);
}

/** Whether there are NumPy's arrays and no tensors in a value, at any depth. */
export function holdsArrays(value: PickleValue): boolean {
  const search = new DictionarySearch();
  search.visit(value, '', 0, []);
  return search.dictionaries.size === 0 && search.opaque?.object.global === numpyArrays;
}

class DictionarySearch {
  readonly tensors = new Map<string, TorchTensor>();
  readonly unreadable = new Map<string, string>();
  readonly dictionaries = new Set<string>();
  /** The object of an unknown class that most likely has the weights: a whole model, or else the first. */
  opaque: { readonly object: OpaqueObject; readonly key: string } | undefined;
  private seen = 0;

  visit(value: PickleValue, path: string, depth: number, around: readonly PickleValue[]): void {
    const map = entriesOf(value);
    // A dictionary may hold itself.
    if (!map || depth > deepest || around.includes(value) || isOptimizer(map)) return;
    for (const [key, item] of map) {
      if (++this.seen > mostValues) throw new PickleFault('it holds more values than any weights do');
      if (typeof key !== 'string' && typeof key !== 'number') continue;
      const name = `${path}${key}`;
      if (item instanceof TorchTensor) {
        this.tensors.set(name, item);
        this.dictionaries.add(path);
      } else if (item instanceof OpaqueObject && item.entries.size === 0) {
        this.unreadable.set(name, item.description);
        if (item.isTensor) this.dictionaries.add(path);
        else if (!this.opaque || (item.isModule && !this.opaque.object.isModule))
          this.opaque = { object: item, key: name };
      } else if (typeof key === 'number' || !notWeights.test(key)) {
        this.visit(item, `${name}.`, depth + 1, [...around, value]);
      }
    }
  }
}

/** What a dictionary or a short list of values holds, by key. */
function entriesOf(value: PickleValue): ReadonlyMap<PickleValue, PickleValue> | undefined {
  if (value instanceof Map) return value;
  if (value instanceof OpaqueObject) return value.entries;
  return isList(value) && value.length <= longestList ? new Map(value.entries()) : undefined;
}

/** Whether a dictionary is what an optimizer of PyTorch's or fastai's saved of itself. */
function isOptimizer(map: ReadonlyMap<PickleValue, PickleValue>): boolean {
  return map.has('state') && (map.has('param_groups') || map.has('hypers'));
}

function describe(value: PickleValue): string {
  if (value instanceof TorchTensor) return 'one tensor';
  if (isList(value)) return 'a list';
  return value === null ? 'nothing' : `a ${typeof value === 'object' ? 'value of another kind' : typeof value}`;
}
