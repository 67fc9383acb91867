import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { classScores } from './classScores.js';
import { confusionSpec } from './confusionChart.js';
import { dataUri, drawChart, pictureToPng, svgToPng } from './draw.js';
import { evaluationPage, type EvaluationResult } from './evaluationPage.js';
import { followPage, palette } from './palette.js';

/**
 * Writes what came out of an evaluation into a folder: `classes.csv`, `confusion.csv`, `confusion` (SVG and PNG), and the
 * self-contained `index.html`.
 *
 * @returns the page's path
 */
export async function writeEvaluation(folder: string, result: EvaluationResult): Promise<string> {
  await mkdir(folder, { recursive: true });
  const { data, test } = result;
  const ground = palette.ground.light;
  const confusion = await drawChart(confusionSpec(test.confusion, data.classNames, { background: ground }));
  const page = evaluationPage(result, {
    confusion: followPage(await drawChart(confusionSpec(test.confusion, data.classNames))),
    mistakes: await Promise.all(
      test.mistakes.map(async ({ picture }) => dataUri(await pictureToPng(picture), 'image/png')),
    ),
  });
  const path = join(folder, 'index.html');
  await Promise.all([
    writeFile(join(folder, 'classes.csv'), classesCsv(result)),
    writeFile(join(folder, 'confusion.csv'), confusionCsv(result)),
    writeFile(join(folder, 'confusion.svg'), confusion),
    svgToPng(confusion).then((png) => writeFile(join(folder, 'confusion.png'), png)),
    writeFile(path, page),
  ]);
  return path;
}

/** One value as it may stand between commas. */
export function csvCell(value: string | number): string {
  const text = typeof value === 'number' && !Number.isFinite(value) ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csv(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\n`).join('');
}

function classesCsv({ test, data }: EvaluationResult): string {
  const scores = classScores(test.confusion, data.classNames);
  const rows = scores.map(({ name, pictures, precision, recall, f1 }) => [name, pictures, precision, recall, f1]);
  return csv([['class', 'pictures', 'precision', 'recall', 'f1'], ...rows]);
}

/** A row per true class, a column per predicted one. */
function confusionCsv({ test, data: { classNames } }: EvaluationResult): string {
  return csv([['true class', ...classNames], ...test.confusion.map((row, i) => [classNames[i], ...row])]);
}
