import { join } from 'node:path';
import { confusionSpec } from './confusionChart.js';
import { curvesSpec, curveSpec } from './curves.js';
import { drawCharts, svgToPng } from './draw.js';
import { pictureUri } from './drawnPictures.js';
import { evaluationPage, type EvaluationResult } from './evaluationPage.js';
import { drawInside } from './insideSection.js';
import { drawMistakes } from './mistakesSection.js';
import { penaltySpec } from './penaltyChart.js';
import type { ProjectedPictures } from './projectedPictures.js';
import { projectionSection } from './projectionSection.js';
import { reliabilitySpec } from './reliabilityChart.js';
import { followPage, palette } from './reportPalette.js';
import { classesCsv, confusionCsv, penaltiesCsv, resultsCsv, rowsOf, suspectsCsv } from './resultsCsv.js';
import { runPage } from './runPage.js';
import type { ReportPicture, RunResult } from './runResult.js';
import { makeFolder, writeInto } from './writeInto.js';

/** The ground of charts that are files; those of pages have the page's. */
const ground = { background: palette.ground.light };

/**
 * Writes what came out of a run into its folder: `results.csv` and `curves` of its epochs, `penalties` of a classifier that was
 * solved, `confusion` (drawings as SVG and PNG), `architecture.svg`, and the self-contained `index.html`.
 *
 * @returns the page's path
 */
export async function writeReport(folder: string, run: RunResult): Promise<string> {
  const { head, test } = run;
  const epochs = rowsOf(run.epochs);
  const { validation, classNames } = run.data;
  const hasCurves = epochs.length > 0;
  const penalties = head?.penalties.length ? head.penalties : undefined;
  const charts = await drawCharts({
    accuracy: hasCurves ? curveSpec(epochs, 'accuracy', validation) : undefined,
    loss: hasCurves ? curveSpec(epochs, 'loss', validation) : undefined,
    penalties: penalties && penaltySpec(penalties, head!.C),
    confusion: confusionSpec(test.confusion, classNames),
    calibration: test.calibration && reliabilitySpec(test.calibration),
  });
  const files = await drawCharts({
    curves: hasCurves || !head ? curvesSpec(epochs, validation) : undefined,
    penalties: penalties && penaltySpec(penalties, head!.C, ground),
    confusion: confusionSpec(test.confusion, classNames, ground),
  });
  const thumbnails = {
    mistakes: await drawMistakes(test.mistakes),
    ...(await drawInside(run.inside)),
    suspects: await pictures(run.suspects?.found ?? []),
  };
  return writeFolder(folder, files, {
    'results.csv': files.curves && resultsCsv(epochs),
    'penalties.csv': penalties ? penaltiesCsv(penalties) : '',
    'suspects.csv': run.suspects ? suspectsCsv(run.suspects, classNames) : '',
    'architecture.svg': run.architecture,
    'index.html': runPage(run, { ...inPage(charts), ...thumbnails, projection: await mapOf(test.projection) }),
  });
}

/**
 * Writes what came out of an evaluation into a folder: `classes.csv`, `confusion.csv`, `confusion` (SVG and PNG), and the
 * self-contained `index.html`.
 *
 * @returns the page's path
 */
export async function writeEvaluation(folder: string, result: EvaluationResult): Promise<string> {
  const { test, data } = result;
  const { classNames } = data;
  const charts = await drawCharts({
    confusion: confusionSpec(test.confusion, classNames),
    calibration: test.calibration && reliabilitySpec(test.calibration),
  });
  const files = await drawCharts({ confusion: confusionSpec(test.confusion, classNames, ground) });
  return writeFolder(folder, files, {
    'classes.csv': classesCsv(test, classNames),
    'confusion.csv': confusionCsv(test, classNames),
    'index.html': evaluationPage(result, {
      ...inPage(charts),
      mistakes: await drawMistakes(test.mistakes),
      projection: await mapOf(test.projection),
      ...(await drawInside(result.inside)),
    }),
  });
}

/** Drawings as they stand in a page, in its colours. */
function inPage<Name extends string>(drawings: Readonly<Record<Name, string>>): Record<Name, string> {
  const entries = Object.entries<string>(drawings).map(([name, svg]) => [name, followPage(svg)]);
  return Object.fromEntries(entries) as Record<Name, string>;
}

/** The section of the pictures in two dimensions; empty where there are none. */
async function mapOf(projection: ProjectedPictures | undefined): Promise<string> {
  return projection ? projectionSection(projection, 'What it sees, in two dimensions') : '';
}

/** Pictures as addresses that need no request. */
function pictures(shown: readonly { readonly picture?: ReportPicture }[]): Promise<string[]> {
  return Promise.all(shown.flatMap(({ picture }) => picture ?? []).map(pictureUri));
}

/** Writes drawings, as SVG and PNG, and other files into a folder with a page; what is empty is left out. */
async function writeFolder(
  folder: string,
  drawings: Readonly<Record<string, string>>,
  texts: Readonly<Record<'index.html', string>> & Readonly<Record<string, string>>,
): Promise<string> {
  const files: [string, string | Uint8Array][] = Object.entries(texts);
  for (const [name, svg] of Object.entries(drawings)) {
    if (svg !== '') files.push([`${name}.svg`, svg], [`${name}.png`, await svgToPng(svg)]);
  }
  await makeFolder(folder);
  for (const [name, content] of files) if (content.length > 0) await writeInto(folder, name, content);
  return join(folder, 'index.html');
}
