import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Option } from 'commander';
import type { Model } from '../models/index.js';
import { formatShape, StriateError } from '../tensor/index.js';
import {
  completePreprocessing,
  namedPreprocessing,
  parsePreprocessing,
  preprocessingNames,
  type CompletePreprocessing,
  type Preprocessing,
  type PreprocessingName,
} from '../pictures/index.js';

/** The option `--preprocessing`. */
export function preprocessingOption(): Option {
  const names = Object.keys(preprocessingNames).join(', ');
  return new Option(
    '--preprocessing <name|file>',
    `how pictures are prepared: ${names}, or a JSON file (default: as the model says)`,
  );
}

/** [H, W, C] of the pictures that a model takes. */
export function pictureShape(model: Model): readonly number[] {
  const { shape } = model.inputs[0];
  if (model.inputs.length === 1 && shape.length === 3) return shape;
  const received = model.inputs.map((input) => formatShape(input.shape)).join(' and ');
  throw new StriateError({
    where: `model '${model.name}'`,
    rule: 'must take one picture, [height, width, channels]',
    advice: `it takes ${received}`,
  });
}

/**
 * What `--preprocessing` says.
 *
 * @param inputShape [H, W, C] of the model's pictures
 * @throws StriateError when it is neither a known name nor a sound file.
 */
export async function preprocessingArgument(
  argument: string,
  inputShape: readonly number[],
): Promise<CompletePreprocessing> {
  if (Object.hasOwn(preprocessingNames, argument)) return namedPreprocessing(argument, inputShape);
  if (existsSync(argument)) return parsePreprocessing(await readFile(argument, 'utf8'), argument, inputShape);
  const names = Object.keys(preprocessingNames).join(', ');
  throw new StriateError({
    where: `--preprocessing '${argument}'`,
    rule: `must be ${names}, or a JSON file`,
    advice: 'there is no such file',
  });
}

/** A way of preparing pictures, and how it came to be chosen. */
export interface ChosenPreprocessing {
  readonly preprocessing: CompletePreprocessing;
  /** Whether the command line, the file or the zoo says it. */
  readonly stated: boolean;
  /** A line for the user where nothing says it. */
  readonly advice: string | undefined;
}

/** What other programs' models are mostly trained with, where a file says nothing. */
const usual: Readonly<Record<string, PreprocessingName>> = { ONNX: 'torch' };

/**
 * How a model's pictures are prepared: as the command line says, else the model itself, else what comes with the weights
 * or the architecture; where none of them says it, `torch` for coloured pictures of ONNX files and `0-1` for all others.
 */
export async function choosePreprocessing(
  model: Model,
  from: {
    readonly argument?: string | undefined;
    readonly architecture?: Preprocessing | undefined;
    /** The model's file, for messages, and its format. */
    readonly file: string;
    readonly format: string;
  },
): Promise<ChosenPreprocessing> {
  const shape = pictureShape(model);
  const known = model.preprocessing ?? from.architecture;
  const stated =
    from.argument === undefined
      ? known && completePreprocessing(known, shape, `model '${model.name}'`)
      : await preprocessingArgument(from.argument, shape);
  if (stated) return { preprocessing: stated, stated: true, advice: undefined };
  const name = shape[2] === 3 ? (usual[from.format] ?? '0-1') : '0-1';
  const others = Object.keys(preprocessingNames).filter((one) => one !== name);
  // What takes grey pictures is told apart by strokes, not by means.
  const advice =
    `${from.file} does not say how its pictures are prepared; taken: ${name} (${preprocessingNames[name]}). ` +
    `If that is not what it was trained with, give --preprocessing ${others.join(', ')} or a JSON file.`;
  return { preprocessing: namedPreprocessing(name, shape), stated: false, advice: shape[2] === 3 ? advice : undefined };
}
