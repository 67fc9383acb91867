import { join } from 'node:path';
import { evaluationPage, type EvaluationResult } from './evaluationPage.js';
import { classesCsv, confusionCsv } from './resultsCsv.js';
import { testDrawings, writeConfusion } from './testDrawings.js';
import { makeFolder, writeInto } from './writeInto.js';

/**
 * Writes what came out of an evaluation into a folder: `classes.csv`, `confusion.csv`, `confusion` (SVG and PNG), and the
 * self-contained `index.html`.
 *
 * @returns the page's path
 */
export async function writeEvaluation(folder: string, result: EvaluationResult): Promise<string> {
  await makeFolder(folder);
  const { data, test } = result;
  const { classNames } = data;
  await Promise.all([
    writeInto(folder, 'classes.csv', classesCsv(test, classNames)),
    writeInto(folder, 'confusion.csv', confusionCsv(test, classNames)),
    writeConfusion(folder, test, classNames),
    writeInto(folder, 'index.html', evaluationPage(result, await testDrawings(test, classNames))),
  ]);
  return join(folder, 'index.html');
}
