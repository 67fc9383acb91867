import { signal } from '@preact/signals';
import { isCancelled, tasksOf } from '../../engine/engineThread.js';
import { server } from '../../server/studioServer.js';
import type { TrainingLook } from './looks.js';
import type { TrainSettings } from './recipe.js';
import type { SessionInput, TrainingNews } from './TrainingSession.js';
import type { tasks } from './tasks.js';
import { forgetOldRuns, keptRun, keptRuns, type TrainingRun } from './trainingRuns.js';

/** The training that is shown, as far as it is known. It goes on while other pages are looked at. */
export interface LiveTraining {
  readonly run: TrainingRun;
  readonly news: TrainingNews | undefined;
  readonly look: TrainingLook | undefined;
  /** Whether it is being computed now. */
  readonly going: boolean;
  readonly error: Error | undefined;
}

/** The training that is shown; undefined before the first. */
export const live = signal<LiveTraining | undefined>(undefined);

/** The trainings that this browser remembers, the latest first. */
export const earlier = signal<readonly TrainingRun[]>([]);

export const engine = tasksOf<typeof tasks>('train');

/** The address of the server's data, up to a folder's name: undefined where there are none. */
export function dataAddress(): string | undefined {
  return server.value?.data ? new URL('api/data/file?path=', document.baseURI).href : undefined;
}

/** Reads the list of trainings anew. */
export async function readRuns(): Promise<void> {
  await forgetOldRuns();
  earlier.value = await keptRuns();
}

/** A name for a new training. */
export function newRunId({ data }: Pick<TrainSettings, 'data'>): string {
  const part = crypto.getRandomValues(new Uint32Array(1))[0].toString(36).slice(0, 5);
  return `${data.split(':')[0].replace(/[^a-z0-9]/g, '')}-${Date.now().toString(36).slice(-6)}${part}`;
}

/** Shows a training that this browser remembers, and goes on with it where it was cut off in the middle. */
export async function showRun(id: string): Promise<boolean> {
  if (live.peek()?.run.id === id) return true;
  const run = await keptRun(id);
  if (!run) return false;
  live.value = { run, news: undefined, look: undefined, going: false, error: undefined };
  // Also where it stands still, a step of none shows what it sees.
  await goOn(run, run.status === 'running' ? undefined : 0);
  return true;
}

/** Begins a training. */
export async function begin(id: string, settings: TrainSettings): Promise<void> {
  const run: TrainingRun = {
    id,
    settings,
    status: 'running',
    created: Date.now(),
    points: new Float32Array(0),
    results: [],
    step: 0,
    steps: 1,
    classNames: [],
    pictures: 0,
    held: 0,
  };
  live.value = { run, news: undefined, look: undefined, going: true, error: undefined };
  await goOn(run);
}

/** Goes on with a training: to its end, or so many batches. */
export async function goOn(run: TrainingRun, batches?: number): Promise<void> {
  const { id } = run;
  const update = (part: Partial<LiveTraining>): void => {
    const now = live.peek();
    if (now?.run.id === id) live.value = { ...now, ...part };
  };
  const tell = (news: TrainingNews): void => {
    const look = news.look && { pictures: live.peek()?.look?.pictures ?? [], ...news.look };
    update({ run: news.run, news, ...(look && { look }) });
  };
  update({ going: batches !== 0, error: undefined });
  try {
    tell(await engine.train({ ...inputOf(run), ...(batches !== undefined && { batches }) }, { onNews: tell }));
    update({ going: false });
  } catch (error) {
    if (!isCancelled(error)) {
      const { run: now } = live.peek() ?? {};
      update({ going: false, error: error as Error, ...(now?.id === id && { run: { ...now, status: 'failed' } }) });
    }
  }
  await readRuns();
}

/** Ends the training under way after its step. */
export async function pause(): Promise<void> {
  await engine.pause({});
}

/** What the worker finds a training by. */
export function inputOf({ id, settings }: TrainingRun): SessionInput {
  return { id, settings, server: dataAddress() };
}
