import { features, Model } from '../models/index.js';
import type { Preprocessing } from '../pictures/preprocessing.js';
import { sameShape, StriateError, type Shape } from '../tensor/index.js';
import { shown } from '../tensor/check.js';
import { levelsOf } from '../topology/featureLevels.js';
import { zoo, type ArchitectureName } from '../zoo/index.js';

/** What networks on a backbone of one's choice have in common. */
export interface BackboneOptions {
  /** A model, whose layers and weights become part of the network, or the name of one of the zoo's, which starts afresh. */
  readonly backbone: Model | ArchitectureName;
  /** Which of the backbone's maps the head stands on, by how often they were halved: 3 is an 8th of the picture's side (C3). */
  readonly levels?: readonly number[];
  /** [H, W, C] of the network's input; a model's own always, the zoo's network's own by default. */
  readonly inputShape?: Shape;
  /** What starting weights follow from; 0 by default. */
  readonly seed?: number;
}

/** The kinds of these options. */
export const backboneKinds = {
  backbone: 'string or object',
  levels: 'list',
  inputShape: 'list',
  seed: 'number',
} as const;

/** A backbone's maps, and how it takes pictures. */
export interface TaskBackbone {
  /** Its outputs are the maps, finest first. */
  readonly maps: Model;
  readonly levels: readonly number[];
  /** How its pictures are prepared: brought in whole, nothing cropped. */
  readonly preprocessing: Preprocessing;
}

/**
 * The maps of a backbone.
 *
 * @param usual - the levels that suit its input, of which those are taken that it has, where none are asked for
 * @throws StriateError when the model takes other inputs than asked for, or has no such maps.
 */
export function taskBackbone(
  where: string,
  { backbone, levels, inputShape, seed = 0 }: BackboneOptions,
  usual: (inputShape: Shape, known: readonly number[]) => readonly number[],
): TaskBackbone {
  if (typeof backbone !== 'string' && !(backbone instanceof Model)) {
    const rule = 'backbone must be a model, or the name of one of the zoo’s';
    throw new StriateError({ where, rule, received: shown(backbone) });
  }
  const network = typeof backbone === 'string' ? zoo.create(backbone, { inputShape, seed }) : backbone;
  if (inputShape && !sameShape(network.inputShape, inputShape)) {
    throw new StriateError({
      where,
      rule: `the backbone '${network.name}' takes pictures of ${network.inputShape.join('×')}`,
      received: inputShape.join('×'),
      advice: 'make it for that size first: await resizedWithWeights(backbone, inputShape)',
    });
  }
  const known = levelsOf(network.name, network.topology);
  if (known.length === 0) {
    const rule = `the backbone '${network.name}' has no map that is smaller than the picture`;
    throw new StriateError({ where, rule, advice: 'use a network with strides or pooling' });
  }
  const own = levels ?? usual(network.inputShape, known).filter((level) => known.includes(level));
  const chosen = own.length === 0 ? known.slice(-1) : [...own].sort((a, b) => a - b);
  const [height, width] = network.inputShape;
  const stated = network.preprocessing ?? (typeof backbone === 'string' ? zoo.describe(backbone).preprocessing : {});
  return {
    maps: features(network, { levels: chosen }),
    levels: chosen,
    preprocessing: { ...stated, size: [height, width], resize: Math.min(height, width), fit: 'contain' },
  };
}

/** Small pictures show small things: strides 4 to 16 up to 192 pixels, 8 to 32 beyond. */
export const pyramidLevels = ([height, width]: Shape): readonly number[] =>
  Math.min(height, width) <= 192 ? [2, 3, 4] : [3, 4, 5];
