import { StriateError } from '../../tensor/index.js';
import type { AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto } from './proto.js';
import { elementBytes, isExternal } from './tensors.js';

/** Reads a file that a model names. */
export type ReadLocation = (location: string) => Promise<Uint8Array>;

/**
 * Gives a model that was just decoded the numbers that lie in other files, where PyTorch's newer exporter puts all weights
 * (`model.onnx.data`). Each file is read once.
 *
 * @throws StriateError when a file lacks bytes that the model says it has.
 */
export async function attachExternalData(proto: ModelProto, read: ReadLocation, label: string): Promise<void> {
  const files = new Map<string, Uint8Array>();
  for (const tensor of tensorsOf(proto)) {
    if (!isExternal(tensor)) continue;
    const entries = new Map(tensor.externalData.map(({ key = '', value = '' }) => [key, value]));
    const location = entries.get('location') ?? '';
    const bytes = files.get(location) ?? (await read(location));
    files.set(location, bytes);
    const rawData = partOf(tensor, bytes, entries, `${label}: tensor '${tensor.name ?? ''}'`);
    Object.assign(tensor, { rawData, externalData: [], dataLocation: 0 } satisfies Partial<TensorProto>);
  }
}

/** A tensor's bytes in its file. */
function partOf(
  { dims, dataType = 0 }: TensorProto,
  bytes: Uint8Array,
  entries: ReadonlyMap<string, string>,
  name: string,
): Uint8Array {
  const number = (key: string, missing: number): number => {
    const text = entries.get(key);
    if (text === undefined || text === '') return missing;
    return /^\d+$/.test(text) ? Number(text) : NaN;
  };
  const offset = number('offset', 0);
  // Without a length, as many as its shape needs: the file may go on.
  const length = number('length', dims.reduce((product, n) => product * n, 1) * (elementBytes(dataType) ?? 1));
  if (offset + length <= bytes.length) return bytes.subarray(offset, offset + length);
  throw new StriateError({
    where: name,
    rule: `its numbers should be ${entries.get('length') ?? length} bytes from ${entries.get('offset') ?? 0} on in '${entries.get('location')}', which has ${bytes.length}`,
    advice: 'the files do not belong together, or one is damaged',
  });
}

/** Every tensor of a model: weights, and constants among the settings of nodes, however deep. */
function* tensorsOf({ graph, functions }: ModelProto): Generator<TensorProto> {
  if (graph) yield* inGraph(graph);
  for (const { node, attributeProto } of functions) {
    yield* inAttributes(attributeProto);
    yield* inNodes(node);
  }
}

function* inGraph({ initializer, node }: GraphProto): Generator<TensorProto> {
  yield* initializer;
  yield* inNodes(node);
}

function* inNodes(nodes: readonly NodeProto[]): Generator<TensorProto> {
  for (const { attribute } of nodes) yield* inAttributes(attribute);
}

function* inAttributes(attributes: readonly AttributeProto[]): Generator<TensorProto> {
  for (const { t, g } of attributes) {
    if (t) yield t;
    if (g) yield* inGraph(g);
  }
}
