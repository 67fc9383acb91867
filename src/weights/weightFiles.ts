import { files } from '#platform';
import type { Executor } from '../fit/executor.js';
import { expectFiniteWeight, finiteValue } from '../fit/weights.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectOneOf } from '../tensor/check.js';
import { otherFormat } from '../tensor/fileFormat.js';
import { StriateError, Tensor } from '../tensor/index.js';
import { decodeSafetensors, encodeSafetensors, type SafeTensors } from '../tensor/safetensors.js';
import type { Topology } from '../topology/topology.js';
import { correspondence, matchWeights, refusal, type LoadedWeights, type WeightFormat } from './matchWeights.js';
import { looksLikeTorch } from './pytorch/torchSignature.js';
import { ownWeights, pytorchWeights } from './pytorchWeights.js';
import { isWeightFolder, looksLikeJson, readWeightFolder, readWeightIndex } from './weightFolder.js';
import { under } from './weightPlaces.js';

/**
 * Where weights come from: the path of a safetensors file or of PyTorch's, of an index of several or of a folder with some; a
 * file's bytes or its content; or tensors by name.
 */
export type WeightSource = string | Uint8Array | SafeTensors | ReadonlyMap<string, Tensor>;

/** Options of `loadWeights`. */
export interface LoadWeightsOptions {
  /** Whether all weights must be there and nothing else; true by default. Otherwise what fits is loaded. */
  readonly strict?: boolean;
  /** By default the one whose names are found. */
  readonly format?: WeightFormat;
  /**
   * Which of a checkpoint's dictionaries holds the weights, by its keys from the outermost inwards ('model_ema',
   * 'state_dict.teacher'), or what stands before the names; by default the place where most weights are found.
   */
  readonly key?: string;
  /** What messages call the source; its path where it has one. */
  readonly name?: string;
}

/** Options of `saveWeights`. */
export interface SaveWeightsOptions {
  /** 'striate' by default. 'pytorch' writes PyTorch's names and layouts, which `load_state_dict` takes. */
  readonly format?: WeightFormat;
}

const loadAccepts = {
  where: 'loadWeights',
  kinds: { strict: 'boolean', format: 'string', key: 'string', name: 'string' },
} as const satisfies AcceptedOptions<LoadWeightsOptions>;

const saveAccepts = {
  where: 'saveWeights',
  kinds: { format: 'string' },
} as const satisfies AcceptedOptions<SaveWeightsOptions>;

const weightsIn = { striate: ownWeights, pytorch: pytorchWeights } as const;

const weightFormats = Object.keys(weightsIn) as WeightFormat[];

/**
 * How many outputs the tensors give to the layer that makes the model's output: the number of classes of a classifier's
 * file. Undefined where the tensors do not hold that layer.
 */
export function classesInWeights(
  { topology }: { readonly topology: Topology },
  tensors: ReadonlyMap<string, Tensor>,
): number | undefined {
  let source = topology.outputs[0].source;
  while (source?.layer.weights.length === 0) source = source.inputs[0]?.source;
  if (!source) return undefined;
  const [kernel] = source.layer.weights;
  const named = correspondence(topology, { tensors, metadata: {} });
  const { name } = named.weights.find(({ variable }) => variable === kernel.variable)!;
  return named.tensors.get(name)?.shape.at(named.format === 'pytorch' ? 0 : -1);
}

