import { files } from '#platform';
import { engineChoiceIn, engineChoiceKinds, type EngineChoice } from '../fit/weightStore.js';
import { formatOf, loadKerasWeights } from '../formats/index.js';
import type { CustomClasses } from '../layers/index.js';
import { modelFromBytes, resizedWithWeights, type Model } from '../models/index.js';
import { preprocessingFromTexts, type Preprocessing } from '../pictures/index.js';
import { atSize, expectPreprocessing, sizeInJson, readPreprocessing } from '../pictures/preprocessing.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { otherFormat } from '../tensor/fileFormat.js';
import { formatShape, sameShape, StriateError, type Shape } from '../tensor/index.js';
import { decodeSafetensors } from '../tensor/safetensors.js';
import { contentOf, isWeightFolder, isWeightIndex, type WeightSource } from '../weights/index.js';
import { weightFileIn } from '../weights/weightFolder.js';
import { otherFolder } from '../platform/otherFolder.js';
import { looksLikeTorch } from '../weights/pytorch/torchSignature.js';
import { zoo, type HubOptions } from '../zoo/index.js';
import { hubOptionKinds } from '../zoo/weights/hub.js';
import { weightNotes, weightsOf, withWeights } from '../zoo/weights/pretrained.js';
import { isHubName } from '../zoo/weights/published.js';
import { resolveClassNames } from './classNames.js';
import {
  preparationFor,
  takesPictures,
  type OpenedFormat,
  type Preparation,
  type PreprocessingChoice,
} from './preparation.js';
import { withPictureInput } from './withPictureInput.js';

/** What `openModel` opens: a path or an address (http, https), a file's bytes, or the name of an architecture of the zoo. */
export type ModelSource = string | Uint8Array | ArrayBuffer | Blob;

/** Options of `openModel`. */
export interface OpenModelOptions extends EngineChoice, HubOptions {
  /**
   * Weights for an architecture of the zoo: 'imagenet' (published ones), or a file of Striate's, PyTorch's or Keras's. Null:
   * starting values. For a model's file, weights in place of its own.
   */
  readonly weights?: WeightSource | null;
  /** Which of a checkpoint's dictionaries holds the weights: 'model_ema'; by default the one that fits, said in `notes`. */
  readonly weightsKey?: string;
  /** The architecture of the zoo that a file of weights alone belongs to: 'resnet18'. */
  readonly architecture?: string;
  /** [H, W, C], where the file leaves it open; a model of another size is made anew at this one. */
  readonly inputShape?: Shape;
  /** How pictures are prepared: a name ('torch', 'tf', …), a JSON file, or an object; by default as the file says. */
  readonly preprocessing?: PreprocessingChoice;
  /** Names of the classes: a list, or a file with one; by default those that the file has. */
  readonly classNames?: string | readonly string[];
  /** Names of an ONNX file's values that become the outputs: what no output follows from is left out. */
  readonly outputs?: readonly string[] | undefined;
  /** `false` where the inputs of an ONNX file have no axis for a batch. */
  readonly batchAxis?: boolean | undefined;
  /** Layer classes of your own, by class name, in models that Striate or Keras saved. */
  readonly customLayers?: CustomClasses;
  /** What messages call a file's bytes. */
  readonly name?: string;
}

const accepts = {
  where: 'openModel',
  kinds: {
    ...engineChoiceKinds,
    ...hubOptionKinds,
    weights: 'string or list or object or null',
    weightsKey: 'string',
    architecture: 'string',
    inputShape: 'list',
    preprocessing: 'string or object',
    classNames: 'string or list',
    outputs: 'list',
    batchAxis: 'boolean',
    customLayers: 'object',
    name: 'string',
  },
} as const satisfies AcceptedOptions<OpenModelOptions>;

/** A model that is ready for use, and what was found out about it. */
export interface OpenedModel {
  readonly model: Model;
  /** What it was read from; 'weights' of an architecture of the zoo. */
  readonly format: OpenedFormat;
  /** How its pictures are prepared, and whether that is certain; undefined where it takes no pictures. */
  readonly preparation: Preparation | undefined;
  /** What was chosen and left out on the way, in sentences. */
  readonly notes?: readonly string[];
}

/** What is known of a model when its file has been read. */
interface FoundModel {
  readonly model: Model;
  readonly format: OpenedFormat;
  /** The file, for messages. */
  readonly file: string;
  /** How the architecture wants its pictures, where the model does not say. */
  readonly usual?: Preprocessing | undefined;
  /** What loading its weights has to tell. */
  readonly notes?: readonly string[] | undefined;
}

/** How messages call the options of `openModel`. */
export type OptionNames = Readonly<Record<'weights' | 'architecture' | 'inputShape' | 'preprocessing', string>>;

