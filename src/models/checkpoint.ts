import type { Variable } from '../graph/index.js';
import type { Preprocessing } from '../pictures/index.js';
import { preprocessingText } from '../pictures/preprocessingMetadata.js';
import { formatShape, safetensorsHeader, sameShape, StriateError, Tensor, type SafeTensors } from '../tensor/index.js';
import type { Optimizer } from '../training/index.js';
import type { Executor } from '../fit/executor.js';
import { compileConfigOf, configOf, type ModelConfig } from './modelFile.js';
import { objectiveFor, type Compiled } from '../fit/objective.js';
import { belongsToTraining, packTrainingState, type TrainingState } from '../fit/trainingState.js';
import { weightParts } from '../fit/weightParts.js';

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

/** A model as one safetensors file. */
export async function encodeModel(content: ModelContent): Promise<Uint8Array> {
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
  const { executor, description, compiled, classNames, preprocessing, optimizer, state } = content;
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
  // Beside the user's own text, where earlier versions look for it.
  const user = { ...content.metadata, ...preprocessingText(preprocessing) };
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
  { store }: Executor,
  variables: readonly Variable[],
  others: readonly [string, Tensor][],
): AsyncGenerator<Uint8Array> {
  const bytesOf = ({ buffer, byteOffset, byteLength }: Tensor['data']): Uint8Array =>
    new Uint8Array(buffer, byteOffset, byteLength);
  yield start;
  for await (const part of weightParts(store, variables)) yield bytesOf(part);
  for (const [, { data }] of others) yield bytesOf(data);
}

/** A copy of every weight and statistic, by name. */
export async function readWeights(executor: Executor): Promise<Map<string, Tensor<'float32'>>> {
  return new Map(
    await readVariables(
      executor,
      executor.topology.weights.map(({ variable }) => variable),
    ),
  );
}

async function readVariables(
  { store }: Executor,
  variables: readonly Variable[],
): Promise<[string, Tensor<'float32'>][]> {
  const values: [string, Tensor<'float32'>][] = [];
  for (const variable of variables) {
    values.push([variable.name, new Tensor('float32', variable.shape, await store.read(variable))]);
  }
  return values;
}

/** Replaces all weights and statistics, or none where one of them does not fit. */
export async function writeWeights(
  { topology, store }: Executor,
  weights: ReadonlyMap<string, Tensor>,
  where: string,
): Promise<void> {
  const variables = new Map(topology.weights.map(({ variable }) => [variable.name, variable]));
  const unknown = [...weights.keys()].find((name) => !variables.has(name));
  if (unknown !== undefined)
    throw new StriateError({
      where,
      rule: `the model has no weight '${unknown}'`,
      advice: 'use the model it belongs to',
    });
  for (const [name, { shape }] of variables) {
    const given = weights.get(name);
    if (!given)
      throw new StriateError({
        where,
        rule: `the model's weight '${name}' is missing`,
        advice: 'use weights of the same model',
      });
    if (!sameShape(given.shape, shape)) {
      throw new StriateError({
        where,
        rule: `weight '${name}' has shape ${formatShape(shape)}`,
        received: formatShape(given.shape),
      });
    }
  }
  for (const [name, variable] of variables) await store.write(variable, Float32Array.from(weights.get(name)!.data));
}

/** Takes a model's weights out of a file that may hold more. */
export async function restoreWeights(executor: Executor, { tensors }: SafeTensors, file: string): Promise<void> {
  const own = new Set(executor.topology.weights.map(({ variable }) => variable.name));
  const weights = [...tensors].filter(([name]) => own.has(name) || !belongsToTraining(name));
  await writeWeights(executor, new Map(weights), file);
}

/** Takes the optimizer's variables out of a file; those that it does not hold start anew. */
export async function restoreSlots(
  { topology, store }: Executor,
  optimizer: Optimizer,
  { tensors }: SafeTensors,
): Promise<void> {
  for (const variable of topology.trainable) optimizer.prepare(variable);
  for (const slot of optimizer.slots) {
    const value = tensors.get(slot.name);
    if (value && sameShape(value.shape, slot.shape)) await store.write(slot, Float32Array.from(value.data));
  }
}
