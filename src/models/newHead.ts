import { Dense } from '../layers/dense.js';
import { Dropout } from '../layers/dropout.js';
import { expectOptions, type OptionKinds } from '../tensor/acceptedOptions.js';
import { isWhole } from '../tensor/check.js';
import { StriateError } from '../tensor/index.js';
import { classifierOf } from '../topology/embedding.js';
import { Model } from './model.js';
import { Topology } from '../topology/topology.js';

/** Options of `newHead`. */
export interface NewHeadOptions {
  /** How many classes to tell apart, or their names. */
  readonly classes: number | readonly string[];
  /** The share of the embedding that training drops; what the model drops in front of its own classifier by default. */
  readonly dropout?: number;
  /** What the new weights' starting values follow from; the model's seed by default. */
  readonly seed?: number;
  /** The new model's name; the old one's by default. */
  readonly name?: string;
}

/** The kinds of these options. */
export const newHeadOptionKinds = {
  classes: 'number or list',
  dropout: 'number',
  seed: 'number',
  name: 'string',
} as const satisfies OptionKinds<NewHeadOptions>;

/**
 * A trained classifier with another classifier in the place of its last layer: a dense layer of fresh weights over
 * `model.embedding`, which gives a score for each class. The other layers and their weights are shared with the old model, the
 * new layer has the old one's name, and nothing is frozen yet.
 *
 * @throws StriateError when the model has no layer to replace, or there are fewer than two classes.
 *
 * @example
 * const pets = newHead(await zoo.create('resnet18', { weights: 'imagenet' }), { classes: ['cat', 'dog'] });
 * pets.embedding.freeze();
 */
export function newHead(model: Model, options: NewHeadOptions): Model {
  const { name = model.name, seed = model.seed } = expectOptions(
    { where: 'newHead', kinds: newHeadOptionKinds },
    options,
  );
  const classNames = typeof options.classes === 'number' ? undefined : options.classes;
  const classes = classNames?.length ?? (options.classes as number);
  if (!isWhole(classes, 2)) {
    throw new StriateError({
      where: 'newHead',
      rule: 'needs a whole number of at least 2 classes, or their names',
      received: classes,
    });
  }
  const classifier = classifierOf(model.name, model.topology);
  const rate = options.dropout ?? classifier.dropout;
  const [vector] = model.embedding.outputs;
  const kept = rate > 0 ? new Dropout({ rate }).apply(vector) : vector;
  const scores = new Dense({ name: classifier.layer?.name ?? 'classifier', units: classes }).apply(kept);
  const made = new Model({
    kind: 'Functional',
    name,
    seed,
    topology: new Topology(model.embedding.inputs, [scores]).build(seed),
  });
  made.classNames = classNames;
  made.preprocessing = model.preprocessing;
  made.metadata = { ...model.metadata };
  return made;
}
