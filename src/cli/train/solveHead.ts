import { readFileSync } from 'node:fs';
import { files } from '#platform';
import { fitHead, type HeadFit } from '../../models/index.js';
import { ProgressLine } from '../../platform/progressLine.js';
import { formatCount } from '../../platform/textTable.js';
import { formatPercent, formatSeconds } from '../../report/html.js';
import { penaltiesCsv } from '../../report/resultsCsv.js';
import { StriateError } from '../../tensor/index.js';
import type { Output } from '../output.js';
import { runFiles } from './runFolder.js';
import type { TrainingStart } from './startTraining.js';

/** Milliseconds of silence after which cross-validation says how far it is. */
const tellEvery = 5000;

/**
 * Solves the classifier of a run, tells how far it is, and writes it into the run's folder: what was found as `head.json` and
 * `penalties.csv`, the model as `best.safetensors`, and as `last.safetensors` where nothing follows.
 *
 * @returns undefined where the signal ended it
 */
export async function solveHead(
  { run, model, data }: TrainingStart,
  folder: string,
  signal: AbortSignal,
  output: Output,
): Promise<HeadFit | undefined> {
  let line: ProgressLine | undefined;
  let told = Infinity;
  let found: HeadFit;
  try {
    found = await fitHead(model, data.train, {
      // What is the test part, too, is looked at once.
      ...(data.validation && data.validation !== data.test && { validationData: data.validation }),
      seed: run.seed,
      batchSize: run.batch,
      verbose: 0,
      signal,
      onProgress: (progress) => {
        if (progress.stage === 'penalty' && performance.now() - told > tellEvery) {
          const { C, accuracy } = progress.result;
          output.progress(`C = ${formatC(C)}: ${formatPercent(accuracy)} of the pictures held out are right`);
          told = performance.now();
        }
        if (progress.stage !== 'features') return;
        line ??= new ProgressLine('pictures seen by the network', progress.total);
        line.update(progress.done);
        if (progress.done < progress.total) return;
        line[Symbol.dispose]();
        output.progress('Every picture has been seen; solving the classifier …');
        told = performance.now();
      },
    });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    line?.[Symbol.dispose]();
  }
  output.progress(solvedLine(found, data.train.classNames));
  const { head, penalties, best, last } = runFiles(folder);
  const text = (content: string): Uint8Array => new TextEncoder().encode(content);
  await files.writeWhole(head, text(`${JSON.stringify(found, null, 2)}\n`));
  if (found.penalties.length > 0) await files.writeWhole(penalties, text(penaltiesCsv(found.penalties)));
  await model.save(best);
  if (run.fineTune === undefined) await model.save(last);
  return found;
}

/**
 * What a run found when it solved its classifier.
 *
 * @throws StriateError when the file is gone or damaged.
 */
export function readHead(folder: string): HeadFit {
  const { head } = runFiles(folder);
  try {
    const found = JSON.parse(readFileSync(head, 'utf8')) as Partial<HeadFit>;
    if (typeof found.C === 'number' && Array.isArray(found.penalties) && found.seconds) return found as HeadFit;
  } catch {
    // Told below.
  }
  throw new StriateError({ where: head, rule: 'is missing or damaged', advice: 'start the run again' });
}

/** The penalty as people read it: `0.0316`. */
export const formatC = (C: number): string => String(Number(C.toPrecision(3)));

function solvedLine(found: HeadFit, classNames: readonly string[]): string {
  const { C, crossValidated, folds, validation, seconds, examples, features, classWeight } = found;
  const parts = folds === 1 ? 'a fifth held out' : `${folds} parts`;
  const right = crossValidated
    ? `; cross-validated on ${parts}, ${formatPercent(crossValidated.accuracy)} right`
    : '; too few pictures for cross-validation';
  const heaviest = classWeight.indexOf(Math.max(...classWeight));
  const uneven = classWeight.some((weight) => Math.abs(weight - 1) > 0.005);
  return (
    `Solved in ${formatSeconds(seconds.crossValidation + seconds.solving)} on ${formatCount(features)} features of ` +
    `${formatCount(examples)} pictures (${formatSeconds(seconds.features)}): C = ${formatC(C)}${right}` +
    (validation ? `; validation ${formatPercent(validation.accuracy)}` : '') +
    (uneven
      ? `; classes weigh alike, a picture of ${classNames[heaviest]} ${classWeight[heaviest].toFixed(2)} times`
      : '') +
    '.'
  );
}
