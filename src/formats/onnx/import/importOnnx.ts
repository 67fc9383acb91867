import { takePreprocessing } from '../../../pictures/preprocessingMetadata.js';
import { files } from '#platform';
import { layers, type SymbolicTensor } from '../../../layers/index.js';
import { model, type Model } from '../../../models/index.js';
import { StriateError, Tensor, type Shape } from '../../../tensor/index.js';
import { beside } from '../../beside.js';
import { classNamesOf } from './onnxClassNames.js';
import { attachExternalData } from '../externalData.js';
import { withoutFunctions } from './functions.js';
import { GraphImport } from './graphImport.js';
import type { PictureLayout } from './inputLayout.js';
import { takeInputs } from './inputs.js';
import { arrange, canonical, unbatched } from './valueLayout.js';
import { OnnxNode } from './onnxNode.js';
import { decodeModel, type GraphProto, type ModelProto } from '../proto.js';
import { noAxis, pictureOrder } from './values.js';

/** Options of `importOnnx`. */
export interface ImportOnnxOptions {
  /** [height, width, channels] of the pictures, where the file leaves the size free or another one is wanted. */
  readonly inputShape?: Shape;
  /** How the file takes pictures, where it is not to be guessed: `'NCHW'` (PyTorch) or `'NHWC'` (TensorFlow). */
  readonly layout?: PictureLayout;
  /**
   * Whether the first axis of the file's inputs and outputs is that of the examples; true by default. Where it is not, each
   * example of ours is a whole input of the file, its axes as they are there ([height, width, channels] only where `layout` is
   * `'NCHW'` and there are three).
   */
  readonly batchAxis?: boolean;
  /** Numbers for inputs that are the same for all examples: settings, or weights that the file takes as inputs. */
  readonly constants?: Readonly<Record<string, Tensor | number | readonly number[]>>;
  /** Names of the graph's values that become the model's outputs; by default the graph's own outputs. */
  readonly outputs?: readonly string[];
  /** The names of the classes in label order; by default those in the file's metadata, if any. */
  readonly classNames?: readonly string[];
  /**
   * Files that the model names, where it is given as bytes and its weights lie in files of their own; those beside a path are
   * found by themselves.
   */
  readonly externalData?: Readonly<Record<string, Uint8Array>>;
  /** What messages call a file that is given as bytes. */
  readonly fileName?: string;
  /** The model's name; by default the file's. */
  readonly name?: string;
}

/** Versions of ONNX's operators whose meaning is known. */
const oldest = 1;
const newest = 28;

/**
 * A convolutional network from an ONNX file, as a model like any other: it can be trained on, cut, frozen and saved. Pictures
 * are [height, width, channels] also where the file takes them as channels first.
 *
 * @param source - A path, in browsers an address, or the file's bytes. Weights in files of their own, as PyTorch's newer
 * exporter writes them (`model.onnx.data`), are read from beside it.
 * @throws StriateError that names the file, the node and the rule, when an operator has no layer here (control flow, quantised
 * operators), when the pictures' size is free and not given, or when the file is damaged.
 *
 * @example
 * const net = await importOnnx('mobilenet_v2.onnx');
 * const scores = await net.predict(x); // x: [N, 224, 224, 3]
 */
export async function importOnnx(source: string | Uint8Array, options: ImportOnnxOptions = {}): Promise<Model> {
  const file = typeof source === 'string' ? source : (options.fileName ?? 'bytes');
  const bytes = typeof source === 'string' ? await files.read(source) : source;
  const label = `onnx '${file}'`;
  const proto = decodeModel(bytes, label);
  try {
    if (typeof source === 'string' || options.externalData) {
      await attachExternalData(proto, (location) => readExternal(location, source, options), label);
    }
    return await modelFrom(proto, file, options);
  } catch (error) {
    if (!(error instanceof Error) || (error instanceof StriateError && error.message.startsWith(label))) throw error;
    throw new StriateError({ where: label, rule: error.message }, { cause: error });
  }
}

/** A file that the model names: one that was handed in, or lies beside it. */
async function readExternal(
  location: string,
  source: string | Uint8Array,
  { externalData = {} }: ImportOnnxOptions,
): Promise<Uint8Array> {
  if (Object.hasOwn(externalData, location)) return externalData[location];
  if (typeof source !== 'string')
    throw new StriateError({ rule: `its weights lie in '${location}', which was not handed in` });
  const path = beside(source, location);
  if (path !== undefined) return files.read(path);
  throw new StriateError({
    rule: `its weights lie in '${location}', which is not beside it`,
    advice: 'put all files into one folder',
  });
}

async function modelFrom(proto: ModelProto, file: string, options: ImportOnnxOptions): Promise<Model> {
  const label = `onnx '${file}'`;
  const graph = withoutFunctions(proto, label);
  if (!graph?.node.length) {
    throw new StriateError({
      where: label,
      rule: 'holds no graph of operators',
      advice: 'the file is damaged or no ONNX model',
    });
  }
  const wanted = options.outputs ?? graph.output.map(({ name = '' }) => name);
  const state = new GraphImport(label, opsetOf(proto, label), wanted, options.batchAxis === false);
  const inputs = takeInputs(state, graph, options);
  state.read(graph);
  const outputs = wanted.map((name) => outputOf(state, graph, name));
  const named = options.name ?? nameOf(file, graph);
  const result = model({ inputs: inputs.map(({ tensor }) => tensor), outputs, name: named });
  await result.setWeights(weightsOf(state, result));
  const { shape } = result.inputs[0];
  Object.assign(result, takePreprocessing(metadataOf(proto), result.inputs.length === 1 ? shape : [], label));
  const names = options.classNames ?? classNamesOf(proto, result.outputShape.at(-1) ?? 0);
  if (names) result.classNames = names;
  return result;
}

/** What the file is called; exporters call all graphs the same. */
function nameOf(file: string, graph: GraphProto): string {
  const base = /([^/\\]+)\.onnx$/i.exec(file)?.[1] ?? graph.name ?? '';
  return base === '' ? 'onnx' : base.replace(/[\s/]+/g, '_');
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
      ...(value
        ? { rule: `output '${name}' does not depend on the model's input` }
        : { rule: `there is no value '${name}' in its graph`, advice: `the graph's own outputs are ${names}` }),
    });
  }
  const node = new OnnxNode(state, { input: [], output: [name], name, opType: 'output', attribute: [] });
  const plain = canonical(node, unbatched(node, value));
  const axes = range(plain.dims.length);
  const ascending = plain.order[0] === noAxis ? [noAxis, ...axes] : axes;
  const asPicture = plain.order.join() === pictureOrder.join();
  const { tensor } = asPicture ? plain : arrange(node, plain, ascending);
  return tensor.source ? tensor : node.apply(layers.activation({ activation: 'linear' }), tensor);
}

function weightsOf(state: GraphImport, { layers: used }: Model): Map<string, Tensor> {
  const weights = new Map<string, Tensor>();
  for (const layer of used) {
    const given = state.weights.get(layer);
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

/** What a model keeps of a file's free text. */
function metadataOf({ metadataProps, producerName, producerVersion }: ModelProto): Record<string, string> {
  const own = metadataProps.map(({ key = '', value = '' }) => [key, value] as const);
  const producer = [producerName, producerVersion].filter(Boolean).join(' ');
  return { ...Object.fromEntries(own), ...(producer && { producer }) };
}
