import { files, userFolders } from '#platform';
import { isRecord } from '../tensor/check.js';
import { StriateError, type Tensor } from '../tensor/index.js';
import type { SafeTensors } from '../tensor/safetensors.js';

/** How one file of weights is read. */
export type ReadFile = (path: string) => Promise<SafeTensors>;

/** What folders of the Hugging Face hub call their weights, the first that is there being read. */
const weightFileNames = [
  'model.safetensors',
  'model.safetensors.index.json',
  'diffusion_pytorch_model.safetensors',
  'open_clip_model.safetensors',
  'pytorch_model.bin',
  'pytorch_model.bin.index.json',
  'model.pth',
] as const;

/** Whether a path is a folder; in a browser, an address that ends in a slash. */
export async function isWeightFolder(path: string): Promise<boolean> {
  return userFolders() === undefined ? path.endsWith('/') : files.isFolder(path);
}

/** The file of weights under a usual name in a folder; undefined where there is none. */
export async function weightFileIn(folder: string): Promise<string | undefined> {
  for (const name of weightFileNames) {
    const path = files.join(folder, name);
    if (await files.exists(path)) return path;
  }
  return undefined;
}

/**
 * The weights of a folder as the Hugging Face hub has them: one file, or an index with its parts. What `config.json` says of
 * architecture and pictures becomes metadata.
 *
 * @throws StriateError when the folder has no weights under a usual name.
 */
export async function readWeightFolder(folder: string, read: ReadFile): Promise<SafeTensors> {
  const path = await weightFileIn(folder);
  if (path !== undefined) {
    const content = await read(path);
    const config = await files.readIfPresent(files.join(folder, 'config.json'));
    return config ? { ...content, metadata: { ...configured(config), ...content.metadata } } : content;
  }
  throw new StriateError({
    where: folder,
    rule: 'is a folder without weights under a usual name',
    advice: `name the file, or give a folder with ${weightFileNames.slice(0, 2).join(' or ')}`,
  });
}

/** What timm's and transformers' `config.json` says, as a file's metadata would. */
function configured(bytes: Uint8Array): Record<string, string> {
  const config = parsed(bytes);
  if (!isRecord(config)) return {};
  const pictures = isRecord(config.pretrained_cfg) ? config.pretrained_cfg : {};
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  const named: unknown = Array.isArray(config.architectures) ? config.architectures[0] : undefined;
  const listed = (value: unknown): string | undefined =>
    Array.isArray(value) && value.every((n) => typeof n === 'number') ? value.join(',') : undefined;
  const said = {
    architecture: text(config.architecture) ?? text(named),
    mean: listed(pictures.mean),
    std: listed(pictures.std),
    input: text(pictures.interpolation),
  };
  return Object.fromEntries(Object.entries(said).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Whether bytes begin like JSON. A safetensors file begins with its header's length, whose upper bytes are zero. */
export function looksLikeJson(bytes: Uint8Array): boolean {
  return /^\s*[{[]/.test(new TextDecoder('latin1').decode(bytes.subarray(0, 16))) && bytes[7] !== 0;
}

/** Whether bytes are an index of weights in several files. */
export function isWeightIndex(bytes: Uint8Array): boolean {
  return (
    looksLikeJson(bytes) &&
    isRecord(parsed(bytes)) &&
    (parsed(bytes) as { weight_map?: unknown }).weight_map !== undefined
  );
}

/**
 * The weights of an index (`model.safetensors.index.json`, `pytorch_model.bin.index.json`): all its parts as one.
 *
 * @param path - where the index lies, beside its parts; undefined where its bytes alone were given
 * @throws StriateError when it is another kind of JSON, or a part is not there or lacks a tensor.
 */
export async function readWeightIndex(
  bytes: Uint8Array,
  file: string,
  path: string | undefined,
  read: ReadFile,
): Promise<SafeTensors> {
  const parts = partsOf(parsed(bytes), file);
  if (path === undefined) {
    throw new StriateError({
      where: file,
      rule: `is an index of weights that lie in ${new Set(parts.values()).size} other files`,
      advice: 'give its path or address in place of its bytes, with the others beside it',
    });
  }
  const folder = /[\\/]/.test(path) ? path.replace(/[^\\/]*$/, '') : '.';
  const tensors = new Map<string, Tensor>();
  const unreadable = new Map<string, string>();
  for (const part of new Set(parts.values())) {
    if (!(await files.isBeside(files.join(folder, part), path))) throw notBeside(file, part);
    const content = await read(files.join(folder, part)).catch((error: unknown) => {
      throw error instanceof StriateError ? error.within(`${file}, part '${part}'`) : error;
    });
    for (const [name, where] of parts) {
      if (where !== part) continue;
      const tensor = content.tensors.get(name);
      const other = content.unreadable?.get(name);
      if (tensor) tensors.set(name, tensor);
      else if (other !== undefined) unreadable.set(name, other);
      else {
        throw new StriateError({
          where: file,
          rule: `'${part}' should hold tensor '${name}' and does not`,
          advice: 'fetch the index and its parts anew, all from the same place',
        });
      }
    }
  }
  return { tensors, metadata: {}, unreadable };
}

/** The file of each tensor. */
function partsOf(index: unknown, file: string): Map<string, string> {
  const map = isRecord(index) ? index.weight_map : undefined;
  if (!isRecord(map)) throw new StriateError({ where: file, ...otherJson(index) });
  const parts = new Map<string, string>();
  for (const [name, part] of Object.entries(map)) {
    if (typeof part !== 'string' || !isInside(part)) {
      throw notBeside(file, part, `tensor '${name}'`);
    }
    parts.set(name, part);
  }
  return parts;
}

function notBeside(file: string, part: unknown, what = 'a part'): StriateError {
  return new StriateError({
    where: file,
    rule: `says that ${what} is in ${JSON.stringify(part)}, which is no file beside it`,
    advice: 'use another copy of the index, with its parts in the same folder',
  });
}

/** Whether a part lies beside the index or in a folder there. */
function isInside(part: string): boolean {
  return (
    part !== '' && !/^[\\/]|^[A-Za-z]:|\0/.test(part) && !part.split(/[\\/]/).includes('..') && !part.includes('://')
  );
}

/** What other JSON is, and what opens it. */
function otherJson(json: unknown): { rule: string; advice: string } {
  if (isRecord(json) && json.modelTopology !== undefined) {
    return { rule: 'is a model of TensorFlow.js', advice: 'read it with importTfjs or openModel' };
  }
  if (
    isRecord(json) &&
    (json.architectures !== undefined || json.architecture !== undefined || json.model_type !== undefined)
  ) {
    return { rule: 'is the configuration of a model and holds no weights', advice: 'give its folder' };
  }
  return { rule: 'is JSON, and no index of weights (it has no weight_map)', advice: 'give a file of weights' };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
