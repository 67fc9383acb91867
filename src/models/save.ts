import type { Variable } from '../graph/index.js';
import type { Serialized, SymbolicTensor } from '../layers/index.js';
import type { Layer } from '../layers/layer.js';
import type { Executor } from '../fit/executor.js';
import { compileConfigOf } from '../fit/compileConfig.js';
import type { Compiled } from '../fit/compileOptions.js';
import { objectiveFor } from '../fit/objective.js';
import { packTrainingState, type TrainingState } from '../fit/trainingState.js';
import { expectFiniteWeights, weightParts } from '../fit/weights.js';
import { preprocessingText, type Preprocessing } from '../pictures/preprocessing.js';
import { StriateError, type Shape, type Tensor } from '../tensor/index.js';
import { safetensorsHeader } from '../tensor/safetensors.js';
import type { Topology } from '../topology/topology.js';

/** Everything of a model that a file keeps. */
export interface ModelContent {
  readonly executor: Executor;
  readonly description: Pick<ModelConfig, 'className' | 'name' | 'seed'>;
  readonly compiled: Compiled | undefined;
  readonly classNames: readonly string[] | undefined;
  readonly preprocessing: Preprocessing | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether the optimizer's variables and the state of training are kept, too. */
  readonly optimizer: boolean;
  readonly state: TrainingState | undefined;
}

/** Options of `Model.save` and `toBytes`. */
export interface SaveOptions {
  /** Whether the optimizer's variables and the state of training are kept, too; false by default. */
  readonly optimizer?: boolean;
}

/** A model as one safetensors file. */
export async function encodedModel(content: ModelContent): Promise<Uint8Array> {
  const { bytes, parts } = modelParts(content);
  const file = new Uint8Array(bytes);
  let at = 0;
  for await (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/**
 * A model as one safetensors file, a part at a time, each to be used up before the next: tensors by name, everything else as
 * JSON in its metadata. So the file is never in memory.
 */
export function modelParts(content: ModelContent): { bytes: number; parts: AsyncIterable<Uint8Array> } {
  const { executor, description, compiled, classNames, optimizer, state } = content;
  const variables = executor.topology.weights.map(({ variable }) => variable);
  const others: [string, Tensor][] = [];
  const config = configOf(executor.topology, description);
  const metadata: Record<string, string> = { format: 'striate', version: '1', model: JSON.stringify(config) };
  if (compiled) {
    const compile = compileConfigOf(compiled, objectiveFor(executor.topology, compiled.options));
    if (compile) metadata.compile = JSON.stringify(compile);
  }
  if (compiled && optimizer) {
    variables.push(...compiled.optimizer.slots);
    if (state) {
      const packed = packTrainingState(state);
      metadata.training = packed.json;
      others.push(...packed.tensors);
    }
  }
  if (classNames) metadata.classNames = JSON.stringify(classNames);
  const user = { ...content.metadata, ...preprocessingText(content.preprocessing) };
  if (Object.keys(user).length) metadata.user = JSON.stringify(user);
  const entries = [
    ...variables.map(({ name, shape }) => ({ name, dtype: 'float32' as const, shape })),
    ...others.map(([name, { dtype, shape }]) => ({ name, dtype, shape })),
  ];
  const { start, bytes } = safetensorsHeader(entries, metadata);
  return { bytes, parts: partsOf(start, executor, variables, others) };
}

async function* partsOf(
  start: Uint8Array,
  executor: Executor,
  variables: readonly Variable[],
  others: readonly [string, Tensor][],
): AsyncGenerator<Uint8Array> {
  const bytesOf = ({ buffer, byteOffset, byteLength }: Tensor['data']): Uint8Array =>
    new Uint8Array(buffer, byteOffset, byteLength);
  await expectFiniteWeights('save', executor);
  yield start;
  for await (const part of weightParts(executor.store, variables)) yield bytesOf(part);
  for (const [, { data }] of others) yield bytesOf(data);
}

/** A model's layers and how they hang together, as JSON. */
export interface ModelConfig {
  readonly className: 'Sequential' | 'Functional';
  readonly name: string;
  readonly seed: number;
  readonly inputs: readonly { readonly name: string; readonly shape: Shape }[];
  readonly layers: readonly Serialized[];
  /** Applications of layers; values are numbered: first the inputs, then each call's output. */
  readonly calls: readonly { readonly layer: number; readonly inputs: readonly number[] }[];
  readonly outputs: readonly number[];
  /** The value at which the features end, where it was marked. */
  readonly features?: number;
  /** Outputs that exist in training alone. */
  readonly auxiliaries?: readonly { readonly output: number; readonly weight: number }[];
}

/**
 * A model's configuration.
 *
 * @throws StriateError when a layer of the user's own has no `config`.
 */
export function configOf(
  topology: Topology,
  { className, name, seed }: Pick<ModelConfig, 'className' | 'name' | 'seed'>,
): ModelConfig {
  const numbers = new Map<SymbolicTensor, number>(topology.inputs.map((input, i) => [input, i]));
  topology.calls.forEach((call, i) => numbers.set(call.output, topology.inputs.length + i));
  const at = (value: SymbolicTensor): number => numbers.get(value)!;
  return {
    className,
    name,
    seed,
    inputs: topology.inputs.map(({ shape }, i) => ({ name: topology.inputNames[i], shape })),
    layers: topology.layers.map((layer) => ({ className: layer.className, config: layerConfig(layer) })),
    calls: topology.calls.map((call) => ({ layer: topology.layers.indexOf(call.layer), inputs: call.inputs.map(at) })),
    outputs: topology.outputs.map(at),
    ...(topology.features && { features: at(topology.features) }),
    ...(topology.auxiliaries.length && {
      auxiliaries: topology.auxiliaries.map(({ output, weight }) => ({ output: at(output), weight })),
    }),
  };
}

/** What a layer is made again from; `where` is what messages begin with. */
export function layerConfig(layer: Layer, where = 'save'): Record<string, unknown> {
  if (!layer.config) {
    throw new StriateError({
      where,
      rule: `layer '${layer.name}' (${layer.className}) has no config(), which is what it would be made again from`,
      advice: 'add config() to its class, or save the weights alone with saveWeights',
    });
  }
  const { name, trainable, otherNames } = layer;
  const called = { name, ...(Object.keys(otherNames).length && { otherNames }) };
  return { ...called, ...(!trainable && { trainable: false }), ...layer.config() };
}
