import { writeWeights } from '../../../fit/weights.js';
import { takePreprocessing } from '../../../pictures/preprocessing.js';
import { files } from '#platform';
import { layers, type SymbolicTensor } from '../../../layers/index.js';
import { model, type Model } from '../../../models/index.js';
import { otherFormat } from '../../../tensor/fileFormat.js';
import { expectOptions } from '../../../tensor/acceptedOptions.js';
import { expectOneOf } from '../../../tensor/check.js';
import { StriateError, Tensor } from '../../../tensor/index.js';
import { readNamedFile } from '../../namedFile.js';
import { attachExternalData } from '../externalData.js';
import type { GraphProto, ModelProto } from '../proto.js';
import { batch } from './dims.js';
import { GraphImport } from './graphImport.js';
import { importInputs } from './importInputs.js';
import { classNamesOf, metadataOf, nameOf } from './importMetadata.js';
import { importOnnxAccepts, pictureLayouts, type ImportOnnxOptions } from './importOptions.js';
import { noAxis, pictureOrder } from './importedValue.js';
import { inlineFunctions } from './inlineFunctions.js';
import { neededGraph } from './neededGraph.js';
import { OnnxNode } from './onnxNode.js';
import { arrange, batched, canonical, unbatched } from './valueLayout.js';

/** Versions of ONNX's operators whose meaning is known. */
const oldest = 1;
const newest = 28;

/**
 * A convolutional network from an ONNX file, as a model like any other: it can be trained on, cut, frozen and saved. Pictures
 * are [height, width, channels] also where the file takes them as channels first.
 *
 * @param source - A path, an address, or the file's bytes. Weights in files of their own, as PyTorch's newer
 * exporter writes them (`model.onnx.data`), are read from beside it.
 * @throws StriateError that names the file, the node and the rule, when an operator has no layer here (control flow, quantised
 * operators), when the pictures' size is free and not given, or when the file is damaged.
 *
 * @example
 * const net = await importOnnx('mobilenet_v2.onnx');
 * const scores = await net.predict(x); // x: [N, 224, 224, 3]
 */
export async function importOnnx(source: string | Uint8Array, options: ImportOnnxOptions = {}): Promise<Model> {
  expectOptions(importOnnxAccepts, options);
  if (options.layout !== undefined) expectOneOf('importOnnx', 'layout', options.layout, pictureLayouts);
  const path = typeof source === 'string' ? source : options.path;
  const file = options.fileName ?? path ?? 'bytes';
  const bytes = typeof source === 'string' ? await files.read(source) : source;
  const label = `onnx '${file}'`;
  const other = otherFormat(bytes, label, ['onnx']);
  if (other) throw other;
  const { decodeModelProto } = await import('../modelProto.js');
  const proto = decodeModelProto(bytes, label);
  try {
    if (path !== undefined || options.externalData) {
      const given = new Map(Object.entries(options.externalData ?? {}));
      const named = { where: label, named: 'its weights lie in', path, given };
      await attachExternalData(proto, (location) => readNamedFile(location, named), label);
    }
    return await modelFrom(proto, label, file, options);
  } catch (error) {
    if (error instanceof StriateError) throw error.within(label);
    if (!(error instanceof Error)) throw error;
    throw new StriateError({ where: label, rule: error.message }, { cause: error });
  }
}

async function modelFrom(proto: ModelProto, label: string, file: string, options: ImportOnnxOptions): Promise<Model> {
  const graph = inlineFunctions(proto, label);
  if (!graph?.node.length) {
    throw new StriateError({
      where: label,
      rule: 'holds no graph of operators',
      advice: 'the file is damaged or no ONNX model',
    });
  }
  const wanted = options.outputs ?? graph.output.map(({ name = '' }) => name);
  const given = new Set([...Object.keys(options.constants ?? {}), ...(options.inputs ?? [])]);
  const needed = neededGraph(graph, wanted, given, options.outputs !== undefined);
  const { batchAxis = true } = options;
  const state = new GraphImport(label, opsetOf(proto, label), needed.outputs, batchAxis, proto.producerName ?? '');
  const inputs = importInputs(state, needed.graph, options);
  state.read(needed.graph);
  const outputs = needed.outputs.map((name) => outputOf(state, graph, name));
  const named = options.name ?? nameOf(file, graph);
  const result = model({ inputs: inputs.map(({ tensor }) => tensor), outputs, name: named });
  await writeWeights(result, weightsOf(state, result), label);
  const { shape } = result.inputs[0];
  Object.assign(result, takePreprocessing(metadataOf(proto), result.inputs.length === 1 ? shape : [], label));
  const names = options.classNames ?? classNamesOf(proto, result.outputShape.at(-1) ?? 0);
  if (names) result.classNames = names;
  return result;
}

function opsetOf({ opsetImport }: ModelProto, label: string): number {
  const version = opsetImport.find(({ domain = '' }) => domain === '' || domain === 'ai.onnx')?.version ?? 0;
  if (version >= oldest && version <= newest) return version;
  throw new StriateError({
    where: label,
    rule: `operators must be those of opset ${oldest} to ${newest}`,
    received: version || 'none',
    advice: 'export with opset_version=17, or convert the file with onnx.version_converter',
  });
}

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** One output of the model, in an order that its users expect: pictures as ours, the rest as in the file. */
function outputOf(state: GraphImport, graph: GraphProto, name: string): SymbolicTensor {
  const value = state.values.get(name);
  if (value?.kind !== 'symbolic') {
    const names = graph.output.map((output) => output.name).join(', ');
    throw new StriateError({
      where: state.label,
      rule: value
        ? `output '${name}' does not depend on the model's input`
        : `there is no value '${name}' in its graph`,
      advice: value ? undefined : `the graph's own outputs are ${names}`,
    });
  }
  const node = new OnnxNode(state, { input: [], output: [name], name, opType: 'output', attribute: [] });
  const own = state.batchAxis && [1, batch].includes(value.dims[0]) ? batched(node, value) : unbatched(node, value);
  const plain = canonical(node, own);
  const axes = range(plain.dims.length);
  const ascending = plain.order[0] === noAxis ? [noAxis, ...axes] : axes;
  const asPicture = plain.order.join() === pictureOrder.join();
  const { tensor } = asPicture ? plain : arrange(node, plain, ascending);
  return tensor.source ? tensor : node.apply(layers.activation({ activation: 'linear' }), tensor);
}

function weightsOf(state: GraphImport, { layers: used }: Model): Map<string, Tensor> {
  const weights = new Map<string, Tensor>();
  for (const layer of used) {
    const given = state.weightsOf(layer);
    for (const { name, variable } of layer.weights) {
      const data = given?.[name];
      if (data?.length !== variable.size) {
        throw new StriateError({
          where: state.label,
          rule: `layer '${layer.name}' needs ${variable.size} numbers for its ${name}`,
          received: data?.length ?? 'none',
          advice: 'the file is damaged',
        });
      }
      weights.set(variable.name, new Tensor('float32', variable.shape, data));
    }
  }
  return weights;
}
