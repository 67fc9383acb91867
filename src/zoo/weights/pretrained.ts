import {
  completePreprocessing,
  parsePreprocessing,
  describesPictures,
  preprocessingFromTexts,
  preprocessingText,
} from '../../pictures/preprocessing.js';
import type { Model } from '../../models/index.js';
import { StriateError, type ErrorParts } from '../../tensor/index.js';
import type { SafeTensors } from '../../tensor/safetensors.js';
import {
  classesInWeights,
  compareWeights,
  contentOf,
  pytorchShapes,
  type LoadedWeights,
  type WeightSource,
} from '../../weights/index.js';
import { refusal } from '../../weights/matchWeights.js';
import type { Architecture, ArchitectureOptions } from '../architecture.js';
import { WeightHub, type HubOptions } from './hub.js';
import { filesOf, isHubName, namesOf, otherWeights, publishedWeights, type HubName } from './published.js';

/** What an architecture with trained weights can be made for. */
export interface PretrainedOptions extends ArchitectureOptions, HubOptions {
  /**
   * Published weights by name ('imagenet' are torchvision's IMAGENET1K_V1, 'imagenet-v2' its later ones), or a file: a path,
   * bytes or content, safetensors or PyTorch's own format.
   */
  readonly weights: WeightSource;
  /** Which of a checkpoint's dictionaries holds the weights, as `key` of `loadWeights`: 'model_ema'. */
  readonly weightsKey?: string;
}

/**
 * A model of an architecture with trained weights. It is made for as many classes as the weights have, unless `classes` says
 * otherwise: then the layer that makes the scores starts afresh, and everything else must be there.
 *
 * @throws StriateError when the weights cannot be had, or are another architecture's.
 */
export async function createPretrained(name: string, row: Architecture, options: PretrainedOptions): Promise<Model> {
  const { weights, weightsFolder, weightsMirror, onDownload, weightsKey, ...rest } = options;
  const hub = { weightsFolder, weightsMirror, onDownload, weightsKey };
  return withWeights(name, row, rest, await weightsOf(name, row, weights, hub));
}

/** The model's metadata that tells what was chosen and left out when its weights were loaded. */
export const weightNotes = 'weights.notes';

/** A model of an architecture with weights that were read already. */
export async function withWeights(
  name: string,
  row: Architecture,
  options: ArchitectureOptions,
  { content, file }: ReadWeights,
): Promise<Model> {
  const { includeTop: _, pooling: _pooling, classes: _classes, auxiliary: _auxiliary, ...common } = options;
  const parts = partsIn(row.create(name, common), content);
  // The whole network that the file was made from says which tensors may be left over in a part of it.
  const whole = row.create(name, { ...common, ...parts });
  const model = row.create(name, { ...parts, ...options });
  const allowed = new Set(compareWeights(whole, content).loaded);
  const report = without(compareWeights(model, content), allowed);
  if (report.missing.length + report.misshaped.length + report.unexpected.length > 0 || report.loaded.length === 0) {
    throw new StriateError({ where: file, rule: refusal(report) });
  }
  const { notes: chosen, loaded } = await model.loadWeights(content, { strict: false, name: file });
  const own = pytorchShapes(model);
  const isOther = row.otherNetworks !== undefined && !loaded.some((name) => own.has(name) || name.includes('/'));
  const notes = isOther ? [...chosen, `the file has timm's names: ${row.otherNetworks}`] : chosen;
  setPreprocessing(model, row, content, file);
  if (notes.length) model.metadata[weightNotes] = notes.join('; ');
  return model;
}

/** What weights say of the network that they belong to. */
function partsIn(usual: Model, { tensors, metadata }: SafeTensors): ArchitectureOptions {
  const classes = classesInWeights(usual, tensors);
  const { shortcut } = metadata;
  const isAuxiliary = (tensor: string): boolean => /(^|\.)aux(logits|\d)/i.test(tensor);
  // Files for use alone often leave out what only training needs.
  const lacksAuxiliary =
    usual.layers.some((layer) => isAuxiliary(layer.name)) && ![...tensors.keys()].some(isAuxiliary);
  return {
    classes,
    auxiliary: lacksAuxiliary ? false : undefined,
    shortcut: shortcut === 'A' || shortcut === 'B' ? shortcut : undefined,
  };
}

