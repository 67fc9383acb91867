import type { ListedRun } from '../../../src/studio/api.js';

/** What the difference file is called. */
export const labelsFile = 'labels.csv';

/** What a run was called with, as `run.json` has it, and what is usual of it. */
const options = {
  weights: ['--weights', undefined],
  preprocessing: ['--preprocessing', undefined],
  epochs: ['--epochs', 0],
  fineTune: ['--fine-tune', undefined],
  lr: ['--lr', undefined],
  augment: ['--augment', 'none'],
  freeze: ['--freeze', 'none'],
  seed: ['--seed', 1],
} as const;

/** The call that trains again with the labels as they were corrected. */
export function trainCommand(of: {
  /** The run that was looked at. */
  readonly run?: Pick<ListedRun, 'arguments'> | undefined;
  /** Where there is no run: what the data are called, and the model's file. */
  readonly data: string;
  readonly model?: string | undefined;
}): string {
  const given = of.run?.arguments ?? {};
  const words = ['striate', 'train', '--data', textOf(given.data) ?? of.data];
  words.push('--model', textOf(given.model) ?? of.model ?? 'mnist_cnn');
  for (const [name, [option, usual]] of Object.entries(options)) {
    const value = textOf(given[name]);
    // Of a classifier that was solved, the layers before it are frozen in any case.
    if (value === undefined || value === String(usual) || (name === 'freeze' && given.head === 'solved')) continue;
    words.push(option, value);
  }
  return [...words, '--labels', labelsFile].map(quoted).join(' ');
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;

/** A word as a shell takes it. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
