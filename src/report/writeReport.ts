import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { confusionSpec } from './confusionChart.js';
import { curvesSpec, curveSpec } from './curves.js';
import { dataUri, drawChart, pictureToPng, svgToPng } from './draw.js';
import { runPage } from './page.js';
import { followPage, palette } from './palette.js';
import { resultsCsv } from './resultsCsv.js';
import type { RunResult } from './runResult.js';

/**
 * Writes what came out of a run into its folder: `results.csv`, `curves` and `confusion` (SVG and PNG), `architecture.svg`,
 * and the self-contained `index.html`.
 *
 * @returns the page's path
 */
export async function writeReport(folder: string, run: RunResult): Promise<string> {
  await mkdir(folder, { recursive: true });
  const { epochs, data, test } = run;
  const ground = palette.ground.light;
  const curves = await drawChart(curvesSpec(epochs, data.validation));
  const confusion = await drawChart(confusionSpec(test.confusion, data.classNames, { background: ground }));
  const page = runPage(run, {
    accuracy: followPage(await drawChart(curveSpec(epochs, 'accuracy', data.validation))),
    loss: followPage(await drawChart(curveSpec(epochs, 'loss', data.validation))),
    confusion: followPage(await drawChart(confusionSpec(test.confusion, data.classNames))),
    mistakes: await Promise.all(
      test.mistakes.map(async ({ picture }) => dataUri(await pictureToPng(picture), 'image/png')),
    ),
  });
  const path = join(folder, 'index.html');
  await Promise.all([
    writeFile(join(folder, 'results.csv'), resultsCsv(epochs)),
    writeFile(join(folder, 'curves.svg'), curves),
    writeFile(join(folder, 'confusion.svg'), confusion),
    writeFile(join(folder, 'architecture.svg'), run.architecture),
    svgToPng(curves).then((png) => writeFile(join(folder, 'curves.png'), png)),
    svgToPng(confusion).then((png) => writeFile(join(folder, 'confusion.png'), png)),
    writeFile(path, page),
  ]);
  return path;
}
