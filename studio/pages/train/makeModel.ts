import {
  layers,
  losses,
  openModel,
  optimizers,
  prepareTransfer,
  schedules,
  sequential,
  zoo,
  type CompileOptions,
  type DataSet,
  type Engine,
  type Layer,
  type Model,
  type Optimizer,
} from 'striate';
import { namedModel } from '../../models/namedModel.js';
import { plannedLayers, readBlocks } from './blocks.js';
import { openData, type DataChoice, type OpenedData } from './openData.js';
import { isTrained, optimizerOptions, seed, type TrainSettings } from './recipe.js';

/** A model that is ready for its data, not compiled yet. */
export interface MadeModel {
  readonly model: Model;
  readonly data: OpenedData;
  /** What was decided on the way, in sentences. */
  readonly notes: readonly string[];
  /** Whether the model's last layer is a new one for these classes; it was of them already otherwise. */
  readonly hasNewHead: boolean;
}

/** The model of settings, and the data as it wants them. */
export async function makeModel(
  settings: TrainSettings,
  server: string | undefined,
  engine: Engine,
): Promise<MadeModel> {
  const { data, pictures, held, side } = settings;
  const choice: DataChoice = { data, pictures, held, side, server };
  if (isTrained(settings)) return transferred(settings.model, choice, engine);
  const opened = await openData(choice);
  const model = fresh(settings, opened.train);
  model.useEngine({ engine });
  return { model, data: opened, notes: [], hasNewHead: false };
}

/** The layers of settings for data, with starting weights. */
export function fresh(
  { model: name, blocks }: Pick<TrainSettings, 'model' | 'blocks'>,
  { inputShape, classNames }: Pick<DataSet, 'inputShape' | 'classNames'>,
): Model {
  const classes = classNames.length;
  if (name !== 'blocks') return zoo.create(name, { inputShape, classes, seed });
  const planned = plannedLayers(readBlocks(blocks) ?? [], inputShape, classes);
  const factories = layers as unknown as Readonly<Record<string, (options: object) => Layer>>;
  return sequential({
    name: 'blocks',
    seed,
    layers: planned.map(({ factory, options }) => factories[factory](options)),
  });
}

/** A dropped model with a new head for the data, its other layers as they are. */
async function transferred(name: string, choice: DataChoice, engine: Engine): Promise<MadeModel> {
  const given = await namedModel(name, choice.server);
  const opened = await openModel(given.file, { name: given.name, engine });
  const { inputShape } = opened.model;
  const data = await openData({ ...choice, inputShape, preprocessing: opened.model.preprocessing });
  const ready = await prepareTransfer(opened, { train: data.train, test: data.held }, { seed, engine });
  const { model, notes, keepsClassifier } = ready;
  return { model, data: { train: ready.data.train, held: ready.data.test }, notes, hasNewHead: !keepsClassifier };
}

/** The loss of settings. */
export function lossOf({ smooth = 0 }: Pick<TrainSettings, 'smooth'>): CompileOptions['loss'] {
  if (smooth === 0) return 'sparseCategoricalCrossentropy';
  return losses.sparseCategoricalCrossentropy({ labelSmoothing: smooth });
}

/** The optimizer of settings, whose rate goes its course over all steps. */
export function makeOptimizer({ optimizer, rate, course }: TrainSettings, totalSteps: number): Optimizer {
  const learningRate = course === 'cycle' ? schedules.oneCycle({ maxLearningRate: rate, totalSteps }) : rate;
  return optimizers[optimizer]({ ...optimizerOptions[optimizer], learningRate });
}
