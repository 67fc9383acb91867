import type { Shape, Tensor } from '../tensor/index.js';
import type { SafeTensors } from '../tensor/safetensors.js';

/** What a model calls its weights in a file, and their shapes there. */
export type WantedWeights = ReadonlyMap<string, Shape>;

/** Where a file has a model's weights: behind which prefix, and how well what stands there fits. */
export interface WeightPlace {
  /** What stands before the model's names: '' or `model.`, `state_dict.module.`. */
  readonly prefix: string;
  /** Weights of the right shape. */
  readonly fitting: number;
  /** Weights found by name. */
  readonly found: number;
}

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
] as const;

/** Copies of a model that trail behind it: averages of its weights, teachers, targets. */
const isCopy = /ema|averag|swa|teacher|target|momentum|shadow/i;

/**
 * The places in a file where weights of these names stand, the best first: where most fit, and of equals the outermost, the
 * most usual by its key, the first.
 */
export function placesOf(
  content: SafeTensors,
  wanted: WantedWeights,
  fits: (wanted: Shape, received: Shape) => boolean,
): WeightPlace[] {
  const places = new Map<string, { prefix: string; fitting: number; found: number }>();
  const count = (name: string, tensor: Tensor | undefined): void => {
    for (let start = 0; ;) {
      const shape = wanted.get(name.slice(start));
      if (shape) {
        const prefix = name.slice(0, start);
        let place = places.get(prefix);
        if (!place) places.set(prefix, (place = { prefix, fitting: 0, found: 0 }));
        place.found++;
        if (tensor && fits(shape, tensor.shape)) place.fitting++;
      }
      const dot = name.indexOf('.', start);
      if (dot < 0) return;
      start = dot + 1;
    }
  };
  for (const [name, tensor] of content.tensors) count(name, tensor);
  for (const name of content.unreadable?.keys() ?? []) count(name, undefined);
  return [...places.values()].sort(
    (a, b) => b.fitting - a.fitting || b.found - a.found || rank(a.prefix) - rank(b.prefix),
  );
}

/** How usual it is that a model's weights stand behind a prefix; the lower, the more. */
function rank(prefix: string): number {
  if (prefix === '') return -1;
  const keys = prefix.slice(0, -1).split('.');
  const usual = Math.min(...keys.map((key) => usualRank(key)));
  return usual + (keys.some((key) => isCopy.test(key)) ? usualKeys.length + 1 : 0);
}

function usualRank(key: string): number {
  const place = (usualKeys as readonly string[]).indexOf(key);
  return place < 0 ? usualKeys.length : place;
}

/** Modules that PyTorch's wrappers put between others: DataParallel, torch.compile, FSDP, activation checkpointing. */
const wrappers = /(^|\.)(module|_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module|_forward_module)(?=\.)/g;

/** The content with wrappers inside of names taken out (`features.module.0.weight`); undefined where there are none. */
export function withoutWrappers(content: SafeTensors): SafeTensors | undefined {
  const bare = (name: string): string => name.replace(wrappers, '').replace(/^\./, '');
  const names = [...content.tensors.keys(), ...(content.unreadable?.keys() ?? [])];
  if (names.every((name) => bare(name) === name)) return undefined;
  if (new Set(names.map(bare)).size < names.length) return undefined;
  const renamed = <T>(map: ReadonlyMap<string, T>): Map<string, T> =>
    new Map([...map].map(([name, value]) => [bare(name), value]));
  return {
    ...content,
    tensors: renamed(content.tensors),
    ...(content.unreadable && { unreadable: renamed(content.unreadable) }),
    ...(content.dictionaries && {
      dictionaries: content.dictionaries.map((path) => (path === '' ? '' : `${bare(path.slice(0, -1))}.`)),
    }),
  };
}

/** What stands under a key alone, called without it; undefined where nothing does. */
export function under(content: SafeTensors, key: string): SafeTensors | undefined {
  const prefix = `${key.replace(/\.$/, '')}.`;
  const inner = <T>(map: ReadonlyMap<string, T>): Map<string, T> =>
    new Map([...map].flatMap(([name, value]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [])));
  const tensors = inner(content.tensors);
  const unreadable = inner(content.unreadable ?? new Map<string, string>());
  if (tensors.size + unreadable.size === 0) return undefined;
  const dictionaries = content.dictionaries?.flatMap((path) =>
    path.startsWith(prefix) ? [path.slice(prefix.length)] : [],
  );
  return { tensors, metadata: content.metadata, unreadable, dictionaries: dictionaries ?? [] };
}

/** The innermost dictionary of a checkpoint that a place lies in: what comes before the names that its program gave. */
export function dictionaryAround(content: SafeTensors, prefix: string): string {
  const around = (content.dictionaries ?? []).filter((path) => prefix.startsWith(path));
  return around.reduce((a, b) => (b.length > a.length ? b : a), '');
}
