import type { KeptThing } from '../../storage/kept.js';
import { live, readRuns } from './liveTraining.js';
import { say } from './strings.js';
import { forgetDrawing, keptDrawing } from './triedDrawing.js';
import { countFeatures, forgetFeatures, forgetRun, keptRuns } from './trainingRuns.js';

/** Trainings but the one that is under way, what networks made of photos, and the drawing that was tried. */
export async function keptThings(): Promise<readonly KeptThing[]> {
  const now = live.peek();
  const runs = (await keptRuns()).filter(({ id }) => !now?.going || now.run.id !== id);
  return [
    ...runs.map(({ id }) => ({ what: say.aTraining, name: id, forget: () => forgetRun(id).then(readRuns) })),
    ...((await countFeatures()) > 0 ? [{ what: say.title, name: say.features, forget: forgetFeatures }] : []),
    ...(keptDrawing() === null ? [] : [{ what: say.title, name: say.theDrawing, forget: forgetDrawing }]),
  ];
}
