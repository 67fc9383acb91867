import { join } from 'node:path';
import { drawCharts, svgToPng } from '../draw.js';
import { followPage } from '../reportPalette.js';
import { makeFolder, writeInto } from '../writeInto.js';
import { worstAndBest, type JudgedPicture } from './judgedPictures.js';
import { seenPicture } from './seenPictures.js';
import {
  learningSheet,
  learningSpecs,
  precisionBarSpecs,
  precisionRecallSpec,
  taskConfusionSpec,
} from './taskCharts.js';
import { taskPage, type TaskResult } from './taskPage.js';

/** How many pictures the page shows; of masks, which take more room, fewer. */
const shown = {
  detect: { worst: 8, best: 4 },
  keypoints: { worst: 8, best: 4 },
  segment: { worst: 6, best: 2 },
} as const;

/**
 * Writes what came of a run, or of an evaluation, of boxes, masks or points into a folder: `curves` of the epochs (SVG and PNG),
 * `architecture.svg`, and the self-contained `index.html`.
 *
 * @returns the page's path
 */
export async function writeTaskReport(folder: string, result: TaskResult): Promise<string> {
  const { trial, training, architecture } = result;
  const epochs = training?.epochs ?? [];
  const learned = epochs.length > 0 ? learningSpecs(epochs, trial.task) : {};
  const bars = trial.task === 'detect' ? precisionBarSpecs(trial) : undefined;
  const charts = await drawCharts({
    ...{ measure: learned.measure, loss: learned.loss, parts: learned.parts },
    precisionRecall: trial.task === 'detect' ? precisionRecallSpec(trial) : undefined,
    ...{ byIou: bars?.byIou, bySize: bars?.bySize },
    confusion: trial.task === 'keypoints' ? undefined : taskConfusionSpec(trial),
  });
  const drawn = Object.entries(charts).map(([name, svg]) => [name, followPage(svg)]);
  const { worst, best } = worstAndBest(trial, shown[trial.task]);
  const cards = async (pictures: readonly JudgedPicture[]): Promise<string[]> => {
    const made: string[] = [];
    for (const picture of pictures) made.push(await seenPicture(trial, picture));
    return made;
  };
  const inPage = Object.fromEntries(drawn) as typeof charts;
  const page = taskPage(result, { ...inPage, worst: await cards(worst), best: await cards(best) });
  await makeFolder(folder);
  if (epochs.length > 0) {
    const { curves } = await drawCharts({ curves: learningSheet(epochs, trial.task) });
    await writeInto(folder, 'curves.svg', curves);
    await writeInto(folder, 'curves.png', await svgToPng(curves));
  }
  await writeInto(folder, 'architecture.svg', architecture);
  await writeInto(folder, 'index.html', page);
  return join(folder, 'index.html');
}
