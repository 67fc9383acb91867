import type { Graph, InputNode, Node, Value, Variable } from '../../graph/index.js';
import { evaluate } from '../../ops/evaluateNodes.js';
import { StriateError, Tensor } from '../../tensor/index.js';
import type { Feeds, Program } from '../contract.js';
import { checkFeeds } from '../feeds.js';

/** What a program needs of its engine. */
export interface ReferenceHost {
  /** A variable's value, to be changed in place. */
  valueOf(variable: Variable): Float64Array;
  /** Carries out a task after those before it. */
  enqueue<T>(task: () => T): Promise<T>;
}

/** A graph that is computed node by node: first every value, then the effects in order. */
export class ReferenceProgram implements Program {
  private readonly inputs: readonly InputNode[];
  private readonly computed: readonly Node[];
  private disposed = false;

  constructor(
    private readonly graph: Graph,
    private readonly host: ReferenceHost,
  ) {
    this.inputs = graph.nodes.filter((node) => node.kind === 'input');
    this.computed = graph.nodes.filter((node) => !graph.effects.includes(node));
  }

  async run(feeds: Feeds): Promise<Record<string, Tensor>> {
    if (this.disposed)
      throw new StriateError({
        where: `program '${this.graph.name}'`,
        rule: 'it was disposed',
        advice: 'compile the graph again',
      });
    checkFeeds(this.graph.name, this.inputs, feeds);
    return this.host.enqueue(() => this.compute(feeds));
  }

  dispose(): void {
    this.disposed = true;
  }

  private compute(feeds: Feeds): Record<string, Tensor> {
    const values = new Map<Node, Value>();
    for (const node of this.graph.nodes) {
      const { shape } = node.type;
      if (node.kind === 'input') values.set(node, { shape, data: Float64Array.from(feeds[node.name]) });
      if (node.kind === 'variable') values.set(node, { shape, data: this.host.valueOf(node.variable) });
    }
    evaluate(this.computed, values);
    const outputs = [...this.graph.outputs].map(([name, node]) => [name, copied(node, values.get(node)!)] as const);
    evaluate(this.graph.effects, values);
    return Object.fromEntries(outputs);
  }
}

function copied({ type: { dtype, shape } }: Node, { data }: Value): Tensor {
  return dtype === 'int32'
    ? new Tensor(dtype, shape, Int32Array.from(data))
    : new Tensor(dtype, shape, Float32Array.from(data));
}
