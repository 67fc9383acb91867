import { StriateError } from '../../../tensor/index.js';
import type { AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto } from '../proto.js';

/** Functions that call each other deeper than this call themselves. */
const deepest = 32;

/** A file with more nodes than this is damaged: no network has so many. */
const mostNodes = 1_000_000;

const keyOf = ({ domain = '', name = '' }: { domain?: string; name?: string }): string =>
  `${domain === 'ai.onnx' ? '' : domain} ${name}`;

/** What the names of values and settings within a function are in one call of it. */
interface Call {
  readonly prefix: string;
  readonly values: ReadonlyMap<string, string>;
  readonly settings: ReadonlyMap<string, AttributeProto>;
}

/**
 * The graph with each node that calls one of the file's own functions replaced by that function's nodes, as PyTorch's newer
 * exporter writes modules and composed operators.
 *
 * @param label - Begins every message: `onnx 'net.onnx'`.
 * @throws StriateError when functions call themselves.
 */
export function inlineFunctions({ graph, functions }: ModelProto, label: string): GraphProto | undefined {
  if (!graph || functions.length === 0) return graph;
  const known = new Map(functions.map((definition) => [keyOf(definition), definition]));
  let calls = 0;
  let nodes = 0;

  const expanded = (list: readonly NodeProto[], depth: number): NodeProto[] =>
    list.flatMap((node) => {
      nodes++;
      const definition = known.get(keyOf({ domain: node.domain, name: node.opType }));
      if (!definition) return [inner(node, depth)];
      if (depth >= deepest || nodes > mostNodes) {
        throw new StriateError({
          where: label,
          rule: `its function '${node.opType ?? ''}' calls itself or is called too often`,
          advice: 'the file is damaged',
        });
      }
      return expanded(bodyOf(node, definition, `${node.name ?? ''}${node.opType ?? ''}.${calls++}`), depth + 1);
    });

  const inner = (node: NodeProto, depth: number): NodeProto => {
    if (!node.attribute.some(({ g }) => g)) return node;
    const attribute = node.attribute.map((one) =>
      one.g ? { ...one, g: { ...one.g, node: expanded(one.g.node, depth) } } : one,
    );
    return { ...node, attribute };
  };

  return { ...graph, node: expanded(graph.node, 0) };
}

/** A function's nodes with the names and settings of the node that calls it. */
function bodyOf(node: NodeProto, definition: FunctionProto, prefix: string): NodeProto[] {
  const defaults = definition.attributeProto.map((one) => [one.name ?? '', one] as const);
  const given = node.attribute.map((one) => [one.name ?? '', one] as const);
  const call: Call = {
    prefix,
    values: new Map([
      ...definition.input.map((name, i) => [name, node.input[i] ?? ''] as const),
      ...definition.output.flatMap((name, i) => (node.output[i] ? [[name, node.output[i]] as const] : [])),
    ]),
    settings: new Map([...defaults, ...given]),
  };
  return definition.node.map((one) => called(one, call));
}

function called(node: NodeProto, call: Call): NodeProto {
  const value = (name: string): string => (name === '' ? '' : (call.values.get(name) ?? `${call.prefix}/${name}`));
  return {
    ...node,
    input: node.input.map(value),
    output: node.output.map(value),
    name: node.name && `${call.prefix}/${node.name}`,
    attribute: node.attribute.flatMap((one) => {
      if (!one.refAttrName) return [one.g ? { ...one, g: calledGraph(one.g, call) } : one];
      const setting = call.settings.get(one.refAttrName);
      return setting ? [{ ...setting, name: one.name ?? '' }] : [];
    }),
  };
}

/** A branch within a function, which sees the function's values. */
function calledGraph(graph: GraphProto, call: Call): GraphProto {
  const value = (name = ''): string => call.values.get(name) ?? `${call.prefix}/${name}`;
  return {
    ...graph,
    initializer: graph.initializer.map((tensor) => ({ ...tensor, name: value(tensor.name) })),
    output: graph.output.map((info) => ({ ...info, name: value(info.name) })),
    node: graph.node.map((node) => called(node, call)),
  };
}
