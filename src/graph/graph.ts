import { formatShape, sameShape, sizeOf, StriateError, type Shape } from '../tensor/index.js';

/** The element types that programs compute with. */
export type ElementType = 'float32' | 'int32';

/** What is known of a value before it is computed. */
export interface Type {
  readonly shape: Shape;
  readonly dtype: ElementType;
}

/** What a variable is for: a weight that can be learned, a running statistic, or an optimizer's own slot. */
export type VariableRole = 'weight' | 'statistic' | 'slot';

/**
 * A named block of numbers that lives from step to step. The engine that runs a program holds its current value; the
 * variable itself holds only how to start it.
 */
export class Variable {
  constructor(
    /** Unique within its model, Keras-like: `conv2d/kernel`. */
    readonly name: string,
    readonly shape: Shape,
    readonly role: VariableRole,
    /** Gives the starting value; called once, when an engine first sees the variable. */
    readonly initialize: () => Float32Array,
  ) {}

  get size(): number {
    return sizeOf(this.shape);
  }
}

interface Common {
  /** The graph it belongs to. */
  readonly graph: GraphBuilder;
  /** Position in its graph; inputs always have smaller numbers. */
  readonly id: number;
  readonly type: Type;
  /** The layer or user's name, for error messages and printing. */
  readonly name: string;
}

/** A value given at every run. */
export interface InputNode extends Common {
  readonly kind: 'input';
}

/** The current value of a variable. */
export interface VariableNode extends Common {
  readonly kind: 'variable';
  readonly variable: Variable;
}

/** Numbers fixed when the graph is built. */
export interface ConstantNode extends Common {
  readonly kind: 'constant';
  readonly data: Float32Array | Int32Array;
}

/** One application of an operator; every operator gives one value. */
export interface OperatorNode<A = unknown> extends Common {
  readonly kind: 'operator';
  readonly operator: Operator<A>;
  readonly inputs: readonly Node[];
  readonly attributes: A;
}

/** One value in a graph. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a list of nodes mixes operators of every attribute type
export type Node = InputNode | VariableNode | ConstantNode | OperatorNode<any>;

/** A value in the reference implementation: float64 throughout, whole numbers included. */
export interface Value {
  readonly shape: Shape;
  readonly data: Float64Array;
}

/** What an operator's gradient rule may look at. */
export interface GradientContext<A> {
  readonly node: OperatorNode<A>;
  readonly inputs: readonly Node[];
  readonly attributes: A;
  /** The gradient of the loss by this operator's output; of the output's type. */
  readonly gradient: Node;
  /** Which inputs' gradients are asked for; the rule may leave the others undefined. */
  readonly wanted: readonly boolean[];
}

/** What computes an operator in float64: fills `output.data`, all zeros at first. */
export type Reference<A> = {
  // A method, so that an operator of certain attributes is one of any, too.
  reference(inputs: readonly Value[], attributes: A, output: Value): void;
}['reference'];

/**
 * Everything there is to know about an operator, in one object: the graph, autodiff and the engines know operators only
 * through it.
 */
export interface Operator<A> {
  readonly name: string;
  /** The output's type; throws a StriateError that names the operator (or `name`), the rule and what was received. */
  infer(inputs: readonly Type[], attributes: A, name: string): Type;
  /** Floating-point operations of one run (a multiply-add counts 2); left out where it is one per output element. */
  flops?(inputs: readonly Type[], attributes: A, output: Type): number;
  /** The gradient of each input (undefined where it has none); left out where nothing flows back. */
  gradient?(context: GradientContext<A>): readonly (Node | undefined)[];
  /**
   * The plain, slow and obviously right implementation. `'beside'` for those of Striate's own that are long: they have a file
   * beside their operator's (`conv2d.reference.ts`), as pages that compute with another engine need none.
   */
  readonly reference: Reference<A> | 'beside';
  /** Inputs (by position) that a run changes in place: optimizers and running statistics. They must be variables. */
  readonly mutates?: readonly number[];
  /**
   * What it has to do with scores, numbers that nothing keeps between 0 and 1: an operator with learned numbers that is
   * linear in its first input `gives` them; one whose values are scores where its inputs are, and probabilities or nearly
   * so where they are, `passes` them on. Left out by all others.
   */
  readonly scores?: 'gives' | 'passes';
  /** Whether its operations are multiply-adds: each output is a sum of products of two inputs' elements. */
  readonly products?: boolean;
}

/** What an operator can be applied to: a node, a variable's current value, or a number, which becomes a float32 scalar. */
export type Operand = Node | Variable | number;

/** What a call of an operator takes: its operands, at least one of them a node, then its attributes where it has any. */
export type OperatorArguments<A> = [keyof A] extends [never] ? Operand[] : [...operands: Operand[], attributes: A];

/** An operator that is also a function of nodes: calling it adds a node to their graph. */
export interface OperatorFunction<A> extends Operator<A> {
  (...values: OperatorArguments<A>): OperatorNode<A>;
}

/**
 * Declares an operator.
 *
 * @example
 * const twice: OperatorFunction<object> = defineOperator<object>({
 *   name: 'twice',
 *   infer: ([x]) => x,
 *   gradient: ({ gradient }) => [twice(gradient)],
 *   reference: ([x], _, y) => x.data.forEach((value, i) => (y.data[i] = 2 * value)),
 * });
 * const graph = new GraphBuilder('doubled');
 * graph.output('y', operators.add(twice(graph.input('x', [2, 2])), 1));
 */
