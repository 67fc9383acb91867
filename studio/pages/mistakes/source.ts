import { StriateError } from 'striate';
import type { ListedRun } from '../../../src/studio/api.js';
import { readableModel, runModelFile } from '../../models/readableModel.js';
import { listRuns, modelFile, runFile, server } from '../../server/studioServer.js';
import { keptFile } from '../../storage/contents.js';
import type { MistakesState } from './state.js';
import { say } from './strings.js';
import type { JudgedSource, SourceData } from './tasks.js';

/** Data that are drawn, and need no folder. */
const isDrawn = (name: unknown): name is 'digits' | 'xo' => name === 'digits' || name === 'xo';

/** Whether a run's own pictures can be had: drawn, or in the folder that the server was given. */
export const hasOwnData = (run: ListedRun): boolean => run.data !== null || isDrawn(run.arguments.data);

/** What is asked by the page's state: its name, and what it takes. */
export interface AskedSource {
  readonly key: string;
  /** @throws StriateError where something is not here, with what to do. */
  open(): Promise<JudgedSource>;
}

/** The model and the pictures that the state names. */
export function askedSource(values: MistakesState['values']['value']): AskedSource {
  const { data, part, run, model } = values;
  const key = [data, part, run, model].join('|');
  return {
    key,
    open: async () => {
      const found = run === '' ? undefined : await runNamed(run);
      const pictures = dataOf(data, found);
      return { key, part, data: pictures, model: found ? await modelOf(found) : await ownModel(model) };
    },
  };
}

/** The run of a name. */
async function runNamed(name: string): Promise<ListedRun> {
  const found = (await listRuns()).find((run) => run.name === name);
  if (found) return found;
  throw new StriateError({ where: say.runs, rule: say.noSuchRun(name), advice: say.otherRun });
}

function dataOf(data: string, run: ListedRun | undefined): SourceData {
  const served = (path: string): SourceData => ({
    kind: 'served',
    api: new URL('api/', document.baseURI).href,
    folder: path,
  });
  if (data.startsWith('photos:')) return { kind: 'kept', address: data };
  if (data.startsWith('data:')) return served(data.slice('data:'.length));
  if (data !== 'run' || !run) return { kind: 'drawn', name: data === 'xo' ? 'xo' : 'digits' };
  const learned = run.arguments.data;
  if (run.data !== null) return served(run.data);
  if (isDrawn(learned)) return { kind: 'drawn', name: learned };
  throw new StriateError({
    where: run.name,
    rule: say.learnedElsewhere(String(learned)),
    advice: say.giveFolder(String(learned)),
  });
}

async function modelOf(run: ListedRun): Promise<JudgedSource['model']> {
  const file = runModelFile(run);
  if (file === undefined) throw new StriateError({ where: run.name, rule: say.runWithoutModel, advice: say.otherRun });
  return { blob: (await readableModel(await runFile(run.name, file), file)).file, name: run.name };
}

/** A dropped model, or the one that the server was started with; undefined for the page's own network. */
async function ownModel(model: string): Promise<JudgedSource['model']> {
  if (model === '') return undefined;
  if (model === 'given') {
    const name = server.value?.model?.name;
    if (name !== undefined) {
      const readable = await readableModel(await modelFile(), name);
      return { blob: readable.file, name: readable.name };
    }
    throw new StriateError({ where: say.model, rule: say.noGivenModel, advice: say.dropModel });
  }
  const file = await keptFile(model.slice('file:'.length));
  if (file) return { blob: file.blob, name: file.name };
  throw new StriateError({ where: say.model, rule: say.noModel, advice: say.dropModel });
}
