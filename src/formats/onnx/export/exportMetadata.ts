import type { Model } from '../../../models/index.js';
import { statedPreprocessing, type Preprocessing } from '../../../pictures/index.js';
import { preprocessingOf, zoo } from '../../../zoo/index.js';

/**
 * What an exported file says beside the graph: the names of the classes, how pictures are prepared, and the model's own
 * metadata, all as text.
 *
 * @param preprocessing - By default what the model's metadata says, or the zoo of a model of that name.
 */
export function exportMetadata(model: Model, preprocessing?: Preprocessing): Record<string, string> {
  const stated = model.metadata.preprocessing === undefined ? undefined : preprocessingOf(model);
  const known = preprocessing ?? stated ?? usualPreprocessing(model);
  return {
    ...model.metadata,
    ...(known && preprocessingTexts(known)),
    ...(model.classNames && { names: JSON.stringify(model.classNames) }),
  };
}

/** The zoo's, for pictures of the model's own size. */
function usualPreprocessing({ name, inputs, metadata }: Model): Preprocessing | undefined {
  if (!(zoo.list() as readonly string[]).includes(name)) return undefined;
  const usual = statedPreprocessing(zoo.describe(name).preprocessing, metadata, `model '${name}'`);
  const [height, width, channels] = inputs[0].shape;
  if (usual.mean.length !== channels) return undefined;
  const size = [height, width] as const;
  return { ...usual, size, resize: Math.round((usual.resize * height) / usual.size[0]) };
}

/** As Striate reads them again, and as one JSON text with all that is known. */
function preprocessingTexts(preprocessing: Preprocessing): Record<string, string> {
  const { mean, std, channels, interpolation, size, fit } = preprocessing;
  const whole = fit === 'stretch' ? ` ${size[0]}x${size[1]}` : '';
  return {
    mean: mean.join(','),
    std: std.join(','),
    input: `${channels} 0-1,${whole} ${interpolation}`,
    preprocessing: JSON.stringify(preprocessing),
  };
}
