import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectWholes } from '../tensor/check.js';
import { featureLevels } from '../topology/featureLevels.js';
import { model } from './functional.js';
import type { Model } from './model.js';

/** Options of `features`. */
export interface FeaturesOptions {
  /** Which maps, by how often they were halved: 2 is a quarter of the picture's side (C2). [2, 3, 4, 5] by default. */
  readonly levels?: readonly number[];
}

const accepts = { where: 'features', kinds: { levels: 'list' } } as const satisfies AcceptedOptions<FeaturesOptions>;

/**
 * A network's maps of several sizes in one pass, as a model over the same weights: what heads for boxes and masks stand on. Of any
 * network of the zoo, or an imported one, that halves its maps.
 *
 * @throws StriateError when it has no map of a level.
 *
 * @example
 * import { featurePyramid, features, model, zoo } from 'striate';
 *
 * const backbone = features(zoo.create('resnet18', { inputShape: [128, 128, 3] }), { levels: [3, 4, 5] });
 * const pyramid = featurePyramid(backbone.outputs, { extraLevels: 2 }); // five maps of 256 channels
 * const net = model({ inputs: backbone.inputs, outputs: pyramid });
 */
export function features(network: Model, options: FeaturesOptions = {}): Model {
  const { levels = [2, 3, 4, 5] } = expectOptions(accepts, options);
  expectWholes(accepts.where, 'levels', levels);
  const outputs = featureLevels(network.name, network.topology, levels);
  const { inputs, name, seed, preprocessing } = network;
  const made = model({ inputs, outputs, name: `${name}_levels`, seed });
  made.preprocessing = preprocessing;
  return made;
}
