import type { Classifier } from '../../classify/classify.js';
import type { PreprocessingChoice } from '../../classify/preparation.js';
import { GraphBuilder } from '../../graph/index.js';
import type { SymbolicTensor } from '../../layers/layer.js';
import type { Model } from '../../models/index.js';
import { reduceMax } from '../../ops/index.js';
import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { expectWhole } from '../../tensor/check.js';
import { emitInputs } from '../../topology/predictionGraph.js';
import { modelOf, pictureRows, type WatchedPictures } from '../pictureRows.js';
import { isRectified } from '../unrectified.js';
import { changedValues, watch } from './activationsOf.js';

/** Options of `deadFilters`. */
export interface DeadFiltersOptions {
  /** In place of what the model says: a name, a JSON file, or an object. */
  readonly preprocessing?: PreprocessingChoice;
  /** Pictures that are computed at once; 32 by default. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
  /** Called with how many of the pictures have been seen. */
  readonly onProgress?: (done: number, total: number) => void;
}

const accepts = {
  where: 'deadFilters',
  kinds: { preprocessing: 'string or object', batchSize: 'number', signal: 'object', onProgress: 'function' },
} satisfies AcceptedOptions<DeadFiltersOptions>;

/** How many of a layer's filters say anything. */
export interface LayerFilters {
  readonly layer: string;
  /** How many filters, or units, the layer has. */
  readonly filters: number;
  /** The numbers of those that were never above zero, at no position of no picture. */
  readonly dead: readonly number[];
}

/**
 * Which filters are never above zero behind their rectifier (ReLU, ReLU6) over a set of pictures, layer by layer: they take part in
 * nothing, and no gradient reaches them. A few pictures count too many: take some hundred of all kinds.
 *
 * @returns the layers whose values come out of a rectifier, in the model's order
 * @throws StriateError when a picture cannot be read.
 *
 * @example
 * for (const { layer, filters, dead } of await deadFilters(model, pictures)) console.log(layer, `${dead.length}/${filters}`);
 */
export async function deadFilters(
  classifier: Classifier,
  pictures: WatchedPictures,
  options: DeadFiltersOptions = {},
): Promise<LayerFilters[]> {
  const { preprocessing, batchSize = 32, signal, onProgress } = expectOptions(accepts, options);
  expectWhole('deadFilters', 'batchSize', batchSize);
  const model = modelOf(classifier);
  const values = rectifiedValues(model);
  const alive = values.map(({ shape }) => new Uint8Array(shape.at(-1)!));
  for await (const rows of pictureRows(classifier, pictures, {
    where: 'deadFilters',
    preprocessing,
    batchSize,
    signal,
  })) {
    const largest = await watch(model, 'largest', values, rows, (node) => {
      const axes = node.type.shape.map((_, axis) => axis).slice(0, -1);
      return reduceMax(node, { axes, keepDims: false });
    });
    largest.forEach((data, i) => {
      data.forEach((value, channel) => {
        if (value > 0) alive[i][channel] = 1;
      });
    });
    onProgress?.(rows.start + rows.count, rows.total);
  }
  return values.map((value, i) => ({
    layer: value.source!.layer.name,
    filters: alive[i].length,
    dead: [...alive[i].keys()].filter((channel) => alive[i][channel] === 0),
  }));
}

/** What rectifiers give; of layers that only pass it on, as concatenations do, nothing. */
function rectifiedValues(model: Model): SymbolicTensor[] {
  const graph = new GraphBuilder('rectified');
  const nodes = model.topology.emitValues(graph, emitInputs(graph, model.topology, 1));
  return changedValues(model).filter((value) => {
    const node = nodes.get(value)!;
    return isRectified(node) && !value.source!.inputs.some((from) => isRectified(nodes.get(from)!));
  });
}
