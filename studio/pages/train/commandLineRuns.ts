import { signal } from '@preact/signals';
import type { ListedRun } from '../../../src/studio/api.js';
import { listRuns, server } from '../../server/studioServer.js';
import type { TrainSettings } from './recipe.js';
import type { TrainingRun } from './trainingRuns.js';

/** Milliseconds between two looks into the folder of runs. */
const each = 1500;
/** A run that has written nothing for so long is not under way. */
const silent = 15 * 60_000;
/** What addresses put before such a run's name. */
const prefix = 'line:';

/** The runs of the command line in the server's folder (`striate studio --runs`), the one that was written last first. */
export const commandLineRuns = signal<readonly ListedRun[]>([]);

/** Whether an address means a run of the command line. */
export function isCommandLine(id: string): boolean {
  return id.startsWith(prefix);
}

/** What addresses call a run of the command line. */
export function commandLineId({ name }: ListedRun): string {
  return `${prefix}${name}`;
}

/**
 * Follows the folder of runs for as long as the page is looked at.
 *
 * @returns a function that ends it
 */
export function followCommandLine(): () => void {
  let asking = false;
  const look = async (): Promise<void> => {
    if (asking || document.hidden || !server.value?.runs) return;
    asking = true;
    try {
      const found = await listRuns();
      if (JSON.stringify(found) !== JSON.stringify(commandLineRuns.peek())) commandLineRuns.value = found;
    } catch {
      // A server that was stopped: what was read stays.
    }
    asking = false;
  };
  void look();
  const timer = setInterval(() => void look(), each);
  return () => clearInterval(timer);
}

/** A run of the command line as the page shows its own: a step is an epoch. */
export function commandLineRun(listed: ListedRun): TrainingRun {
  const { name, arguments: given, epochs, changed } = listed;
  const asked = typeof given.epochs === 'number' ? given.epochs : epochs.length;
  const steps = Math.max(1, asked, epochs.length);
  const isOpen = epochs.length < steps && Date.now() - changed < silent;
  return {
    id: commandLineId(listed),
    settings: settingsOfArguments(given, steps),
    status: isOpen ? 'running' : epochs.length < steps ? 'paused' : 'done',
    created: changed,
    points: Float32Array.from(epochs.flatMap(({ loss = NaN, accuracy = NaN }, i) => [i + 1, loss, accuracy])),
    results: epochs.filter(({ valLoss }) => valLoss !== undefined),
    step: epochs.length,
    steps,
    classNames: [],
    pictures: 0,
    held: 0,
    name,
  };
}

/** What the page knows of a command's arguments. */
function settingsOfArguments(given: ListedRun['arguments'], epochs: number): TrainSettings {
  const word = (name: string): string => (typeof given[name] === 'string' ? given[name] : '');
  return {
    ...{ data: word('data'), model: word('model'), epochs, blocks: '', pictures: 0, held: 0, side: 0 },
    batch: typeof given.batch === 'number' ? given.batch : 0,
    ...{ optimizer: 'adam', rate: 0, course: 'steady', augment: 'none' },
  };
}
