import {
  operatorLabel,
  type Graph,
  type InputNode,
  type Node,
  type OperatorNode,
  type Variable,
} from '../../graph/index.js';
import * as operators from '../../ops/allOperators.js';
import type { OperatorName } from '../../ops/index.js';
import { sizeOf, StriateError } from '../../tensor/index.js';
import { findFusion } from './fusion.js';
import { findFixedValues } from './fixedValues.js';
import type { Lowering, LoweringContext, Lowerings } from './lowering.js';
import * as lowerings from './lowerings/index.js';
import { blockOf, Block, ungrouped, type Arguments, type KernelName, type Step } from './step.js';

/** A graph as kernel steps over blocks that have no addresses yet. */
export interface LoweredGraph {
  /** What follows alone from weights that the graph does not change: done again only when they have changed. */
  readonly preparation: readonly (readonly Step[])[];
  /** Steps that may run at once stand together. */
  readonly stages: readonly (readonly Step[])[];
  readonly inputs: ReadonlyMap<string, { readonly node: InputNode; readonly block: Block }>;
  readonly outputs: ReadonlyMap<string, { readonly node: Node; readonly block: Block }>;
  readonly constants: readonly { readonly data: Float32Array | Int32Array; readonly block: Block }[];
  readonly variables: ReadonlyMap<Variable, Block>;
  /** The variables that the preparation may depend on. */
  readonly fixedVariables: readonly Variable[];
}

/** What a lowering depends on besides the graph. */
export interface LoweringOptions {
  readonly threads: number;
  /** Whether 3×3 convolutions may go through the Winograd domain. */
  readonly winograd: boolean;
}

/** How a node's operator is lowered; throws for a user-defined operator, which has no kernel. */
function lowering({ operator }: OperatorNode): Lowering<unknown> {
  const name = operator.name as OperatorName;
  if (operators[name] === operator) return (lowerings satisfies Lowerings)[name] as Lowering<unknown>;
  throw new StriateError({
    where: 'wasm engine',
    rule: `it has no kernel for the operator '${name}'`,
    advice: "run the graph on the engine 'reference', or write it as an expression of operators that there are",
  });
}

/** Bytes of a value; both element types take four. */
const bytesOf = (node: Node): number => 4 * sizeOf(node.type.shape);

/**
 * Turns a graph into steps, node by node. Nodes that an epilogue has swallowed (the bias and activation after a
 * convolution) give no steps of their own.
 */