const ownNames: OptionNames = {
  weights: 'weights',
  architecture: 'architecture',
  inputShape: 'inputShape',
  preprocessing: 'preprocessing',
};

/**
 * Opens a model, whatever it is: Striate's own file, another program's (ONNX, Keras, TensorFlow.js), or an architecture of
 * the zoo with weights. It knows the names of its classes and how its pictures are prepared where its file says so.
 *
 * @throws StriateError when there is no such file or architecture, it is damaged, or the weights are another model's.
 *
 * @example
 * const { model, format } = await openModel('squeezenet.onnx');
 * await openModel('resnet18', { weights: 'imagenet' });
 * await openModel('checkpoint.pth', { architecture: 'resnet18' });
 */
export function openModel(source: ModelSource, options: OpenModelOptions = {}): Promise<OpenedModel> {
  expectOptions(accepts, options);
  const { preprocessing } = options;
  if (typeof preprocessing === 'object') expectPreprocessing('openModel, preprocessing', preprocessing);
  return openModelAs(source, options, ownNames);
}

/** `openModel` with messages that call its options by other names. */
export async function openModelAs(
  source: ModelSource,
  options: OpenModelOptions,
  names: OptionNames,
): Promise<OpenedModel> {
  const found = await findModel(source, options, names);
  const { format, file, usual, notes = [] } = found;
  const model = withPictureInput(found.model);
  const { classNames, preprocessing: chosen } = options;
  try {
    const choice = engineChoiceIn(options);
    if (choice) model.useEngine(choice);
    if (classNames !== undefined) model.classNames = await resolveClassNames(classNames, model);
    if (!takesPictures(model) && chosen === undefined) return { model, format, preparation: undefined, notes };
    const from = { chosen, architecture: usual, file, format, option: names.preprocessing };
    const preparation = await preparationFor(model, from);
    if (preparation.stated) model.preprocessing = preparation.preprocessing;
    return { model, format, preparation, notes };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

/** Reads what `openModel` is given: a file, an architecture with weights, or weights with their architecture. */
async function findModel(source: ModelSource, options: OpenModelOptions, names: OptionNames): Promise<FoundModel> {
  const content = typeof source === 'string' || source instanceof Uint8Array ? source : await bytesOf(source);
  const isName = typeof content === 'string' && (await isArchitecture(content));
  const { architecture, weights } = options;
  if (architecture !== undefined) {
    if (!isName && weights === undefined) return architectureWith(architecture, content, options, names);
    throw new StriateError({
      where: `${names.architecture} ${architecture}`,
      rule: "says which architecture a file of weights belongs to, given in the model's place",
      advice: 'leave it out',
    });
  }
  if (!isName) return modelIn(content, options, names);
  const { inputShape } = options;
  if (weights === null) return { model: zoo.create(content, { inputShape }), format: 'Striate', file: content };
  if (weights !== undefined) return architectureWith(content, weights, options, names);
  zoo.describe(content);
  throw new StriateError({
    rule: `'${content}' is a model without weights`,
    advice: `train it first and open its file, or give its weights with ${names.weights}`,
  });
}

async function bytesOf(source: ArrayBuffer | Blob): Promise<Uint8Array> {
  return new Uint8Array(source instanceof ArrayBuffer ? source : await source.arrayBuffer());
}

/** Whether a text is meant as the name of an architecture: the zoo has it, or it is neither a path nor a file. */
async function isArchitecture(text: string): Promise<boolean> {
  if (/[\\/.]/.test(text)) return false;
  return (zoo.list() as readonly string[]).includes(text) || !(await files.exists(text));
}

/** An architecture of the zoo with weights of any kind of file. */
async function architectureWith(
  name: string,
  weights: WeightSource,
  options: OpenModelOptions,
  names: OptionNames,
): Promise<FoundModel> {
  const row = zoo.describe(name);
  const isGrey = row.preprocessing.channels === 'grey';
  const file = typeof weights === 'string' ? weights : (options.name ?? `weights of '${name}'`);
  const isPath = typeof weights === 'string' && !isHubName(weights);
  const isFolder = isPath && (await isWeightFolder(weights));
  const bytes = isPath && !isFolder ? await files.read(weights) : weights;
  const isIndex = bytes instanceof Uint8Array && isWeightIndex(bytes);
  const format = bytes instanceof Uint8Array && !isIndex ? formatOf(file, bytes) : undefined;
  if (format && bytes instanceof Uint8Array) {
    if (!format.name.startsWith('Keras')) {
      throw new StriateError({
        where: file,
        rule: `a file in ${format.name}'s format holds its own model`,
        advice: `leave ${names.architecture} out`,
      });
    }
    const model = zoo.create(name, { inputShape: options.inputShape });
    await loadKerasWeights(model, bytes, { name: file });
    const usual = atSize(row.preprocessing, model.inputs[0].shape);
    return { model, format: format.name, file, usual };
  }
  const read = isHubName(weights)
    ? await weightsOf(name, row, weights, options)
    : { content: await contentOf(isIndex ? weights : bytes, file, options.weightsKey), file };
  const { metadata } = read.content;
  const said = metadata.preprocessing === undefined ? undefined : sizeInJson(metadata.preprocessing);
  const size = said ?? preprocessingFromTexts(metadata, row.preprocessing, read.file).size;
  const inputShape = options.inputShape ?? (isGrey ? row.inputShape : [...size, 3]);
  const model = await withWeights(name, row, { inputShape }, read);
  return { model, format: 'weights', file: read.file, notes: [model.metadata[weightNotes] ?? []].flat() };
}

/** The model that a file holds, with other weights where they are given. */
async function modelIn(
  source: string | Uint8Array,
  options: OpenModelOptions,
  names: OptionNames,
): Promise<FoundModel> {
  const { weights, inputShape } = options;
  const found = await readModel(source, options, names);
  const model =
    inputShape && found.model.inputs.length === 1 ? await atShape(found.model, inputShape, names) : found.model;
  if (weights !== undefined && weights !== null) {
    if (isHubName(weights)) {
      throw new StriateError({
        where: `${names.weights} ${weights}`,
        rule: 'goes with a model of the zoo, such as resnet18',
        advice: 'a file has weights',
      });
    }
    const file = typeof weights === 'string' ? weights : 'weights';
    const content = await contentOf(weights, file, options.weightsKey);
    const { notes } = await model.loadWeights(content, { name: file });
    // Weights know best how they were trained.
    model.preprocessing = readPreprocessing(content.metadata, model.inputs[0].shape, file) ?? model.preprocessing;
    return { ...found, model, notes: [...(found.notes ?? []), ...notes] };
  }
  return { ...found, model };
}

async function readModel(
  source: string | Uint8Array,
  { name, inputShape, customLayers, outputs, batchAxis }: OpenModelOptions,
  { architecture }: OptionNames,
): Promise<FoundModel> {
  const file = name ?? (typeof source === 'string' ? source : 'model');
  if (typeof source === 'string' && (await isWeightFolder(source)))
    throw (await otherFolder(source)) ?? (await folderWithoutModel(source, architecture));
  const bytes = typeof source === 'string' ? await files.read(source) : source;
  if (bytes.length === 0) {
    throw new StriateError({ where: file, rule: 'is empty', advice: 'write or fetch the file again' });
  }
  if (isWeightIndex(bytes)) throw weightsAlone(file, architecture);
  const format = formatOf(file, bytes);
  const other = format ? undefined : otherFormat(bytes, file, ['safetensors', 'torch', 'tar']);
  if (other) throw other;
  if (format?.name !== 'ONNX' && (outputs !== undefined || batchAxis === false)) {
    throw new StriateError({
      where: file,
      rule: `${outputs === undefined ? 'batchAxis: false' : 'outputs'} can be given for ONNX files alone`,
      received: format?.name ?? 'another file',
      advice: 'leave it out',
    });
  }
  if (format) {
    const path = typeof source === 'string' ? source : undefined;
    const model = await format.read(bytes, { inputShape, outputs, batchAxis, customLayers, name: file, path });
    return { model, format: format.name, file, notes: format.notes(model) };
  }
  if (!looksLikeTorch(bytes) && decodeSafetensors(bytes, file).metadata.model !== undefined) {
    return { model: await modelFromBytes(bytes, { customLayers }, file), format: 'Striate', file };
  }
  throw weightsAlone(file, architecture);
}

/** What a folder that is no model holds: weights alone, or nothing that is known. */
async function folderWithoutModel(folder: string, architecture: string): Promise<StriateError> {
  if ((await weightFileIn(folder)) !== undefined) return weightsAlone(folder, architecture);
  return new StriateError({
    where: folder,
    rule: 'is a folder without a model or weights under a usual name',
    advice: "name a model's file, or the folder of a run",
  });
}

function weightsAlone(file: string, architecture: string): StriateError {
  return new StriateError({
    where: file,
    rule: 'holds weights and no model',
    advice: `say with ${architecture} which architecture of the zoo they belong to, such as resnet18`,
  });
}

/** The same model with the same weights for pictures of another size. */
async function atShape(found: Model, inputShape: Shape, names: OptionNames): Promise<Model> {
  if (sameShape(inputShape, found.inputs[0].shape)) return found;
  const { model, anew } = await resizedWithWeights(found, inputShape);
  await found.dispose();
  if (anew.length === 0) return model;
  throw new StriateError({
    where: `model '${found.name}'`,
    rule: `the weights of '${anew[0]}' are for pictures of ${formatShape(found.inputs[0].shape)} alone`,
    advice: `leave ${names.inputShape} out`,
  });
}
