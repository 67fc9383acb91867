import { files } from '#platform';
import { finiteValue } from '../../../fit/weights.js';
import { NoRule, type SymbolicTensor } from '../../../layers/index.js';
import { pytorchWeights } from '../../../weights/pytorchWeights.js';
import { expectOptions, type AcceptedOptions } from '../../../tensor/acceptedOptions.js';
import { expectOneOf, expectWhole } from '../../../tensor/check.js';
import { StriateError } from '../../../tensor/index.js';
import type { Preprocessing } from '../../../pictures/index.js';
import { ExportGraph } from './exportGraph.js';
import { exportMetadata } from './exportMetadata.js';
import { exportRowFor } from './exportRows.js';
import { outputOptionKinds, outputsAs, valueInfo, type OnnxSource, type OutputOptions } from './exportOutputs.js';
import { channelsFirst, channelsFirstAxes, plainAxes, type ExportValue } from './exportValues.js';
import { pictureLayouts, type PictureLayout } from '../import/importOptions.js';
import type { Draft, ValueInfoProto } from '../proto.js';

/** Options of `exportOnnx`. */
export interface ExportOnnxOptions extends OutputOptions {
  /** Which version of ONNX's operators, from 11 to 21; 13 by default, which every runtime of today reads. */
  readonly opset?: number;
  /** How the file takes pictures (and gives maps): `'NCHW'` like PyTorch's, by default, or `'NHWC'`. */
  readonly layout?: PictureLayout;
  /** How pictures are to be prepared, for the file's metadata; by default as the zoo says of a model of that name. */
  readonly preprocessing?: Preprocessing;
}

const accepts = {
  where: 'exportOnnx',
  kinds: { opset: 'number', layout: 'string', preprocessing: 'object', ...outputOptionKinds },
} as const satisfies AcceptedOptions<ExportOnnxOptions>;

/** The version of the file's own format that came with each opset. */
const irVersions: Readonly<Record<number, number>> = {
  11: 6,
  12: 7,
  13: 7,
  14: 7,
  15: 8,
  16: 8,
  17: 8,
  18: 8,
  19: 9,
  20: 9,
  21: 10,
};

/** What fits a protobuf message. */
const mostBytes = 2 ** 31 - 1;

/**
 * A model as an ONNX file: what predicts, for batches of any size. Weights are called as in PyTorch where layers are called by
 * modules' paths (`layer1.0.conv1.weight`), nodes like the layers; class names and preprocessing are in the metadata.
 * Dropout, stochastic depth and auxiliary classifiers, which only training needs, are left out. Of a detector the file takes
 * one picture and gives `boxes` [n, 4] in pixels of it, `scores` [n] and `labels` [n] by falling score; of a segmenter `labels` [N, H, W].
 *
 * @throws StriateError when an option is out of range, a layer is of a class of your own, or the file would exceed 2 GiB.
 *
 * @example
 * const bytes = await exportOnnx(zoo.create('resnet18')); // takes [N, 3, 224, 224]
 */
export async function exportOnnx(source: OnnxSource, options: ExportOnnxOptions = {}): Promise<Uint8Array> {
  const { opset = 13, layout = 'NCHW' } = expectOptions(accepts, options);
  expectWhole('exportOnnx', 'opset', opset, 11, 21);
  expectOneOf('exportOnnx', 'layout', layout, pictureLayouts);
  const model = 'model' in source ? source.model : source;
  const outputsOf = outputsAs(source, layout, options);
  const { topology, store } = model;
  const size = 4 * topology.weights.reduce((sum, { variable }) => sum + variable.size, 0);
  if (size > mostBytes) {
    throw new StriateError({
      where: 'exportOnnx',
      rule: 'an ONNX file holds 2 GiB at most',
      advice: `model '${model.name}' has ${(size / 2 ** 30).toFixed(1)} GiB of weights; use a smaller model, or model.saveWeights(path, { format: 'pytorch' })`,
    });
  }
  const names = new Map(pytorchWeights(topology).map(({ variable, name }) => [variable, name]));
  const graph = new ExportGraph(opset, names);
  const values = new Map<SymbolicTensor, ExportValue>();
  const input = topology.inputs.map((tensor, i) => {
    const taken = inputValue(graph, tensor, topology.inputNames[i], layout, outputsOf.batch);
    values.set(tensor, taken.value);
    return taken.info;
  });
  for (const { layer, inputs, output } of topology.predictionCalls) {
    graph.beginLayer(layer.name);
    const given = inputs.map((tensor) => values.get(tensor)!);
    const row = exportRowFor(layer);
    if (row instanceof NoRule)
      throw new StriateError({ where: 'exportOnnx', rule: `layer '${layer.name}' is ${row.reason}` });
    const result = row(layer, graph, given, output.shape);
    values.set(output, { ...result, name: graph.endLayer(result.name) });
  }
  const given = topology.outputs.map((tensor) => values.get(tensor)!);
  const output = outputsOf.write(graph, given);
  const metadata = Object.entries(exportMetadata(model, options.preprocessing));
  const initializer = await graph.finishedInitializers((variable) => finiteValue('exportOnnx', store, variable));
  const { encodeModelProto } = await import('../modelProto.js');
  return encodeModelProto({
    irVersion: irVersions[opset],
    producerName: 'striate',
    opsetImport: [{ domain: '', version: opset }],
    metadataProps: metadata.map(([key, value]) => ({ key, value })),
    graph: { name: model.name, node: graph.finishedNodes(), initializer, input, output },
  });
}

/**
 * Writes a model, a detector or a segmenter as an ONNX file, whole or not at all.
 *
 * @throws StriateError as `exportOnnx`, and when the file cannot be written.
 *
 * @example
 * await saveOnnx(model, 'cats-dogs.onnx', { opset: 17 });
 */
export async function saveOnnx(model: OnnxSource, path: string, options: ExportOnnxOptions = {}): Promise<void> {
  await files.writeWhole(path, await exportOnnx(model, options));
}

/** What the graph takes, and the value that layers see: pictures have their channels first inside. */
function inputValue(
  graph: ExportGraph,
  { shape }: SymbolicTensor,
  wanted: string,
  layout: PictureLayout,
  batch: 1 | 'N',
): { value: ExportValue; info: Draft<ValueInfoProto> } {
  const name = graph.unique(wanted);
  const isPicture = shape.length === 3;
  const axes = isPicture && layout === 'NCHW' ? channelsFirstAxes(3) : plainAxes(shape.length);
  const taken: ExportValue = { name, shape, axes };
  graph.beginLayer(`${name}_channels_first`);
  const inside = isPicture ? channelsFirst(graph, taken) : taken;
  return { value: { ...inside, name: graph.endLayer(inside.name) }, info: valueInfo(taken, batch) };
}
