import { files } from '#platform';
import type { Model } from '../../models/index.js';
import { expectOneOf } from '../../tensor/check.js';
import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { otherFormat } from '../../tensor/fileFormat.js';
import { StriateError } from '../../tensor/index.js';
import { readNamedFile } from '../namedFile.js';
import type { BuildOptions } from '../keras/read/buildKeras.js';
import { buildModel, versionOf } from '../keras/read/importKeras.js';
import { describePictures } from '../keras/read/ownContent.js';
import { isJson, parseJson } from '../keras/json.js';
import { kerasGraph } from '../keras/read/kerasGraph.js';
import { attachNamed } from '../keras/attachWeights.js';
import type { ReadContext } from '../keras/read/layerOptions.js';
import { readManifest, type ReadShard } from './manifest.js';

/** Options of `importTfjs`. */
export interface ImportTfjsOptions extends BuildOptions {
  /** What messages call the model; its path by default. */
  readonly name?: string;
}

const accepts = {
  where: 'importTfjs',
  kinds: { name: 'string', inputShape: 'list', seed: 'number', layout: 'string' },
} as const satisfies AcceptedOptions<ImportTfjsOptions>;

/** A TensorFlow.js model in memory: `model.json` and the files of its weights by name. */
export interface TfjsFiles {
  readonly modelJson: Uint8Array;
  readonly weights: ReadonlyMap<string, Uint8Array>;
  /** Where `model.json` was read from: files that `weights` leaves out are found beside it. */
  readonly path?: string | undefined;
}

/**
 * Reads a TensorFlow.js layers model: `model.json` and the files of weights beside it, quantized ones too.
 *
 * @param source the path or address of `model.json`, or the content of all files
 * @throws StriateError when a file is damaged or missing, the model is a graph model, or a layer is not there in Striate.
 *
 * @example
 * const model = await importTfjs('flowers/model.json');
 */
export async function importTfjs(source: string | TfjsFiles, options: ImportTfjsOptions = {}): Promise<Model> {
  const { name, layout } = expectOptions(accepts, options);
  if (layout !== undefined) expectOneOf(accepts.where, 'layout', layout, ['NHWC']);
  const file = name ?? (typeof source === 'string' ? source : 'model.json');
  const json = typeof source === 'string' ? await files.read(source) : source.modelJson;
  const other = otherFormat(json, file, ['tfjs', 'json']);
  if (other) throw other;
  const content = parseJson(new TextDecoder().decode(json), 'the model', file);
  if (!isJson(content))
    throw new StriateError({ where: file, rule: 'is not a TensorFlow.js model: it does not hold an object' });
  if (content.format === 'graph-model') {
    throw new StriateError({
      where: file,
      rule: 'is a graph model, which has operators instead of layers',
      advice:
        'convert the Keras model to a layers model (--output_format=tfjs_layers_model), or import its ONNX or Keras file',
    });
  }
  const topology = content.modelTopology;
  if (!isJson(topology))
    throw new StriateError({ where: file, rule: 'is not a TensorFlow.js model: it has no modelTopology' });
  const { path, weights } = typeof source === 'string' ? { path: source, weights: undefined } : source;
  const read: ReadShard = (name) =>
    readNamedFile(name, { where: file, named: 'the weightsManifest names', path, given: weights });
  const context: ReadContext = {
    file,
    version: versionOf(topology.keras_version),
    program: 'TensorFlow.js',
    notes: [],
  };
  const graph = kerasGraph(topology.model_config ?? topology, file);
  attachNamed(graph, await readManifest(content.weightsManifest, read, file), context);
  const training = topology.training_config ?? content.trainingConfig;
  const about = isJson(content.userDefinedMetadata) ? content.userDefinedMetadata : undefined;
  return describePictures(await buildModel(graph, context, options, training), about?.preprocessing, file);
}
