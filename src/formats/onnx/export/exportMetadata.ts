import type { Model } from '../../../models/index.js';
import {
  completePreprocessing,
  preprocessingFromTexts,
  type CompletePreprocessing,
  type Preprocessing,
} from '../../../pictures/index.js';
import { preprocessingText } from '../../../pictures/preprocessing.js';
import { zoo } from '../../../zoo/index.js';

/**
 * What an exported file says beside the graph: the names of the classes, how pictures are prepared, and the model's own
 * metadata, all as text.
 *
 * @param preprocessing - By default the model's own, or the zoo of a model of that name.
 */
export function exportMetadata(model: Model, preprocessing?: Preprocessing): Record<string, string> {
  const known = preprocessing ?? model.preprocessing ?? usualPreprocessing(model);
  return {
    ...model.metadata,
    ...(known && preprocessingTexts(completePreprocessing(known, model.inputs[0].shape, `model '${model.name}'`))),
    ...(model.classNames && { names: JSON.stringify(model.classNames) }),
  };
}

/** The zoo's, for pictures of the model's own size. */
function usualPreprocessing({ name, inputs, metadata }: Model): Preprocessing | undefined {
  if (!(zoo.list() as readonly string[]).includes(name)) return undefined;
  const where = `model '${name}'`;
  const { preprocessing } = zoo.describe(name);
  const [height, width, channels] = inputs[0].shape;
  if ((preprocessing.channels === 'grey' ? 1 : 3) !== channels) return undefined;
  const usual = completePreprocessing(preprocessingFromTexts(metadata, preprocessing, where), [
    height,
    width,
    channels,
  ]);
  return { ...usual, resize: Math.round(usual.resize) };
}

/** As Striate reads them again, and as one JSON text with all that is known. */
function preprocessingTexts(preprocessing: CompletePreprocessing): Record<string, string> {
  const { mean, std, channels, interpolation, size, fit } = preprocessing;
  const whole = fit === 'stretch' ? ` ${size[0]}x${size[1]}` : '';
  return {
    mean: mean.join(','),
    std: std.join(','),
    input: `${channels} 0-1,${whole} ${interpolation}`,
    ...preprocessingText(preprocessing),
  };
}