export function defineOperator<A>(operator: Operator<A>): OperatorFunction<A> {
  const apply = (...values: OperatorArguments<A>): OperatorNode<A> => {
    const last: Operand | A = values[values.length - 1];
    const attributes = isOperand(last) ? ({} as A) : last;
    const operands = (isOperand(last) ? values : values.slice(0, -1)) as readonly Operand[];
    const graph = operands.find(isNode)?.graph;
    if (!graph)
      throw new StriateError({
        where: operator.name,
        rule: 'one of its inputs must be a node, whose graph it is added to',
      });
    return graph.add(self, operands, attributes);
  };
  const self = Object.defineProperties(apply, Object.getOwnPropertyDescriptors(operator)) as OperatorFunction<A>;
  return self;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'graph' in value && value.graph instanceof GraphBuilder;
}

function isOperand(value: unknown): value is Operand {
  return typeof value === 'number' || value instanceof Variable || isNode(value);
}

/** Whether a node is an application of this very operator. */
export function isApplication<A>(node: Node, operator: Operator<A>): node is OperatorNode<A> {
  return node.kind === 'operator' && node.operator === operator;
}

/** What messages call an application of an operator: `conv2d 'stem'`. */
export function operatorLabel({ name: kind }: { readonly name: string }, name: string): string {
  return name ? `${kind} '${name}'` : kind;
}

/** A finished computation with fixed shapes: what an engine compiles. */
export interface Graph {
  readonly name: string;
  /** Every node, inputs before users. */
  readonly nodes: readonly Node[];
  /** Values a run returns, by name. */
  readonly outputs: ReadonlyMap<string, Node>;
  /** Mutating operators that run for their effect, in order, after all values they read have been computed. */
  readonly effects: readonly Node[];
}

/**
 * Collects nodes into a graph; shapes are checked as each is added.
 *
 * @example
 * const graph = new GraphBuilder('double');
 * const x = graph.input('x', [2, 2]);
 * graph.output('y', operators.add(x, x));
 * graph.finish();
 */
export class GraphBuilder {
  private readonly nodes: Node[] = [];
  private readonly inputs = new Map<string, InputNode>();
  private readonly variables = new Map<Variable, Node>();
  private readonly outputs = new Map<string, Node>();
  private readonly effects: Node[] = [];
  private scopeName = '';

  constructor(readonly name: string) {}

  /** Runs `build`; the operators that it adds carry the name, by which error messages call them. Scopes do not add up. */
  scope<T>(name: string, build: () => T): T {
    const outer = this.scopeName;
    this.scopeName = name;
    try {
      return build();
    } finally {
      this.scopeName = outer;
    }
  }

  /** A value to be given at every run. */
  input(name: string, shape: Shape, dtype: ElementType = 'float32'): Node {
    const known = this.inputs.get(name);
    if (known) {
      if (sameShape(known.type.shape, shape) && known.type.dtype === dtype) return known;
      throw new StriateError({
        where: `graph '${this.name}'`,
        rule: `input '${name}' was declared as ${formatShape(known.type.shape)}`,
        received: formatShape(shape),
      });
    }
    const node = this.place<InputNode>({ kind: 'input', type: { shape, dtype }, name });
    this.inputs.set(name, node);
    return node;
  }

  /** The value of a variable; the same node however often it is asked for. */
  variable(variable: Variable): Node {
    let node = this.variables.get(variable);
    if (!node) {
      const type = { shape: variable.shape, dtype: 'float32' } as const;
      node = this.place<VariableNode>({ kind: 'variable', type, name: variable.name, variable });
      this.variables.set(variable, node);
    }
    return node;
  }

  /** Numbers that never change. */
  constant(data: Float32Array | Int32Array, shape: Shape, name = 'constant'): Node {
    if (data.length !== sizeOf(shape)) {
      throw new StriateError({
        where: `constant '${name}'`,
        rule: `shape ${formatShape(shape)} does not fit ${data.length} numbers`,
      });
    }
    const dtype = data instanceof Float32Array ? 'float32' : 'int32';
    return this.place<ConstantNode>({ kind: 'constant', type: { shape, dtype }, name, data });
  }

  /** A scalar constant. */
  scalar(value: number): Node {
    return this.constant(Float32Array.of(value), [], `${value}`);
  }

  /**
   * Applies an operator that is not known by name, as copying a graph does; otherwise call the operator itself.
   *
   * @param name what error messages call it; by default the scope's name
   * @throws StriateError when the inputs do not suit the operator, or one belongs to another graph.
   */
  add<A>(operator: Operator<A>, operands: readonly Operand[], attributes: A, name = this.scopeName): OperatorNode<A> {
    const label = operatorLabel(operator, name);
    const inputs = operands.map((operand) => this.nodeOf(operand, label));
    const type = operator.infer(
      inputs.map((input) => input.type),
      attributes,
      label,
    );
    const node = this.place<OperatorNode<A>>({ kind: 'operator', type, name, operator, inputs, attributes });
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

  private nodeOf(operand: Operand, label: string): Node {
    if (typeof operand === 'number') return this.scalar(operand);
    if (operand instanceof Variable) return this.variable(operand);
    if (operand.graph === this) return operand;
    throw new StriateError({
      where: label,
      rule: `all inputs must belong to one graph, '${this.name}'`,
      received: `${operand.kind} '${operand.name}' of another, '${operand.graph.name}'`,
      advice: 'build both with one GraphBuilder',
    });
  }

  private place<N extends Node>(parts: Omit<N, 'graph' | 'id'>): N {
    const node = { ...parts, graph: this, id: this.nodes.length } as unknown as N;
    this.nodes.push(node);
    return node;
  }
}
