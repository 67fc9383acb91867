import type { Classifier } from '../../classify/classify.js';
import type { PreprocessingChoice } from '../../classify/preparation.js';
import type { GraphBuilder, Node } from '../../graph/index.js';
import type { SymbolicTensor } from '../../layers/layer.js';
import { classCount, type Model } from '../../models/index.js';
import { reduceMean } from '../../ops/index.js';
import type { CompletePreprocessing } from '../../pictures/preprocessing.js';
import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { expectNumber, expectSeed, expectWhole, expectWholes } from '../../tensor/check.js';
import type { Tensor } from '../../tensor/index.js';
import { upTo } from '../../topology/featureSplit.js';
import { receptiveFields } from '../../topology/receptiveField.js';
import { classScores } from '../classScores.js';
import { modelOf, onlyPicture, preprocessingOf } from '../pictureRows.js';
import { classLabel, classTarget, layerValue, targetContext, type ClassTarget } from '../target.js';
import { unrectified } from '../unrectified.js';
import { ascend, type AscentGoal, type AscentSettings } from './ascent.js';

/** How patterns are found. */
export interface PatternOptions {
  /** Steps of gradient ascent; 128 by default. */
  readonly steps?: number;
  /** The same seed gives the same patterns; 0 by default. */
  readonly seed?: number;
  /** How far a step goes; 0.1 by default, 0.2 for filters that see fewer than 32 pixels. */
  readonly learningRate?: number;
  /** By how many pixels a pattern is moved before each step, at most; a twentieth of its side by default. */
  readonly jitter?: number;
  /** By which share it is zoomed, at most; 0.05 by default, 0 for filters that see fewer than 32 pixels. */
  readonly zoom?: number;
  /** By how many degrees it is turned, at most; 5 by default, 0 for filters that see fewer than 32 pixels. */
  readonly rotation?: number;
  /** How much smaller waves of higher frequency begin and grow: 1, the default, as in photographs; 0: pixels by themselves. */
  readonly decay?: number;
  /** Patterns that are computed at once; 8 by default. */
  readonly batchSize?: number;
  /** In place of what the model says: a name, a JSON file, or an object. */
  readonly preprocessing?: PreprocessingChoice;
  readonly signal?: AbortSignal;
  /** Called with how many steps of all have been taken. */
  readonly onProgress?: (done: number, total: number) => void;
}

const patternKinds = {
  steps: 'number',
  seed: 'number',
  learningRate: 'number',
  jitter: 'number',
  zoom: 'number',
  rotation: 'number',
  decay: 'number',
  batchSize: 'number',
  preprocessing: 'string or object',
  signal: 'object',
  onProgress: 'function',
} as const;

/** Options of `filterPatterns`. */
export interface FilterPatternsOptions extends PatternOptions {
  /** The numbers of the filters; all of the layer's by default. */
  readonly filters?: readonly number[];
  /**
   * Side of the patterns in pixels, at most the model's own; by default the model's own. Smaller ones take less time, where there is
   * nothing but convolutions and poolings before the layer.
   */
  readonly size?: number;
}

/** Options of `classPatterns`. */
export interface ClassPatternsOptions extends PatternOptions {
  /** Names or numbers of the classes; all by default. */
  readonly classes?: readonly ClassTarget[];
}

const acceptsFilters = {
  where: 'filterPatterns',
  kinds: { ...patternKinds, filters: 'list', size: 'number' },
} satisfies AcceptedOptions<FilterPatternsOptions>;

const acceptsClasses = {
  where: 'classPatterns',
  kinds: { ...patternKinds, classes: 'list' },
} satisfies AcceptedOptions<ClassPatternsOptions>;

/** What a filter or a class looks for; `seenPicture(pattern)` is its picture. */
export interface Pattern {
  /** `filter 3 of 'conv2d'`, or the class's name. */
  readonly name: string;
  /** The filter's or the class's number. */
  readonly unit: number;
  /** [H, W, C], as the model takes it. */
  readonly input: Tensor<'float32'>;
  /** How pictures become the model's numbers; undefined where they are taken as they are, from 0 to 1. */
  readonly preprocessing: CompletePreprocessing | undefined;
  /** What the filter gives for the pattern, its mean over all positions; or the class's score. */
  readonly activation: number;
  /** What it gives for grey pictures with noise of a fifth of their range, on average: what `activation` is compared with. */
  readonly noise: number;
}

/**
 * What each filter of a layer looks for: pictures that gradient ascent finds to raise it, from noise on. Patterns are made of waves
 * and colours as photographs have them, moved, zoomed and turned a little before each step, so that people can read them (Olah,
 * Mordvintsev & Schubert 2017). A filter that is silent whatever the picture has activation 0.
 *
 * @param layer a layer that gives a map [height, width, filters] or a vector [units]
 * @throws StriateError when there is no such layer or filter, or the model takes more than one picture.
 *
 * @example
 * const patterns = await filterPatterns(model, 'dense', { filters: [0, 5], steps: 4 });
 * const sheet = tilePictures(patterns.map(seenPicture), { columns: 2, magnify: 4 });
 */
