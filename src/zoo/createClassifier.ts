import { input, layers, type SymbolicTensor } from '../layers/index.js';
import { model, type Model } from '../models/index.js';
import type { Shape } from '../tensor/index.js';
import { expectArchitectureOptions, type ArchitectureOptions } from './architecture.js';
import { scores } from './blocks.js';

/** What published weights call a layer, by who calls it so; undefined, or its own name, where that is its name. */
export type OtherNames = Readonly<Record<string, (layer: string) => string | undefined>>;

/** The parts that every classifier is made of. */
export interface ClassifierParts {
  readonly name: string;
  readonly options: ArchitectureOptions;
  /** [H, W, C] where the options do not say. */
  readonly inputShape: Shape;
  /** From the picture to the last feature map; may also give the values that auxiliary classifiers start from. */
  readonly features: (input: SymbolicTensor) => SymbolicTensor;
  /** From the feature map to scores [classes], without softmax. */
  readonly head: (features: SymbolicTensor) => SymbolicTensor;
  /** Scores of auxiliary classifiers, which count in training alone; called after `features`. */
  readonly auxiliaries?: () => readonly { readonly output: SymbolicTensor; readonly weight: number }[];
  /** What it ends in unless asked otherwise: 'linear' by default. */
  readonly activation?: 'linear' | 'softmax';
  /** Under which other names its weights were published. */
  readonly otherNames?: OtherNames;
}

/** Puts a classifier together: with its head, or without it (`includeTop: false`) and the features pooled as asked. */
export function createClassifier(parts: ClassifierParts): Model {
  expectArchitectureOptions(parts.name, parts.options);
  const made = assemble(parts);
  addOtherNames(made, parts.otherNames ?? {});
  return made;
}

function assemble({
  name,
  options,
  inputShape,
  features,
  head,
  auxiliaries,
  activation = 'linear',
}: ClassifierParts): Model {
  const { seed = 0, includeTop = true, pooling, classifierActivation = activation, auxiliary = true } = options;
  const x = input({ shape: options.inputShape ?? inputShape });
  const map = features(x);
  if (!includeTop) {
    const pool = { avg: layers.globalAveragePooling2d, max: layers.globalMaxPooling2d } as const;
    return model({ inputs: x, outputs: pooling ? pool[pooling]().apply(map) : map, name, seed, features: map });
  }
  const output = head(map);
  const ended = (value: SymbolicTensor, ending: string): SymbolicTensor =>
    classifierActivation === 'softmax' ? layers.softmax({ name: ending }).apply(value) : value;
  // One loss is for all of them, so auxiliary classifiers end as the main one does.
  const sides = auxiliary && auxiliaries ? auxiliaries() : [];
  return model({
    inputs: x,
    outputs: ended(output, 'probabilities'),
    name,
    seed,
    features: map,
    auxiliaries: sides.map((side, i) => ({ ...side, output: ended(side.output, `probabilities_aux${i + 1}`) })),
  });
}

/** Tells a model's layers what else they are called, so that `loadWeights` finds them under those names, too. */
function addOtherNames({ layers }: Model, others: OtherNames): void {
  for (const layer of layers) {
    for (const [who, nameOf] of Object.entries(others)) {
      const other = nameOf(layer.name) ?? layer.name;
      if (other !== layer.name) layer.otherNames = { ...layer.otherNames, [who]: other };
    }
  }
}

/**
 * The mean of each channel, dropout, one dense layer called `name`. x: [H, W, C] → scores [classes].
 *
 * @param rate - the share of features that training drops where the options do not say.
 */
export function pooledClassifier(
  x: SymbolicTensor,
  name: string,
  { classes = 1000, dropout }: Pick<ArchitectureOptions, 'classes' | 'dropout'>,
  rate = 0,
): SymbolicTensor {
  const means = layers.globalAveragePooling2d().apply(x);
  const share = dropout ?? rate;
  return scores(share > 0 ? layers.dropout({ rate: share }).apply(means) : means, name, classes);
}
