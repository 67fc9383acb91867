import { suspectLabels } from '../../models/index.js';
import { reasonOf } from '../../platform/systemErrors.js';
import { formatCount } from '../../platform/textTable.js';
import type { SuspectedLabel, SuspectedLabels } from '../../report/runResult.js';
import { sizeOf, StriateError } from '../../tensor/index.js';
import { pictureFilesOf } from '../dataArgument.js';
import type { Output } from '../output.js';
import { reportPicture } from '../testModel.js';
import type { TrainingStart } from './startTraining.js';

/** How many suspected pictures the page shows. */
const shown = 24;

/**
 * Labels of the training pictures that may be wrong. The training is done and saved: what cannot be judged is told, and nothing
 * more.
 */
export async function suspectsOf(
  { run, model, data: { train } }: TrainingStart,
  signal: AbortSignal,
  output: Output,
): Promise<SuspectedLabels | undefined> {
  output.progress('Looking for labels that may be wrong …');
  try {
    const { issues, noiseRate } = await suspectLabels(model, train, {
      seed: run.seed,
      batchSize: run.batch,
      verbose: 0,
      signal,
    });
    const files = pictureFilesOf(train);
    const found: SuspectedLabel[] = [];
    for (const [place, { index, label, suggested, quality }] of issues.entries()) {
      const suspect = { index, file: files?.path(index), label, suggested, quality };
      if (place >= shown) found.push(suspect);
      else {
        const values = new Float32Array(sizeOf(train.inputShape));
        await train.fill([index], values, new Int32Array(1));
        found.push({ ...suspect, picture: reportPicture(train, values) });
      }
    }
    output.progress(
      found.length === 0
        ? 'No label of the training pictures looks wrong.'
        : `Labels that may be wrong: ${formatCount(found.length)} of ${formatCount(train.size)}; they are in suspects.csv.`,
    );
    return { pictures: train.size, noiseRate, found };
  } catch (error) {
    const reason = error instanceof StriateError ? error.message : reasonOf(error);
    output.progress(`Labels that may be wrong could not be looked for: ${reason}`);
    return undefined;
  }
}
