import type { Layer, SymbolicTensor } from '../../layers/layer.js';
import type { Shape } from '../../tensor/index.js';
import type { Call, Topology } from '../../topology/index.js';
import { layerText, type BlockKind, type LayerRole, type LayerText } from './layerText.js';

/** Layers that follow each other and are drawn as one: a convolution, its normalisation and its activation. */
export interface Block {
  /** By what it mostly is. */
  kind: BlockKind;
  /** `['conv 3×3, 64 /2', 'BN', 'ReLU']` */
  readonly parts: string[];
  /** In order; those that belong to an earlier block too (layers applied twice) included. */
  readonly layers: Layer[];
  /** Blocks whose results it takes, in the order of its first layer's inputs. */
  readonly inputs: readonly Block[];
  readonly users: Block[];
  /** Of its result, without the batch. */
  shape: Shape;
  /** Numbers that can be learned; a layer that is applied several times counts in its first block. */
  parameters: number;
  /** What its layers have done so far; an input or an output has none. */
  readonly roles: Set<LayerRole>;
}

/** Blocks that only an auxiliary classifier needs, and the block whose result they start from. */
export interface Side {
  readonly blocks: readonly Block[];
  readonly from: Block;
}

/** A model as blocks, inputs before users. */
export interface BlockGraph {
  readonly main: readonly Block[];
  /** Auxiliary classifiers. */
  readonly sides: readonly Side[];
}

const withWeights: readonly BlockKind[] = ['convolution', 'depthwise', 'dense'];

/**
 * Puts a model's layers together into blocks.
 *
 * Normalisations, activations and dropout join the block before them while they are the only ones that use its result.
 * Where a normalisation or an activation comes first (behind a sum or between the layers of a DenseNet), they wait for the
 * convolution that follows them.
 */
export function blockGraph(topology: Topology): BlockGraph {
  const calls = nested(topology.calls);
  const ends = [...topology.outputs, ...topology.auxiliaries.map(({ output }) => output)];
  const uses = new Map<SymbolicTensor, number>();
  for (const value of [...calls.flatMap(({ inputs }) => inputs), ...ends]) uses.set(value, (uses.get(value) ?? 0) + 1);
  const blocks: Block[] = [];
  const makers = new Map<SymbolicTensor, Block>();
  const seen = new Set<Layer>();
  const start = (kind: BlockKind, text: readonly string[], inputs: readonly Block[], shape: Shape): Block => {
    const block: Block = {
      kind,
      parts: [...text],
      layers: [],
      inputs: [...new Set(inputs)],
      users: [],
      shape,
      parameters: 0,
      roles: new Set<LayerRole>(),
    };
    for (const input of block.inputs) input.users.push(block);
    blocks.push(block);
    return block;
  };

  topology.inputs.forEach((input, i) => {
    const name = topology.inputs.length > 1 ? topology.inputNames[i] : 'input';
    makers.set(input, start('input', [name], [], input.shape));
  });
  let firstSide = blocks.length;
  calls.forEach(({ layer, inputs, output }, i) => {
    const text = layerText(layer);
    const before = inputs.map((value) => makers.get(value)!);
    const [previous] = before;
    const joins = before.length === 1 && uses.get(inputs[0]) === 1 && takes(previous, text);
    const block = joins ? previous : start(text.kind, [], before, output.shape);
    if (withWeights.includes(text.kind)) block.kind = text.kind;
    block.parts.push(...text.parts);
    block.layers.push(layer);
    block.roles.add(text.role);
    if (text.role === 'main' && text.parts.length > 1) block.roles.add('activation');
    block.shape = output.shape;
    if (!seen.has(layer)) block.parameters += learnable(layer);
    seen.add(layer);
    makers.set(output, block);
    if (i < topology.predictionCalls.length) firstSide = blocks.length;
  });
  const main = blocks.slice(0, firstSide);
  const aside = blocks.slice(firstSide);
  ends.forEach((value, i) => {
    const last = blocks.length;
    const auxiliary = topology.auxiliaries[i - topology.outputs.length];
    const several = topology.outputs.length > 1 ? topology.outputNames[i] : 'output';
    start(
      'output',
      [auxiliary ? `loss × ${auxiliary.weight} in training` : several],
      [makers.get(value)!],
      value.shape,
    );
    (auxiliary ? aside : main).push(blocks[last]);
  });
  const sides = sidesOf(aside, new Set(main));
  // The main path's course does not depend on who listens.
  for (const { from } of sides) from.users.splice(0, Infinity, ...from.users.filter((user) => !aside.includes(user)));
  return { main, sides };
}

/** Whether a layer with one input goes into the block before it. */
function takes(block: Block, { role, kind }: LayerText): boolean {
  if (block.kind === 'input') return false;
  const started = block.roles.has('main');
  // What was normalised or activated before its convolution is of the kind that puts these first.
  if (role === 'main') return !started && withWeights.includes(kind) && !block.roles.has('dropout');
  if (block.roles.has(role)) return false;
  if (role === 'normalization') return !started || withWeights.includes(block.kind);
  return role === 'dropout' || !started || block.kind !== 'other';
}

function learnable(layer: Layer): number {
  return layer.weights.reduce((sum, { variable }) => sum + (variable.role === 'weight' ? variable.size : 0), 0);
}

/**
 * Concatenations that begin as an earlier one does take that one's result: [a, b, c] becomes [[a, b], c]. DenseNets list
 * all maps before a layer each time; drawn in this way, each layer adds its channels to what passes beside it.
 */
function nested(calls: readonly Call[]): readonly Call[] {
  const ids = new Map<SymbolicTensor, number>();
  const id = (value: SymbolicTensor): number => {
    if (!ids.has(value)) ids.set(value, ids.size);
    return ids.get(value)!;
  };
  const known = new Map<string, SymbolicTensor>();
  return calls.map((call) => {
    if (call.layer.className !== 'Concatenate') return call;
    const axis = String(call.layer.config?.().axis);
    const key = (count: number): string => `${axis}:${call.inputs.slice(0, count).map(id).join()}`;
    let count = call.inputs.length - 1;
    while (count > 1 && !known.has(key(count))) count--;
    known.set(key(call.inputs.length), call.output);
    return count > 1 ? { ...call, inputs: [known.get(key(count))!, ...call.inputs.slice(count)] } : call;
  });
}

/** Auxiliary classifiers apart from each other, each with the block of the main part that it starts from. */
function sidesOf(blocks: readonly Block[], main: ReadonlySet<Block>): Side[] {
  return connected(blocks).map((part) => {
    const from = part.flatMap(({ inputs }) => inputs).find((block) => main.has(block))!;
    return { blocks: part, from };
  });
}

/** Blocks that hang together, in the order of their first ones. */
export function connected(blocks: readonly Block[]): Block[][] {
  const inside = new Set(blocks);
  const groupOf = new Map<Block, number>();
  let groups = 0;
  for (const first of blocks) {
    if (groupOf.has(first)) continue;
    const stack = [first];
    groupOf.set(first, groups);
    for (let block = stack.pop(); block; block = stack.pop()) {
      for (const next of [...block.inputs, ...block.users]) {
        if (!inside.has(next) || groupOf.has(next)) continue;
        groupOf.set(next, groups);
        stack.push(next);
      }
    }
    groups++;
  }
  return Array.from({ length: groups }, (_, group) => blocks.filter((block) => groupOf.get(block) === group));
}