export function lowerGraph(graph: Graph, { threads, winograd }: LoweringOptions): LoweredGraph {
  const blocks = new Map<Node, Block>();
  const inputs = new Map<string, { node: InputNode; block: Block }>();
  const variables = new Map<Variable, Block>();
  const constants: { data: Float32Array | Int32Array; block: Block }[] = [];
  const stages: Step[][] = [];
  const preparation: Step[][] = [];
  const fixed = findFixedValues(graph);
  const asked = new Set(graph.outputs.values());
  const { epilogues, swallowed, pooledGradients } = findFusion(graph);
  const choices = new Map<Node, Block>();
  for (const { pool } of pooledGradients.values())
    choices.set(pool, new Block(sizeOf(pool.type.shape), `winners of '${pool.name}'`, fixed.has(pool)));
  let effects: Step[] | undefined;
  const ofVariables = new Set<Block | undefined>();
  const shareVariable = (a: Step, b: Step): boolean => {
    const touched = new Set(b.args.map(blockOf));
    return a.args.some((argument) => ofVariables.has(blockOf(argument)) && touched.has(blockOf(argument)));
  };

  for (const node of graph.nodes) {
    if (node.kind === 'operator') continue;
    const block = new Block(bytesOf(node), node.name, node.kind !== 'input');
    blocks.set(node, block);
    if (node.kind === 'input') inputs.set(node.name, { node, block });
    else if (node.kind === 'constant') constants.push({ data: node.data, block });
    else {
      variables.set(node.variable, block);
      ofVariables.add(block);
    }
  }
  // A value that is asked for but not computed is copied at once, before an effect can change it.
  const copies = new Map<Node, Block>();
  for (const node of asked) {
    const from = blocks.get(node);
    if (!from) continue;
    const block = new Block(bytesOf(node), `${node.name}: copy`, true);
    copies.set(node, block);
    stages.push([{ kernel: 'copy', args: [from, block, sizeOf(node.type.shape)], tiles: 1, label: node.name }]);
  }
  // Effects come last, in order: every value is computed from variables as they were before the run.
  const applications = graph.nodes.filter((node) => node.kind === 'operator' && !swallowed.has(node)) as OperatorNode[];
  for (const node of applications) if (!node.operator.mutates) lowerOperator(node);
  for (const node of applications) if (node.operator.mutates) lowerOperator(node);

  function lowerOperator(node: OperatorNode): void {
    const epilogue = epilogues.get(node);
    const label = operatorLabel(node.operator, node.name);
    const result: Node = epilogue?.result ?? node;
    let preparing = fixed.has(result);
    let mayJoin = false;
    const context: LoweringContext = {
      threads,
      winograd,
      epilogue,
      pooledGradient(of) {
        const pooled = pooledGradients.get(of);
        if (!pooled || blocks.has(of)) return undefined;
        const { gradient, pool } = pooled;
        return { gradient: this.block(gradient), choice: choices.get(pool)!, shape: pool.type.shape };
      },
      choice: (pool) => choices.get(pool),
      block(of) {
        const place = of === node ? result : of;
        let block = blocks.get(place);
        const pooled = block ? undefined : this.pooledGradient(place);
        if (pooled) {
          blocks.set(place, (block = new Block(bytesOf(place), `${label}: whole gradient`)));
          const [images, height, width, channels] = place.type.shape;
          const sizes = [height, width, pooled.shape[1], pooled.shape[2], channels];
          this.step('unpoolGradient', [pooled.gradient, pooled.choice, block, ...sizes], images);
        }
        if (!block) blocks.set(place, (block = new Block(bytesOf(place), label, asked.has(place) || fixed.has(place))));
        return block;
      },
      alias(_, input) {
        // An output keeps a block of its own, because a variable or input may change before it is read.
        if (asked.has(node)) this.step('copy', [this.block(input), this.block(node), sizeOf(node.type.shape)], 1);
        else blocks.set(node, this.block(input));
      },
      table(values) {
        const block = new Block(Math.max(4, 4 * values.length), `${label}: table`, true);
        constants.push({ data: Int32Array.from(values.length > 0 ? values : [0]), block });
        return block;
      },
      temporary: (bytes, what) => new Block(bytes, `${label}: ${what}`),
      scratch: (bytes, what) => new Block(bytes * threads, `${label}: ${what}`),
      step(kernel: KernelName, args: Arguments, tiles: number) {
        const step: Step = { kernel, args: ungrouped(args), tiles, label };
        if (preparing) {
          preparation.push([step]);
          return;
        }
        // Effects on different variables can share a stage: most are too small for one of their own.
        if (node.operator.mutates && mayJoin && effects?.every((other) => !shareVariable(step, other)))
          effects.push(step);
        else stages.push([step]);
        if (node.operator.mutates) effects = stages.at(-1);
        mayJoin = false;
      },
      derived(from, bytes, what, make) {
        const outside = preparing;
        preparing = outside || fixed.has(from);
        const block = new Block(bytes, `${label}: ${what}`, preparing);
        make(block);
        preparing = outside;
        return block;
      },
    };
    mayJoin = effects !== undefined && effects === stages.at(-1);
    lowering(node)(context, node);
  }

  const outputs = new Map(
    [...graph.outputs].map(([name, node]) => [name, { node, block: copies.get(node) ?? blocks.get(node)! }]),
  );
  const fixedVariables = [...fixed].flatMap((node) => (node.kind === 'variable' ? [node.variable] : []));
  return { preparation, stages, inputs, outputs, constants, variables, fixedVariables };
}
