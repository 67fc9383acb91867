import { join } from 'node:path';
import type { PenaltyResult } from '../fit/index.js';
import { curvesSpec, curveSpec, type Measure } from './curves.js';
import { drawChart } from './draw.js';
import { penaltySpec } from './penaltyChart.js';
import { followPage, palette } from './reportPalette.js';
import { epochRows, penaltiesCsv, resultsCsv } from './resultsCsv.js';
import { runPage } from './runPage.js';
import type { RunResult } from './runResult.js';
import { testDrawings, writeConfusion, writeDrawing } from './testDrawings.js';
import { makeFolder, writeInto } from './writeInto.js';

/**
 * Writes what came out of a run into its folder: `results.csv` and `curves` of its epochs, `penalties` of a classifier that was
 * solved, `confusion` (drawings as SVG and PNG), `architecture.svg`, and the self-contained `index.html`.
 *
 * @returns the page's path
 */
export async function writeReport(folder: string, run: RunResult): Promise<string> {
  await makeFolder(folder);
  const { data, test, head } = run;
  const epochs = epochRows(run.epochs, run.frozenEpochs);
  const penalties = head && head.penalties.length > 0 ? head.penalties : undefined;
  const curve = async (measure: Measure): Promise<string> =>
    epochs.length === 0 ? '' : followPage(await drawChart(curveSpec(epochs, measure, data.validation)));
  const page = runPage(run, {
    accuracy: await curve('accuracy'),
    loss: await curve('loss'),
    penalties: penalties && followPage(await drawChart(penaltySpec(penalties, head!.C))),
    ...(await testDrawings(test, data.classNames)),
  });
  await Promise.all([
    ...(penalties ? [writePenalties(folder, penalties, head!.C)] : []),
    ...(head && epochs.length === 0 ? [] : [writeEpochs(folder, run)]),
    writeInto(folder, 'architecture.svg', run.architecture),
    writeConfusion(folder, test, data.classNames),
    writeInto(folder, 'index.html', page),
  ]);
  return join(folder, 'index.html');
}

async function writeEpochs(folder: string, { epochs, frozenEpochs, data }: RunResult): Promise<void> {
  const rows = epochRows(epochs, frozenEpochs);
  await writeInto(folder, 'results.csv', resultsCsv(epochs, frozenEpochs));
  await writeDrawing(folder, 'curves', await drawChart(curvesSpec(rows, data.validation)));
}

async function writePenalties(folder: string, penalties: readonly PenaltyResult[], taken: number): Promise<void> {
  await writeInto(folder, 'penalties.csv', penaltiesCsv(penalties));
  await writeDrawing(
    folder,
    'penalties',
    await drawChart(penaltySpec(penalties, taken, { background: palette.ground.light })),
  );
}