export async function filterPatterns(
  classifier: Classifier,
  layer: string,
  options: FilterPatternsOptions = {},
): Promise<Pattern[]> {
  expectOptions(acceptsFilters, options);
  const model = modelOf(classifier);
  const value = layerValue(layer, model);
  const count = value.shape.at(-1)!;
  const filters = options.filters ?? Array.from({ length: count }, (_, i) => i);
  expectWholes('filterPatterns', 'filters', filters, 0);
  filters.forEach((filter) => expectWhole('filterPatterns', 'filters', filter, 0, count - 1));
  const settings = await settingsOf('filterPatterns', classifier, options, options.size, fieldOf(model, value));
  const found = await ascend(model, layerGoal(model, value), filters, settings);
  return found.map((one, i) => ({
    name: `${value.shape.length === 3 ? 'filter' : 'unit'} ${filters[i]} of '${layer}'`,
    unit: filters[i],
    preprocessing: settings.preprocessing,
    ...one,
  }));
}

/**
 * What each class looks like to a model: pictures that gradient ascent finds to raise its score before softmax or sigmoid.
 *
 * @throws StriateError when there is no such class, or the model takes more than one picture.
 *
 * @example
 * const [three] = await classPatterns(model, { classes: [3], steps: 4 });
 * const { width, height, data } = seenPicture(three);
 */
export async function classPatterns(classifier: Classifier, options: ClassPatternsOptions = {}): Promise<Pattern[]> {
  expectOptions(acceptsClasses, options);
  const model = modelOf(classifier);
  const context = await targetContext(model);
  const all = (): number[] => Array.from({ length: classCount(model) }, (_, i) => i);
  const labels = options.classes
    ? await Promise.all(options.classes.map((target) => classLabel(target, context)))
    : all();
  const settings = await settingsOf('classPatterns', classifier, options, undefined, Infinity);
  const goal: AscentGoal = {
    key: 'class scores',
    emit(graph, pictures) {
      const scores = classScores(model.topology.emit(graph, [pictures])[0], 'scores');
      return { climbed: scores, activation: scores };
    },
  };
  const found = await ascend(model, goal, labels, settings);
  return found.map((one, i) => ({
    name: classTarget(labels[i], context).name,
    unit: labels[i],
    preprocessing: settings.preprocessing,
    ...one,
  }));
}

/** The mean of each of a layer's filters over its positions. */
function layerGoal(model: Model, value: SymbolicTensor): AscentGoal {
  const part = upTo(model.topology, value);
  const means = (node: Node): Node => {
    const axes = node.type.shape.map((_, axis) => axis).slice(1, -1);
    return axes.length ? reduceMean(node, { axes, keepDims: false }) : node;
  };
  return {
    key: `layer ${model.topology.predictionCalls.findIndex(({ output }) => output === value)}`,
    emit(graph: GraphBuilder, pictures: Node) {
      const [node] = part.emit(graph, [pictures]);
      return { climbed: means(unrectified(node)), activation: means(node) };
    },
  };
}

/** Filters that see fewer pixels are about single edges and dots, which zooming and turning would blur. */
const small = 32;

/** Rows or columns of the picture that a filter sees. */
function fieldOf({ topology }: Model, value: SymbolicTensor): number {
  return Math.max(...(receptiveFields(topology).get(value) ?? [Infinity]));
}

async function settingsOf(
  where: string,
  classifier: Classifier,
  options: PatternOptions,
  size: number | undefined,
  field: number,
): Promise<AscentSettings> {
  const model = modelOf(classifier);
  const [fullHeight, fullWidth, channels] = onlyPicture(where, model);
  const side = size === undefined ? Infinity : expectWhole(where, 'size', size, 1, Math.max(fullHeight, fullWidth));
  const [height, width] = [Math.min(fullHeight, side), Math.min(fullWidth, side)];
  const { steps = 128, seed = 0, decay = 1, batchSize = 8 } = options;
  const { learningRate = field < small ? 0.2 : 0.1 } = options;
  const { zoom = field < small ? 0 : 0.05, rotation = field < small ? 0 : 5 } = options;
  const { jitter = Math.max(1, Math.min(height, width) / 20) } = options;
  expectWhole(where, 'steps', steps);
  expectSeed(where, seed);
  expectWhole(where, 'batchSize', batchSize);
  expectNumber(where, 'learningRate', learningRate, { above: 0 });
  expectNumber(where, 'jitter', jitter, { least: 0 });
  expectNumber(where, 'zoom', zoom, { least: 0, below: 1 });
  expectNumber(where, 'rotation', rotation, { least: 0, most: 180 });
  expectNumber(where, 'decay', decay, { least: 0 });
  const coloured = channels === 1 || channels === 3;
  return {
    shape: [height, width, channels],
    preprocessing: coloured ? await preprocessingOf(classifier, options.preprocessing) : undefined,
    ...{ steps, seed, learningRate, jitter, zoom, rotation, decay, batchSize },
    signal: options.signal,
    onProgress: options.onProgress,
  };
}
