import type { Call, LayerSummary, Model } from 'striate';

/** A layer as a block shows it. */
export interface BlockLayer extends LayerSummary {
  /** Kernels' rows × columns, where it has any. */
  readonly kernel: string;
}

/** What a block mostly is. */
export type BlockKind = 'convolution' | 'residual' | 'branches' | 'pooling' | 'dense' | 'other';

/** Layers that belong together: a convolution with what follows it, a residual block, branches and their joint. */
export interface ArchitectureBlock {
  readonly kind: BlockKind;
  /** The largest kernel among them: `3×3`. */
  readonly kernel: string;
  /** How many equal parts follow each other. */
  readonly repeats: number;
  /** Of its result. */
  readonly output: readonly number[];
  /** How many of the input's rows one row of its result stands for, as a power of two; 0 where it has no rows any more. */
  readonly stride: number;
  readonly parameters: number;
  readonly flops: number;
  readonly multiplyAdds: number;
  readonly receptiveField: readonly number[] | null;
  readonly layers: readonly BlockLayer[];
}

/**
 * Cuts a model into blocks.
 *
 * Wherever all later layers follow from one value alone, the model can be cut. Branches between two such places are one
 * block. Of a chain, each layer with kernels begins a block, as does one that changes the map's size; layers of one module
 * (`features.2.`) stay together. Equal blocks that follow each other at one size become one, with how often it comes.
 */
export function blocksOf(model: Model): ArchitectureBlock[] {
  const { predictionCalls, outputs, inputs } = model.topology;
  const summaries = new Map(model.summarize().layers.map((layer) => [layer.name, layer]));
  const rows = inputs[0].shape.length === 3 ? inputs[0].shape[0] : 0;
  const seen = new Set<string>();
  const parts = together(segments(predictionCalls, outputs)).map((calls) => blockOf(calls, summaries, rows, seen));
  const folded: { block: ArchitectureBlock; sign: string }[] = [];
  for (const block of parts) {
    const sign = `${block.stride}/${block.layers.map(({ type, kernel }) => type + kernel).join()}`;
    const before = folded.at(-1);
    if (before?.sign === sign) before.block = joined(before.block, block);
    else folded.push({ block, sign });
  }
  return folded.map(({ block }) => block);
}

