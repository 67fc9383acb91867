import type { GraphProto, NodeProto } from '../proto.js';

/** A graph of the nodes alone that the wanted values follow from. */
export interface NeededGraph {
  readonly graph: GraphProto;
  /** What the wanted values are called in it. */
  readonly outputs: readonly string[];
}

/**
 * Cuts a graph to what the wanted values are computed by: what lies behind them, or beside them, is never looked at. Where a
 * file gives a name twice, the later value gets a name of its own, so that each name means one.
 *
 * @param wanted - Names of values.
 * @param given - Values that are given: what they would be computed by is not needed.
 * @param inputsToo - Whether inputs that nothing needs are left out, too.
 */
export function neededGraph(
  graph: GraphProto,
  wanted: readonly string[],
  given: ReadonlySet<string> = new Set(),
  inputsToo = false,
): NeededGraph {
  const { nodes, latest } = withSingleNames(graph, given);
  const outputs = wanted.map((name) => latest.get(name) ?? name);
  const producers = new Map(nodes.flatMap((node) => node.output.map((name) => [name, node] as const)));
  const needed = new Set<NodeProto>();
  const open = [...outputs];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const node = given.has(name) ? undefined : producers.get(name);
    if (!node || needed.has(node)) continue;
    needed.add(node);
    open.push(...takenBy(node));
  }
  const node = nodes.filter((one) => needed.has(one));
  const used = new Set([...outputs, ...node.flatMap(takenBy)]);
  const inputs = graph.input.filter(({ name = '' }) => used.has(name));
  return {
    graph: {
      ...graph,
      node,
      initializer: graph.initializer.filter(({ name = '' }) => used.has(name)),
      input: inputsToo && inputs.length > 0 ? inputs : graph.input,
    },
    outputs,
  };
}

/** The values that a node takes, those of its branches included. */
function takenBy({ input, attribute }: NodeProto): string[] {
  const branches = attribute.flatMap(({ g }) =>
    g ? [...g.node.flatMap(takenBy), ...g.output.map(({ name = '' }) => name)] : [],
  );
  return [...input, ...branches];
}

function withSingleNames(
  { initializer, input, node: nodes }: GraphProto,
  given: ReadonlySet<string>,
): { readonly nodes: readonly NodeProto[]; readonly latest: ReadonlyMap<string, string> } {
  const known = new Set([...initializer, ...input].map(({ name = '' }) => name));
  const latest = new Map<string, string>();
  let count = 0;
  const renamed = nodes.map((node) => {
    const input = node.input.map((name) => latest.get(name) ?? name);
    const output = node.output.map((name) => {
      if (!name || given.has(name)) return name;
      if (known.has(name)) latest.set(name, `${name}#${++count}`);
      known.add(name);
      return latest.get(name) ?? name;
    });
    return latest.size > 0 ? { ...node, input, output } : node;
  });
  return { nodes: renamed, latest };
}