/** What `Model.loadWeights` does. */
export async function loadWeightsInto(
  executor: Executor,
  source: WeightSource,
  options: LoadWeightsOptions = {},
): Promise<LoadedWeights> {
  const { strict = true, format, key, name } = expectOptions(loadAccepts, options);
  if (format !== undefined) expectOneOf('loadWeights', 'format', format, weightFormats);
  const file = name ?? (typeof source === 'string' ? source : 'loadWeights');
  const { fitting, ...report } = matchWeights(executor.topology, await contentOf(source, file, key), format);
  if (fitting.length > 0 && strict && report.missing.length > 0 && /-\d{5}-of-\d{5}\./.test(file)) {
    throw new StriateError({
      where: file,
      rule: refusal(report, 'it is one of several parts; give the index beside it (….index.json), or their folder'),
    });
  }
  const complete = report.missing.length + report.unexpected.length + report.misshaped.length === 0;
  if ((strict && !complete) || fitting.length === 0) {
    throw new StriateError({ where: file, rule: refusal(report) });
  }
  for (const { weight, tensor } of fitting) expectFiniteWeight(file, weight.name, tensor.data);
  for (const { weight, tensor } of fitting) {
    const elements = tensor.dtype === 'float32' ? (tensor.data as Float32Array) : Float32Array.from(tensor.data);
    await executor.store.write(weight.variable, weight.decode(elements));
  }
  return report;
}

/** What `Model.saveWeights` writes. */
export async function encodeWeights(
  { topology, store }: Executor,
  options: SaveWeightsOptions = {},
): Promise<Uint8Array> {
  const { format = 'striate' } = expectOptions(saveAccepts, options);
  expectOneOf('saveWeights', 'format', format, weightFormats);
  const tensors: [string, Tensor][] = [];
  for (const weight of weightsIn[format](topology)) {
    const elements = weight.encode(await finiteValue('saveWeights', store, weight.variable));
    tensors.push([weight.name, new Tensor('float32', weight.shape, elements)]);
  }
  // PyTorch's own files say 'pt', which some readers ask for.
  return encodeSafetensors(tensors, format === 'pytorch' ? { format: 'pt' } : {});
}

/**
 * What a source of weights holds: a safetensors file, one of `torch.save` (`.pth`, `.th`, `.pt`, `.bin`, `.ckpt`), an index
 * of several such files, or a folder of the Hugging Face hub.
 *
 * @param key - the part of a checkpoint that is wanted
 * @throws StriateError when a file cannot be read or is damaged.
 */
export async function contentOf(source: WeightSource, file = 'weights', key?: string): Promise<SafeTensors> {
  const content = await wholeContent(source, file);
  if (key === undefined) return content;
  const part = under(content, key);
  if (part) return part;
  const names = [...content.tensors.keys()];
  const places = content.dictionaries?.some((path) => path !== '') ? content.dictionaries : names.map(firstPart);
  const known = [...new Set(places)].filter((path) => path !== '').map((path) => `'${path.replace(/\.$/, '')}'`);
  throw new StriateError({
    where: file,
    rule: `has no weights under '${key}'`,
    advice: known.length ? `it has some under ${known.slice(0, 8).join(', ')}` : 'leave the key out',
  });
}

const firstPart = (name: string): string => name.slice(0, name.indexOf('.') + 1);

async function wholeContent(source: WeightSource, file: string): Promise<SafeTensors> {
  if (typeof source === 'string') return readWeights(source);
  if (source instanceof Uint8Array) return decodeWeights(source, file);
  return 'tensors' in source ? source : { tensors: source, metadata: {} };
}

async function readWeights(path: string): Promise<SafeTensors> {
  if (await isWeightFolder(path)) return readWeightFolder(path, readWeights);
  return decodeWeights(await files.read(path), path, path);
}

/** What tensors may lie in: PyTorch's first files were tar archives; archives that are none of the known may be its, too. */
const readable = ['safetensors', 'torch', 'torchScript', 'tar', 'zip', 'pickle', 'weightIndex', 'json'] as const;

/** The tensors of a file, by what its bytes look like: PyTorch's own format, an index of several, or else safetensors. */
async function decodeWeights(bytes: Uint8Array, file: string, path?: string): Promise<SafeTensors> {
  const other = otherFormat(bytes, file, readable);
  if (other) throw other;
  if (looksLikeJson(bytes)) return readWeightIndex(bytes, file, path, readWeights);
  if (!looksLikeTorch(bytes)) return decodeSafetensors(bytes, file);
  // Only now, so that pages which read no such file do not load the reader.
  const { decodeTorch } = await import('./pytorch/torchFile.js');
  return decodeTorch(bytes, file);
}
