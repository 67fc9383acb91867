import type { Model } from '../models/index.js';
import type { CompletePreprocessing } from '../pictures/index.js';
import { pictureShape } from '../classify/preparation.js';
import { openArgument } from './openArgument.js';

/** A classifier of pictures, ready for use, and how its pictures are prepared. */
export interface Classifier {
  readonly model: Model;
  /** 'ONNX', 'Keras 2', …; 'Striate' for saved models. */
  readonly format: string;
  readonly preprocessing: CompletePreprocessing;
  /** Whether the command line, the file or the zoo says it. */
  readonly stated: boolean;
  /** A line for the user where nothing says it. */
  readonly advice: string | undefined;
  /** Whether it takes grey drawings and says nothing about them. */
  readonly drawings: boolean;
}

/** Opens what `--model` of `train` names: a file, or a model of the zoo with weights. */
export async function openClassifier(
  argument: string,
  options: { readonly weights?: string; readonly preprocessing?: string; readonly inputShape?: readonly number[] } = {},
): Promise<Classifier> {
  const { inputShape: input, ...rest } = options;
  const { model, format, preparation } = await openArgument(argument, { ...rest, input });
  // A model that takes no pictures is refused.
  if (!preparation) pictureShape(model);
  const { preprocessing, stated, note } = preparation!;
  return { model, format, preprocessing, stated, advice: note, drawings: !stated && preprocessing.channels === 'grey' };
}
