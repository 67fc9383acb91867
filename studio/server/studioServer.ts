import { signal } from '@preact/signals';
import { asked } from './asked.js';
import type { Conversion, DataAnswer, ListedRun, StudioAnswer } from '../../src/studio/api.js';

/** What the server says of itself; undefined until it was asked, null where the pages stand on a plain web server. */
export const server = signal<StudioAnswer | null | undefined>(undefined);

/** Asks who serves these pages. */
export async function findServer(): Promise<void> {
  const answer = await fetch('api/studio').catch(() => undefined);
  const isOurs = answer?.ok && answer.headers.get('content-type')?.startsWith('application/json');
  server.value = isOurs ? ((await answer.json()) as StudioAnswer) : null;
}

/** The runs that the server was started with, the one that was written last first. */
export async function listRuns(): Promise<readonly ListedRun[]> {
  return (await (await asked('api/runs')).json()) as ListedRun[];
}

/** A file of a run. */
export async function runFile(run: string, file: string): Promise<Blob> {
  return (await asked(`api/runs/file?${new URLSearchParams({ run, file })}`)).blob();
}

/** What lies in a folder of the server's data. */
export async function listData(folder: string): Promise<DataAnswer> {
  return (await (await asked(`api/data?${new URLSearchParams({ folder })}`)).json()) as DataAnswer;
}

/** A file of the server's data. */
export async function dataFile(path: string): Promise<Blob> {
  return (await asked(`api/data/file?${new URLSearchParams({ path })}`)).blob();
}

/** The file of the model that the studio was opened on. */
export async function modelFile(): Promise<Blob> {
  return (await asked('api/model')).blob();
}

/** A model's file in another form; the server keeps nothing of it. */
export async function convertModel(file: Blob, name: string, to: Conversion): Promise<Blob> {
  const address = `api/convert?${new URLSearchParams({ to, name })}`;
  return (await asked(address, address, { method: 'POST', body: file })).blob();
}
