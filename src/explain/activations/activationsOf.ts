import type { Classifier } from '../../classify/classify.js';
import type { PreprocessingChoice } from '../../classify/preparation.js';
import type { Node } from '../../graph/index.js';
import type { SymbolicTensor } from '../../layers/layer.js';
import type { Model } from '../../models/index.js';
import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { expectWhole } from '../../tensor/check.js';
import { Tensor } from '../../tensor/index.js';
import { inputFeed } from '../../topology/predictionGraph.js';
import { isSinglePicture, modelOf, pictureRows, type WatchedPictures } from '../pictureRows.js';
import { layerValue } from '../target.js';

/** Options of `activationsOf`. */
export interface ActivationsOptions {
  /** The layers' names; all that change what they take by default. */
  readonly layers?: readonly string[];
  /** In place of what the model says: a name, a JSON file, or an object. */
  readonly preprocessing?: PreprocessingChoice;
  /** Pictures that are computed at once; 8 by default. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
}

const accepts = {
  where: 'activationsOf',
  kinds: { layers: 'list', preprocessing: 'string or object', batchSize: 'number', signal: 'object' },
} satisfies AcceptedOptions<ActivationsOptions>;

/**
 * What layers give for a picture, in one pass: by layer, [h, w, channels] of a map or [units] of a vector. Of a list of pictures,
 * [N, …] each. `activationSheet` draws a map.
 *
 * @throws StriateError when there is no such layer, or a picture cannot be read.
 *
 * @example
 * const values = await activationsOf(model, picture.reshape([28, 28, 1]), { layers: ['dense'] });
 * const hidden = values.get('dense'); // [8]
 */
export async function activationsOf(
  classifier: Classifier,
  pictures: WatchedPictures,
  options: ActivationsOptions = {},
): Promise<Map<string, Tensor<'float32'>>> {
  const { layers, preprocessing, batchSize = 8, signal } = expectOptions(accepts, options);
  expectWhole('activationsOf', 'batchSize', batchSize);
  const model = modelOf(classifier);
  const values = layers?.map((layer) => layerValue(layer, model)) ?? changedValues(model);
  const found = new Map<string, Tensor<'float32'>>();
  for await (const rows of pictureRows(classifier, pictures, {
    where: 'activationsOf',
    preprocessing,
    batchSize,
    signal,
  })) {
    const given = await watch(model, 'value', values, rows, (node) => node);
    values.forEach((value, i) => {
      const name = value.source!.layer.name;
      const all =
        found.get(name) ??
        new Tensor(
          'float32',
          [rows.total, ...value.shape],
          new Float32Array((rows.total * given[i].length) / rows.count),
        );
      all.data.set(given[i], (rows.start * given[i].length) / rows.count);
      found.set(name, all);
    });
  }
  if (!isSinglePicture(pictures)) return found;
  return new Map([...found].map(([name, all]) => [name, all.reshape(all.shape.slice(1))]));
}

/** What layers give, but for those that only pass on what they take, as dropout does. */
export function changedValues({ topology }: Model): SymbolicTensor[] {
  const last = new Map(topology.predictionCalls.map((call) => [call.layer, call]));
  return [...last.values()]
    .filter(({ layer }) => !(layer.constructor as { traits?: { onlyInTraining?: true } }).traits?.onlyInTraining)
    .map(({ output }) => output);
}

/**
 * Runs a model over pictures and gives something of the values of layers, in one pass.
 *
 * @param what names what is made of the values: the model keeps the program
 */
export async function watch(
  model: Model,
  what: string,
  values: readonly SymbolicTensor[],
  { data, count }: { readonly data: Float32Array; readonly count: number },
  make: (node: Node) => Node,
): Promise<Float32Array[]> {
  const { topology } = model;
  const numbers = values.map((value) => topology.predictionCalls.findIndex(({ output }) => output === value));
  const program = await model.program(`watch/${what}/${count}/${numbers.join('+')}`, (graph, given) => {
    const [{ shape }] = given.inputs;
    const nodes = given.emitValues(graph, [graph.input(inputFeed(given.inputNames[0]), [count, ...shape])]);
    values.forEach((value, i) => graph.output(`value:${i}`, make(nodes.get(value)!)));
  });
  const found = await program.run({ [inputFeed(topology.inputNames[0])]: data });
  return values.map((_, i) => found[`value:${i}`].data as Float32Array);
}
