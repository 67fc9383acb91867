import { confusionSpec } from './confusionChart.js';
import { dataUri, drawChart, pictureToPng, svgToPng } from './draw.js';
import { followPage, palette } from './reportPalette.js';
import type { TestResult } from './runResult.js';
import type { TestDrawings } from './testSections.js';
import { writeInto } from './writeInto.js';

/** Draws what pages show of a test. */
export async function testDrawings(
  { confusion, mistakes }: TestResult,
  classNames: readonly string[],
): Promise<TestDrawings> {
  return {
    confusion: followPage(await drawChart(confusionSpec(confusion, classNames))),
    mistakes: await Promise.all(mistakes.map(async ({ picture }) => dataUri(await pictureToPng(picture), 'image/png'))),
  };
}

/** Writes a drawing into a folder, as SVG and PNG. */
export async function writeDrawing(folder: string, name: string, svg: string): Promise<void> {
  await writeInto(folder, `${name}.svg`, svg);
  await writeInto(folder, `${name}.png`, await svgToPng(svg));
}

/** Draws a confusion matrix on a ground of its own, as `confusion.svg` and `confusion.png`. */
export async function writeConfusion(
  folder: string,
  { confusion }: TestResult,
  classNames: readonly string[],
): Promise<void> {
  const background = palette.ground.light;
  await writeDrawing(folder, 'confusion', await drawChart(confusionSpec(confusion, classNames, { background })));
}
