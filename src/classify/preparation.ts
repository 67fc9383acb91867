import { files } from '#platform';
import type { FormatName } from '../formats/index.js';
import type { Model } from '../models/index.js';
import {
  completePreprocessing,
  namedPreprocessing,
  parsePreprocessing,
  preprocessingNames,
  type CompletePreprocessing,
  type Preprocessing,
  type PreprocessingName,
} from '../pictures/index.js';
import { ownNormalization, type NormalizedRange } from './ownNormalization.js';
import { formatShape, StriateError, type Shape } from '../tensor/index.js';

/** A way to prepare pictures: a name of `namedPreprocessing`, a JSON file, or as an object, which may leave parts out. */
export type PreprocessingChoice = string | Partial<Preprocessing>;

/** How pictures are prepared for a model. */
export interface Preparation {
  readonly preprocessing: CompletePreprocessing;
  /** Whether the caller, the file or the architecture says so; otherwise it is a guess. */
  readonly stated: boolean;
  /** The name that was taken, where it is a guess. */
  readonly guess?: PreprocessingName;
  /** What was guessed, in a sentence; undefined where nothing was, and for drawings, which are recognised by their strokes. */
  readonly note?: string | undefined;
}

/** What a model was read from: another program's format, Striate's own file, or 'weights' of an architecture. */
export type OpenedFormat = FormatName | 'Striate' | 'weights';

/** What models of each format are mostly trained with on coloured pictures, where their file says nothing. */
export type UsualPreprocessing = Readonly<Record<OpenedFormat, PreprocessingName>>;

const usual: UsualPreprocessing = {
  ONNX: 'torch',
  'Keras 2': '0-1',
  'Keras 3': '0-1',
  'TensorFlow.js': '0-1',
  Striate: '0-1',
  weights: '0-1',
};

/** What `preparationFor` is called with. */
interface PreparationSource {
  readonly chosen?: PreprocessingChoice | undefined;
  /** That of the architecture which the model's weights belong to. */
  readonly architecture?: Preprocessing | undefined;
  /** The model's file, for messages, and its format. */
  readonly file: string;
  readonly format: OpenedFormat;
  /** How messages call the option: `preprocessing`. */
  readonly option: string;
}

/**
 * How a model's pictures are prepared: as the caller says, else the model, else its architecture, else as the normalization that it
 * begins with wants them; where none of them says it, `torch` for coloured pictures of ONNX files, `0-1` for other coloured ones, and `drawing` for grey ones.
 *
 * @throws StriateError when the model takes no pictures, or what is said does not suit it.
 */
export async function preparationFor(model: Model, from: PreparationSource): Promise<Preparation> {
  const shape = pictureShape(model);
  const known = model.preprocessing ?? from.architecture;
  const stated =
    from.chosen === undefined
      ? known && completePreprocessing(known, shape, `model '${model.name}'`)
      : await resolvePreprocessing(from.chosen, shape, from.option);
  if (stated) return { preprocessing: stated, stated: true };
  const range = await ownNormalization(model);
  if (range) return { preprocessing: inRange(range, shape), stated: true };
  const name = shape[2] === 3 ? usual[from.format] : 'drawing';
  const others = Object.keys(preprocessingNames).filter((one) => one !== name && one !== 'drawing');
  const note =
    `${from.file} does not say how its pictures are prepared; taken: ${name} (${preprocessingNames[name]}). ` +
    `If that is not what it was trained with, give ${from.option} ${others.join(', ')} or a JSON file.`;
  const preprocessing = namedPreprocessing(name, shape);
  return { preprocessing, stated: false, guess: name, note: shape[2] === 3 ? note : undefined };
}

/** Pictures for a model that normalizes them by itself. */
function inRange(range: NormalizedRange, shape: Shape): CompletePreprocessing {
  if (shape[2] === 3) return namedPreprocessing(range, shape);
  const drawing = namedPreprocessing('drawing', shape);
  return range === '0-1' ? drawing : { ...drawing, std: [1 / 255] };
}

/**
 * Preprocessing as a program or the command line names it, in full.
 *
 * @param inputShape [H, W, C] of the model's pictures
 * @param option how messages call it
 * @throws StriateError when it is neither a known name nor a sound file, or does not suit the pictures.
 */
export async function resolvePreprocessing(
  chosen: PreprocessingChoice,
  inputShape: Shape,
  option = 'preprocessing',
): Promise<CompletePreprocessing> {
  if (typeof chosen !== 'string') return completePreprocessing(chosen, inputShape, option);
  if (Object.hasOwn(preprocessingNames, chosen)) return namedPreprocessing(chosen, inputShape);
  if (await files.exists(chosen)) {
    return parsePreprocessing(new TextDecoder().decode(await files.read(chosen)), chosen, inputShape);
  }
  throw new StriateError({
    where: `${option} '${chosen}'`,
    rule: `must be ${Object.keys(preprocessingNames).join(', ')}, or a JSON file`,
    received: 'neither',
  });
}

/** Whether a model takes one grey or coloured picture. */
export function takesPictures({ inputs }: Model): boolean {
  return inputs.length === 1 && inputs[0].shape.length === 3 && [1, 3].includes(inputs[0].shape[2]);
}

/**
 * [H, W, C] of the pictures that a model takes.
 *
 * @throws StriateError when it takes something else.
 */
export function pictureShape(model: Model): Shape {
  if (takesPictures(model)) return model.inputs[0].shape;
  throw new StriateError({
    where: `model '${model.name}'`,
    rule: 'must take one picture, [height, width, channels] with 1 (grey) or 3 channels',
    advice: `it takes ${model.inputs.map(({ shape }) => formatShape(shape)).join(' and ')}; programs give it tensors, explain(model, { inputs }) and model.predict`,
  });
}