/** A report without what fits the whole network that the file was made from. */
function without(report: LoadedWeights, allowed: ReadonlySet<string>): LoadedWeights {
  return {
    ...report,
    leftOver: report.leftOver.filter((name) => !allowed.has(name)),
    unexpected: report.unexpected.filter((name) => !allowed.has(name)),
    misshaped: report.misshaped.filter(({ name }) => !allowed.has(name)),
  };
}

/** Sets how the model's pictures are prepared: as the file says, and otherwise as its architecture's row does. */
function setPreprocessing(model: Model, row: Architecture, { metadata }: SafeTensors, file: string): void {
  const { shape } = model.inputs[0];
  if (shape.length !== 3 || shape[2] !== (row.preprocessing.channels === 'grey' ? 1 : 3)) return;
  const said = metadata.preprocessing ?? ownMetadata(metadata).preprocessing;
  model.preprocessing =
    typeof said === 'string'
      ? parsePreprocessing(said, `${file}, metadata 'preprocessing'`, shape)
      : completePreprocessing(preprocessingFromTexts(metadata, row.preprocessing, file), shape, file);
}

/** What the user wrote into a model that was saved; nothing where it is damaged. */
function ownMetadata({ user }: SafeTensors['metadata']): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(user ?? '{}');
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Weights that were read, and what messages call them. */
export interface ReadWeights {
  readonly content: SafeTensors;
  readonly file: string;
}

/**
 * Reads weights for an architecture: published ones by their name, or those of a file. The metadata of published ones says
 * how pictures are prepared.
 *
 * @throws StriateError when there are no such weights, they cannot be fetched, or the file is damaged.
 */
export async function weightsOf(
  name: string,
  row: Architecture,
  source: WeightSource,
  options: HubOptions & Pick<PretrainedOptions, 'weightsKey'> = {},
): Promise<ReadWeights> {
  if (isHubName(source)) return fromHub(name, row, source, options);
  const file = typeof source === 'string' ? source : `weights of '${name}'`;
  return { file, content: await contentOf(source, file, options.weightsKey) };
}

async function fromHub(name: string, row: Architecture, which: HubName, options: HubOptions): Promise<ReadWeights> {
  const hub = new WeightHub();
  const published = filesOf(name)?.[which];
  const fileNames = published ? namesOf(published) : [];
  const own = ['safetensors', 'pth'].map((extension) => `${name}-${which}.${extension}`);
  const local = await hub.inFolder([...fileNames, ...own], options.weightsFolder);
  if (!local && !published) throw new StriateError(noWeights(name, which));
  const { bytes, place } = local ?? (await hub.published(published!, options));
  const { tensors, metadata } = await contentOf(bytes, place);
  const says = describesPictures(metadata) || metadata.user !== undefined;
  const usual = says ? {} : preprocessingText({ ...row.preprocessing, ...published?.preprocessing });
  return { file: place, content: { tensors, metadata: { ...metadata, ...usual } } };
}

/** Which weights there are, and what can be done. */
function noWeights(name: string, which: HubName): ErrorParts {
  const where = `zoo '${name}'`;
  const having = Object.keys(publishedWeights).filter((other) => filesOf(other)?.[which]);
  const others = `'${which}' is there for ${having.join(', ')}`;
  if (filesOf(name)) {
    return { where, rule: 'has no second ImageNet weights', advice: `use weights: 'imagenet'. ${others}` };
  }
  return {
    where,
    rule: 'nobody published ImageNet weights that can be had by name',
    advice: `${otherWeights[name as keyof typeof otherWeights]}. ${others}`,
  };
}
