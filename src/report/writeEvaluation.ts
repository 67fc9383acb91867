import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { evaluationPage, type EvaluationResult } from './evaluationPage.js';
import { classesCsv, confusionCsv } from './resultsCsv.js';
import { testDrawings, writeConfusion } from './testDrawings.js';

/**
 * Writes what came out of an evaluation into a folder: `classes.csv`, `confusion.csv`, `confusion` (SVG and PNG), and the
 * self-contained `index.html`.
 *
 * @returns the page's path
 */
export async function writeEvaluation(folder: string, result: EvaluationResult): Promise<string> {
  await mkdir(folder, { recursive: true });
  const { data, test } = result;
  const { classNames } = data;
  const path = join(folder, 'index.html');
  await Promise.all([
    writeFile(join(folder, 'classes.csv'), classesCsv(test, classNames)),
    writeFile(join(folder, 'confusion.csv'), confusionCsv(test, classNames)),
    writeConfusion(folder, test, classNames),
    writeFile(path, evaluationPage(result, await testDrawings(test, classNames))),
  ]);
  return path;
}
