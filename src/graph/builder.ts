import { formatShape, sameShape, sizeOf, StriateError, type Shape } from '../tensor/index.js';
import type { Graph } from './graph.js';
import type { ElementType, InputNode, Node, OperatorNode } from './node.js';
import type { Operator } from './operator.js';
import type { Variable } from './variable.js';

/**
 * Collects nodes into a graph; shapes are checked as each is added.
 *
 * @example
 * const graph = new GraphBuilder('double');
 * const x = graph.input('x', [2, 2]);
 * graph.output('y', graph.add(operators.add, [x, x], {}));
 * graph.finish();
 */
export class GraphBuilder {
  private readonly nodes: Node[] = [];
  private readonly inputs = new Map<string, InputNode>();
  private readonly variables = new Map<Variable, Node>();
  private readonly outputs = new Map<string, Node>();
  private readonly effects: Node[] = [];

  constructor(readonly name: string) {}

  /** A value to be handed in at every run. */
  input(name: string, shape: Shape, dtype: ElementType = 'float32'): Node {
    const known = this.inputs.get(name);
    if (known) {
      if (sameShape(known.type.shape, shape) && known.type.dtype === dtype) return known;
      throw new StriateError(
        `graph '${this.name}': input '${name}' was declared as ${formatShape(known.type.shape)}; received ${formatShape(shape)}`,
      );
    }
    const node: InputNode = { kind: 'input', id: this.nodes.length, type: { shape, dtype }, name };
    this.inputs.set(name, node);
    this.nodes.push(node);
    return node;
  }

  /** The value of a variable; asking twice gives the same node. */
  variable(variable: Variable): Node {
    let node = this.variables.get(variable);
    if (!node) {
      const type = { shape: variable.shape, dtype: 'float32' } as const;
      node = { kind: 'variable', id: this.nodes.length, type, name: variable.name, variable };
      this.variables.set(variable, node);
      this.nodes.push(node);
    }
    return node;
  }

  /** Numbers that never change. */
  constant(data: Float32Array | Int32Array, shape: Shape, name = 'constant'): Node {
    if (data.length !== sizeOf(shape)) {
      throw new StriateError(`constant '${name}': shape ${formatShape(shape)} does not fit ${data.length} numbers`);
    }
    const dtype = data instanceof Float32Array ? 'float32' : 'int32';
    const node: Node = { kind: 'constant', id: this.nodes.length, type: { shape, dtype }, name, data };
    this.nodes.push(node);
    return node;
  }

  /** A scalar constant. */
  scalar(value: number): Node {
    return this.constant(Float32Array.of(value), [], `${value}`);
  }

  /** Applies an operator; its shape rule is checked here. `name` is what error messages call it. */
  add<A>(operator: Operator<A>, inputs: readonly Node[], attributes: A, name = ''): OperatorNode<A> {
    const label = name ? `${operator.name} '${name}'` : operator.name;
    const types = inputs.map((input) => input.type);
    const type = operator.infer(types, attributes, label);
    const node: OperatorNode<A> = {
      kind: 'operator',
      id: this.nodes.length,
      type,
      name,
      operator,
      inputs,
      attributes,
    };
    this.nodes.push(node);
    if (operator.mutates) this.effects.push(node);
    return node;
  }

  /** Names a value that every run returns. */
  output(name: string, node: Node): void {
    this.outputs.set(name, node);
  }

  /** The finished graph, without the nodes that nothing asks for. */
  finish(): Graph {
    const needed = new Set<Node>();
    const stack: Node[] = [...this.outputs.values(), ...this.effects, ...this.inputs.values()];
    for (let node = stack.pop(); node; node = stack.pop()) {
      if (needed.has(node)) continue;
      needed.add(node);
      if (node.kind === 'operator') stack.push(...node.inputs);
    }
    return {
      name: this.name,
      nodes: this.nodes.filter((node) => needed.has(node)),
      outputs: new Map(this.outputs),
      effects: [...this.effects],
    };
  }
}
