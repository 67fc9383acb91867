import { StriateError } from '../tensor/index.js';
import type { Preprocessing } from './preprocessing.js';

const channelOrders = ['RGB', 'BGR', 'grey'] as const;
const fits = ['crop', 'stretch', 'contain'] as const;
const interpolations = ['nearest', 'bilinear', 'bicubic'] as const;

/** What may stand in a description, each with how it is read. */
const known = ['size', 'resize', 'fit', 'mean', 'std', 'channels', 'interpolation'];

/** Values from 0 to 1, the middle of a picture, at the size of an input [H, W, C]: what a model is trained on that is not told more. */
export function plainPreprocessing([height, width, channels]: readonly number[]): Preprocessing {
  return {
    size: [height, width],
    resize: Math.min(height, width),
    fit: 'crop',
    mean: Array<number>(channels).fill(0),
    std: Array<number>(channels).fill(1),
    channels: channels === 1 ? 'grey' : 'RGB',
    interpolation: 'bilinear',
  };
}

/**
 * Preprocessing written as JSON, `{"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5], "resize": 256}`, in a file or in a model's
 * metadata. What is left out is that of `plainPreprocessing`; one mean or deviation counts for all channels.
 *
 * @param where what error messages begin with
 * @param inputShape [H, W, C] of the model's pictures
 * @throws StriateError when the text is no such JSON, or does not suit the model's pictures.
 *
 * @example
 * parsePreprocessing('{"mean": [0.5], "std": [0.5], "fit": "stretch"}', 'mine.json', [224, 224, 3]);
 */
export function parsePreprocessing(text: string, where: string, inputShape: readonly number[]): Preprocessing {
  const fail = (rule: string, received: unknown): never => {
    throw new StriateError({ where, rule, received: JSON.stringify(received) });
  };
  const stated = parsed(text, where);
  const unknown = Object.keys(stated).find((key) => !known.includes(key));
  if (unknown !== undefined) fail(`preprocessing has ${known.join(', ')}`, unknown);
  const plain = plainPreprocessing(inputShape);
  const channelCount = inputShape[2];
  const oneOf = <T extends string>(key: string, allowed: readonly T[], usual: T): T => {
    const value = stated[key] ?? usual;
    return allowed.find((one) => one === value) ?? fail(`${key} must be ${allowed.join(', ')}`, value);
  };
  const perChannel = (key: 'mean' | 'std'): readonly number[] => {
    const value = stated[key] ?? plain[key];
    const numbers: unknown[] = Array.isArray(value) ? value : [value];
    const rule = `${key} must be a number for each of ${channelCount} channels${key === 'std' ? ', none of them 0' : ''}`;
    if (![1, channelCount].includes(numbers.length)) return fail(rule, value);
    const sound = numbers.filter(
      (n): n is number => typeof n === 'number' && Number.isFinite(n) && (key === 'mean' || n !== 0),
    );
    if (sound.length !== numbers.length) return fail(rule, value);
    return sound.length === channelCount ? sound : Array<number>(channelCount).fill(sound[0]);
  };
  const wholeSide = (n: unknown): n is number => Number.isInteger(n) && (n as number) >= 1 && (n as number) <= 4096;
  const size = (stated.size ?? plain.size) as unknown[];
  if (!Array.isArray(size) || size.length !== 2 || !size.every(wholeSide)) {
    return fail('size must be [height, width], whole numbers from 1 to 4096', stated.size);
  }
  const resize = stated.resize ?? Math.min(...size);
  if (!(typeof resize === 'number' && resize >= 1 && resize <= 16_384)) {
    return fail('resize must be a number from 1 to 16384', resize);
  }
  const channels = oneOf('channels', channelOrders, plain.channels);
  if ((channels === 'grey' ? 1 : 3) !== channelCount) {
    fail(`channels must suit the model, which takes pictures of ${channelCount} channels`, channels);
  }
  const preprocessing: Preprocessing = {
    size: [size[0], size[1]],
    resize,
    fit: oneOf('fit', fits, 'crop'),
    mean: perChannel('mean'),
    std: perChannel('std'),
    channels,
    interpolation: oneOf('interpolation', interpolations, plain.interpolation),
  };
  return atSize(preprocessing, inputShape);
}

/** The same preparation for pictures of another size: the same share is cut off. */
export function atSize(preprocessing: Preprocessing, [height, width]: readonly number[]): Preprocessing {
  const { size, resize } = preprocessing;
  if (size[0] === height && size[1] === width) return preprocessing;
  const share = resize / Math.min(...size);
  return { ...preprocessing, size: [height, width], resize: share * Math.min(height, width) };
}

/** The size that preprocessing written as JSON has; undefined where it leaves it to the model. */
export function statedSize(text: string): readonly [number, number] | undefined {
  const { size } = parsed(text, 'preprocessing');
  return Array.isArray(size) && size.length === 2 ? [Number(size[0]), Number(size[1])] : undefined;
}

function parsed(text: string, where: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new StriateError({
    where,
    rule: 'preprocessing must be a JSON object such as {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}',
    received: `'${text.length > 60 ? `${text.slice(0, 60)}…` : text}'`,
  });
}