/** How many layers with kernels lie one behind the other, on the longest way from an input to an output. */
export function depthOf(model: Model): number {
  const depths = new Map<unknown, number>();
  let deepest = 0;
  for (const { layer, inputs, output } of model.topology.predictionCalls) {
    const before = Math.max(0, ...inputs.map((value) => depths.get(value) ?? 0));
    const depth = before + (kernelOf(layer) === undefined ? 0 : 1);
    depths.set(output, depth);
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

/** The most numbers that a prediction of one picture has to keep at once, where each layer's result is kept until its last use. */
export function largestActivations(model: Model): number {
  const { predictionCalls: calls, inputs, outputs } = model.topology;
  const last = lastUses(calls, outputs);
  const ending = new Map<number, number>();
  const end = (value: Call['output'], size: number): void => {
    const at = last.get(value) ?? -1;
    ending.set(at, (ending.get(at) ?? 0) + size);
  };
  let now = 0;
  for (const value of inputs) {
    now += sizeOfShape(value.shape);
    end(value, sizeOfShape(value.shape));
  }
  let most = now;
  calls.forEach(({ output }, i) => {
    now += sizeOfShape(output.shape);
    end(output, sizeOfShape(output.shape));
    most = Math.max(most, now);
    now -= ending.get(i) ?? 0;
  });
  return most;
}

function sizeOfShape(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** At which call each value is used last; outputs are used for ever. */
function lastUses(calls: readonly Call[], outputs: readonly Call['output'][]): Map<Call['output'], number> {
  const last = new Map<Call['output'], number>();
  calls.forEach(({ inputs }, i) => inputs.forEach((value) => last.set(value, i)));
  for (const value of outputs) last.set(value, Infinity);
  return last;
}

/** Calls between the places where one value alone goes on. */
function segments(calls: readonly Call[], outputs: readonly Call['output'][]): Call[][] {
  const last = lastUses(calls, outputs);
  const live = new Set<Call['output']>();
  const found: Call[][] = [];
  let now: Call[] = [];
  calls.forEach((call, i) => {
    now.push(call);
    for (const value of call.inputs) if (last.get(value) === i) live.delete(value);
    if ((last.get(call.output) ?? -1) > i) live.add(call.output);
    if (live.size > 1 || !live.has(call.output)) return;
    found.push(now);
    now = [];
  });
  if (now.length > 0) found.push(now);
  return found;
}

/** Puts the links of a chain together, and what belongs to one module. */
function together(found: readonly Call[][]): Call[][] {
  const parts: { calls: Call[]; module: string | undefined }[] = [];
  for (const calls of found) {
    const before = parts.at(-1);
    const module = moduleOf(calls);
    const [{ layer, inputs, output }] = calls;
    const begins = calls.length > 1 || kernelOf(layer) !== undefined || rowsOf(inputs[0]) !== rowsOf(output);
    if (before && (!begins || (module !== undefined && module === before.module))) before.calls.push(...calls);
    else parts.push({ calls: [...calls], module });
  }
  return parts.map(({ calls }) => calls);
}

/** `features.2` of `features.2.conv.0`, `layer1.0` of `layer1.0.conv1`, `features.2.0` of `features.2.0.block.1`. */
function moduleOf(calls: readonly Call[]): string | undefined {
  const named = calls.find(({ layer }) => kernelOf(layer) !== undefined)?.layer.name ?? '';
  return /^([A-Za-z_]\w*(?:\.\d+){1,2})\./.exec(named)?.[1];
}

function rowsOf({ shape }: Call['output']): number {
  return shape.length === 3 ? shape[0] : 0;
}

/** The kernel's size of a layer: `3×3`, empty of a matrix; undefined of layers without. */
function kernelOf(layer: Call['layer']): string | undefined {
  const kernel = layer.weights.find(({ variable }) => variable.role === 'weight' && variable.shape.length > 1);
  if (!kernel) return undefined;
  const { shape } = kernel.variable;
  return shape.length === 4 ? `${shape[0]}×${shape[1]}` : '';
}

function blockOf(
  calls: readonly Call[],
  summaries: ReadonlyMap<string, LayerSummary>,
  rows: number,
  seen: Set<string>,
): ArchitectureBlock {
  const layers = [...new Set(calls.map(({ layer }) => layer))].map((layer): BlockLayer => {
    const summary = summaries.get(layer.name)!;
    const kernel = kernelOf(layer) ?? '';
    // A layer that is applied several times counts where it comes first.
    if (seen.has(layer.name)) return { ...summary, kernel, parameters: 0, flops: 0, multiplyAdds: 0 };
    seen.add(layer.name);
    return { ...summary, kernel };
  });
  const { output } = calls.at(-1)!;
  const height = rowsOf(output);
  const kernels = layers.map(({ kernel }) => kernel).filter((kernel) => kernel !== '');
  const sum = (of: 'parameters' | 'flops' | 'multiplyAdds'): number =>
    layers.reduce((total, layer) => total + layer[of], 0);
  return {
    kind: kindOf(calls),
    kernel: kernels.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))[0] ?? '',
    repeats: 1,
    output: output.shape,
    stride: height > 1 && rows > 0 ? 2 ** Math.max(0, Math.round(Math.log2(rows / height))) : 0,
    parameters: sum('parameters'),
    flops: sum('flops'),
    multiplyAdds: sum('multiplyAdds'),
    receptiveField: layers.at(-1)!.receptiveField,
    layers,
  };
}

function kindOf(calls: readonly Call[]): BlockKind {
  const has = (...types: readonly string[]): boolean => calls.some(({ layer }) => types.includes(layer.className));
  if (has('Add')) return 'residual';
  if (has('Concatenate')) return 'branches';
  const kernels = calls.map(({ layer }) => kernelOf(layer)).filter((kernel) => kernel !== undefined);
  if (kernels.some((kernel) => kernel !== '')) return 'convolution';
  if (kernels.length > 0) return 'dense';
  return calls.some(({ layer }) => layer.className.includes('Pooling')) ? 'pooling' : 'other';
}

function joined(before: ArchitectureBlock, next: ArchitectureBlock): ArchitectureBlock {
  return {
    ...before,
    repeats: before.repeats + 1,
    output: next.output,
    parameters: before.parameters + next.parameters,
    flops: before.flops + next.flops,
    multiplyAdds: before.multiplyAdds + next.multiplyAdds,
    receptiveField: next.receptiveField,
    layers: [...before.layers, ...next.layers],
  };
}
