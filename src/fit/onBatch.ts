import { StriateError } from '../tensor/index.js';
import { PrefetchedBatches } from './batchSource.js';
import { sequentialSource } from './dataSources.js';
import { exampleCount, type FitData } from './fitData.js';
import { objectiveFor } from './objective.js';
import type { TrainingParts } from './prepareTraining.js';
import { RunningMeans } from './runningMeans.js';
import { trainingStep } from './trainingStep.js';

/** Trains on all examples as one batch; gives its loss and metrics as they were before the weights changed. */
export async function trainOnBatch(
  { compiled, executor }: TrainingParts,
  data: FitData,
): Promise<Record<string, number>> {
  const { optimizer } = compiled;
  const { topology } = executor;
  const objective = objectiveFor(topology, compiled.options);
  for (const variable of topology.trainable) optimizer.prepare(variable);
  const batchSize = exampleCount(data) ?? 1;
  const source = sequentialSource(data, { where: 'trainOnBatch', topology, objective }, { batchSize });
  const means = new RunningMeans(objective);
  const batches = new PrefetchedBatches(source.batches(0, 0), source.ahead);
  try {
    const batch = await batches.next();
    if (batch) means.add(await trainingStep({ executor, objective, optimizer }, batch), batch.size);
  } finally {
    await batches.end();
  }
  const values = means.values();
  if (Number.isFinite(values.loss)) return values;
  throw new StriateError({
    where: 'trainOnBatch',
    rule: `the loss became ${Number.isNaN(values.loss) ? 'NaN (not a number)' : 'infinite'}`,
    advice: `the weights may be spoilt: load others; train with a lower learning rate (it was ${optimizer.learningRate}), or clip gradients with clipnorm`,
  });
}
