import { sameShape } from '../tensor/index.js';
import type { SafeTensors } from '../tensor/safetensors.js';
import type { Optimizer } from '../training/optimizer.js';
import type { Executor } from './executor.js';
import { belongsToTraining, unpackTrainingState, type TrainingState } from './trainingState.js';
import { writeWeights } from './weights.js';

/**
 * Takes weights, an optimizer's variables where there is one, and the state of training out of a file's content.
 *
 * @returns the state of training; undefined where the file holds none
 */
export async function restoreCheckpoint(
  executor: Executor,
  optimizer: Optimizer | undefined,
  content: SafeTensors,
  file: string,
): Promise<TrainingState | undefined> {
  await restoreWeights(executor, content, file);
  if (optimizer) await restoreSlots(executor, optimizer, content);
  const { training } = content.metadata;
  return training === undefined ? undefined : unpackTrainingState(training, content.tensors, file);
}

/** Takes a model's weights out of a file that may hold more. */
async function restoreWeights(executor: Executor, { tensors }: SafeTensors, file: string): Promise<void> {
  const own = new Set(executor.topology.weights.map(({ variable }) => variable.name));
  const weights = [...tensors].filter(([name]) => own.has(name) || !belongsToTraining(name));
  await writeWeights(executor, new Map(weights), file);
}

/** Takes the optimizer's variables out of a file; those that it does not hold start anew. */
async function restoreSlots(
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
