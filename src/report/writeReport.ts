import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { curvesSpec, curveSpec } from './curves.js';
import { drawChart } from './draw.js';
import { followPage } from './reportPalette.js';
import { epochRows, resultsCsv } from './resultsCsv.js';
import { runPage } from './runPage.js';
import type { RunResult } from './runResult.js';
import { testDrawings, writeConfusion, writeDrawing } from './testDrawings.js';

/**
 * Writes what came out of a run into its folder: `results.csv`, `curves` and `confusion` (SVG and PNG), `architecture.svg`,
 * and the self-contained `index.html`.
 *
 * @returns the page's path
 */
export async function writeReport(folder: string, run: RunResult): Promise<string> {
  await mkdir(folder, { recursive: true });
  const { data, test } = run;
  const epochs = epochRows(run.epochs, run.frozenEpochs);
  const page = runPage(run, {
    accuracy: followPage(await drawChart(curveSpec(epochs, 'accuracy', data.validation))),
    loss: followPage(await drawChart(curveSpec(epochs, 'loss', data.validation))),
    ...(await testDrawings(test, data.classNames)),
  });
  const path = join(folder, 'index.html');
  await Promise.all([
    writeFile(join(folder, 'results.csv'), resultsCsv(run.epochs, run.frozenEpochs)),
    writeFile(join(folder, 'architecture.svg'), run.architecture),
    writeDrawing(folder, 'curves', await drawChart(curvesSpec(epochs, data.validation))),
    writeConfusion(folder, test, data.classNames),
    writeFile(path, page),
  ]);
  return path;
}
