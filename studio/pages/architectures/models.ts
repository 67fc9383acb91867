import { signal } from '@preact/signals';
import { isCancelled, tasksOf } from '../../engine/engineThread.js';
import { isModelFile, keepModel } from '../../models/readableModel.js';
import { keptFiles, forgetFile, type KeptFile } from '../../storage/contents.js';
import { publishedAccuracy, type PublishedAccuracy } from './published.js';
import type { ArchitectureFacts, AskedModel, FoundFacts, MeasuredTime, ZooRow, tasks } from './tasks.js';

export const engine = tasksOf<typeof tasks>('architectures');

/** A row of the table. */
export interface ModelRow {
  /** As in the address. */
  readonly name: string;
  /** As it is shown. */
  readonly title: string;
  readonly zoo: ZooRow | undefined;
  readonly file: KeptFile | undefined;
  readonly accuracy: PublishedAccuracy | undefined;
  /** Undefined until they are counted. */
  readonly facts: ArchitectureFacts | undefined;
  readonly problem: string | undefined;
  /** Milliseconds on this device. */
  readonly time: number | undefined;
}

/** Every model there is: the zoo's and those that were dropped here. Kept while other pages are shown. */
export const rows = signal<readonly ModelRow[]>([]);

/** Whether all that could be listed is. */
export const listed = signal(false);

/** Lists the models and counts what is not counted yet, first those that are `wanted`. */
export async function loadModels(wanted: readonly string[], abort: AbortSignal): Promise<void> {
  const before = rows.peek();
  const [zoo, files] = await Promise.all([listed.peek() ? [] : engine.list(undefined), keptFiles().catch(() => [])]);
  const times = keptTimes();
  const known = new Set(rows.peek().map(({ name }) => name));
  const row = (name: string, more: Pick<ModelRow, 'title' | 'zoo' | 'file'>): ModelRow => ({
    name,
    accuracy: publishedAccuracy(name),
    facts: undefined,
    problem: undefined,
    time: times[name],
    ...more,
  });
  const found = [
    ...files.filter(isModelFile).map((file) => row(`file:${file.hash}`, { title: file.name, zoo: undefined, file })),
    ...zoo.map((one) => row(one.name, { title: one.name, zoo: one, file: undefined })),
  ];
  const here = new Set(files.map(({ hash }) => hash));
  // What was forgotten goes; what was dropped meanwhile stays.
  const gone = new Set(before.filter(({ file }) => file && !here.has(file.hash)).map(({ name }) => name));
  rows.value = [...rows.peek().filter(({ name }) => !gone.has(name)), ...found.filter(({ name }) => !known.has(name))];
  listed.value = true;
  await countMissing(wanted, abort);
}

/** Keeps a dropped model and counts it; its name in addresses. */
export async function addModel(blob: Blob, name: string): Promise<string> {
  const file = await keepModel(blob, name);
  const address = `file:${file.hash}`;
  if (!rows.peek().some((row) => row.name === address)) {
    const empty = { accuracy: undefined, facts: undefined, problem: undefined, zoo: undefined };
    rows.value = [{ ...empty, name: address, title: name, file, time: keptTimes()[address] }, ...rows.peek()];
  }
  await countMissing([address], undefined);
  return address;
}

/** Removes a dropped model from this browser. */
export async function forgetModel({ name, file }: ModelRow): Promise<void> {
  if (file) await forgetFile(file.hash);
  rows.value = rows.peek().filter((row) => row.name !== name);
}

/** What the worker is asked about a row. */
export function askedOf({ name, file }: ModelRow): AskedModel {
  return file ? { name, file: { name: file.name, blob: file.blob } } : { name };
}

async function countMissing(wanted: readonly string[], abort: AbortSignal | undefined): Promise<void> {
  const missing = rows.peek().filter(({ facts, problem }) => !facts && problem === undefined);
  const first = ({ name }: ModelRow): number => (wanted.includes(name) ? 0 : 1);
  const asked = missing.sort((a, b) => first(a) - first(b)).map(askedOf);
  if (asked.length === 0) return;
  // Rows are written a few at a time: each time the plot and the table are drawn anew.
  let found: FoundFacts[] = [];
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const write = (): void => {
    clearTimeout(waiting);
    waiting = undefined;
    for (const one of found) {
      if ('facts' in one) update(one.facts.name, { facts: one.facts });
      else update(one.name, { problem: one.problem });
    }
    found = [];
  };
  const onNews = (one: FoundFacts): void => {
    found.push(one);
    waiting ??= setTimeout(write, 120);
  };
  try {
    await engine.facts(asked, { signal: abort, onNews });
  } catch (error) {
    if (!isCancelled(error)) throw error;
  } finally {
    write();
  }
}

function update(name: string, part: Partial<ModelRow>): void {
  rows.value = rows.peek().map((row) => (row.name === name ? { ...row, ...part } : row));
}

/** Measures one model here, and keeps the time for the next visit. */
export async function measureModel(row: ModelRow, abort: AbortSignal): Promise<MeasuredTime> {
  const measured = await engine.measure(askedOf(row), { signal: abort });
  update(row.name, { time: measured.milliseconds });
  try {
    localStorage.setItem(stored, JSON.stringify({ ...keptTimes(), [row.name]: measured.milliseconds }));
  } catch {
    // A browser that keeps nothing shows the time until it is closed.
  }
  return measured;
}

const stored = 'striate-times';

function keptTimes(): Readonly<Record<string, number>> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(stored) ?? '{}');
    return Object.fromEntries(
      Object.entries(kept as Record<string, unknown>).filter(
        (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] > 0,
      ),
    );
  } catch {
    return {};
  }
}
