import { TorchTensor } from './torchPickle.js';
import { PickleFault } from './pickleReader.js';
import { isList, type PickleValue } from './pickleStack.js';

/** Where programs keep a model's weights in their checkpoints, the most usual first. */
const usualKeys = [
  'state_dict',
  'model_state_dict',
  'model',
  'model_state',
  'net',
  'network',
  'weights',
  'params',
  'module',
  'state_dict_ema',
  'model_ema',
  'ema',
] as const;

/** Checkpoints put dictionaries into dictionaries, but not deeper than this. */
const deepest = 3;

/** What is found under these names are weights, too, but not the model's. */
const notWeights = /optim|sched|scaler|momentum|rng/i;

/**
 * The tensors of a model in what `torch.save` was given: the dictionary itself, or one in it.
 *
 * @throws PickleFault when there is none, or several that may be meant.
 */
export function stateDictionaryOf(value: PickleValue): Map<string, TorchTensor> {
  if (!(value instanceof Map)) throw new PickleFault(`it holds ${describe(value)} and no dictionary of tensors`);
  const found = search(value, 0);
  if (found) return found;
  const keys = [...value.keys()].slice(0, 8).map(String).join(', ');
  throw new PickleFault(`it holds a dictionary without tensors${keys === '' ? '' : ` (its keys: ${keys})`}`);
}

function search(map: ReadonlyMap<PickleValue, PickleValue>, depth: number): Map<string, TorchTensor> | undefined {
  const tensors = new Map<string, TorchTensor>();
  for (const [key, value] of map) {
    if (typeof key === 'string' && value instanceof TorchTensor) tensors.set(key, value);
  }
  const inner = depth < deepest ? innerDictionaries(map, depth) : new Map<string, Map<string, TorchTensor>>();
  // A checkpoint may have a tensor or two of its own beside the weights, such as the best accuracy.
  const usual = usualKeys.find((key) => (inner.get(key)?.size ?? 0) >= tensors.size);
  if (usual !== undefined) return inner.get(usual);
  if (tensors.size > 0) return tensors;
  const others = [...inner].filter(([key]) => !notWeights.test(key));
  if (others.length <= 1) return others[0]?.[1];
  const names = others.map(([key]) => `'${key}'`).join(', ');
  throw new PickleFault(`it holds several dictionaries of tensors (${names}), of which one alone must be saved`);
}

function innerDictionaries(
  map: ReadonlyMap<PickleValue, PickleValue>,
  depth: number,
): Map<string, Map<string, TorchTensor>> {
  const result = new Map<string, Map<string, TorchTensor>>();
  for (const [key, value] of map) {
    // Beside the usual names, only what is a dictionary of tensors itself is looked at: an optimizer's state is deeper.
    if (typeof key !== 'string' || !(value instanceof Map)) continue;
    const isUsual = (usualKeys as readonly string[]).includes(key);
    const found = search(value, isUsual ? depth + 1 : deepest);
    if (found) result.set(key, found);
  }
  return result;
}

function describe(value: PickleValue): string {
  if (value instanceof TorchTensor) return 'one tensor';
  if (isList(value)) return 'a list';
  return value === null ? 'nothing' : `a ${typeof value === 'object' ? 'value of another kind' : typeof value}`;
}
