import { readFile } from 'node:fs/promises';
import { correctedSet, type LabelChanges } from '../../data/correctedSet.js';
import type { DataSet, DataSplits } from '../../data/dataSet.js';
import { reasonOf } from '../../platform/systemErrors.js';
import { formatCount } from '../../platform/textTable.js';
import { StriateError } from '../../tensor/index.js';
import { nameAdvice } from '../../tensor/spellings.js';
import { pictureFilesOf } from '../dataArgument.js';
import type { Output } from '../output.js';
import { partNames, readLabelTable, type LabelLine } from './labelTable.js';

/** A part of the data with what is to be changed in it. */
interface Part {
  readonly set: DataSet;
  readonly changes: { readonly labels: Map<number, number>; readonly left: Set<number> };
}

/** A picture of a part. */
interface Found {
  readonly part: Part;
  readonly index: number;
}

/**
 * The data with the labels that a table gives, without the pictures that it leaves out, and tells how many there are: in all
 * parts, as a wrong label is wrong wherever it is looked at.
 *
 * @throws StriateError where the table names a picture or a class that the data has not, or was made for other data.
 */
export async function correctLabels(data: DataSplits, path: string, output: Output): Promise<DataSplits> {
  const where = `--labels ${path}`;
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new StriateError({ where, rule: `the file cannot be read: ${reasonOf(error)}` });
  });
  const lines = readLabelTable(text, where);
  // What is validation and test at once stays so.
  const parts = new Map<DataSet, Part>();
  for (const name of partNames) {
    const set = data[name];
    if (set && !parts.has(set)) parts.set(set, { set, changes: { labels: new Map(), left: new Set() } });
  }
  const byFile = lines.some(({ file }) => file !== undefined) ? filesOf([...parts.values()]) : new Map<string, never>();
  const { classNames } = data.train;
  const seen = new Map<Part, Set<number>>();
  const counts = { relabel: 0, 'leave out': 0, right: 0 };
  for (const line of lines) {
    const at = `${where}, line ${line.line}`;
    const { part, index } = placeOf(line, data, parts, byFile, at);
    const before = seen.get(part) ?? new Set<number>();
    if (before.has(index)) throw new StriateError({ where: at, rule: 'this picture stands in the table twice' });
    seen.set(part, before.add(index));
    await expectLabel(line, part.set, index, at);
    counts[line.decision]++;
    if (line.decision === 'leave out') part.changes.left.add(index);
    if (line.decision !== 'relabel') continue;
    const label = classNames.indexOf(line.label!);
    if (label === -1) {
      const advice = nameAdvice(line.label!, classNames);
      throw new StriateError({ where: at, rule: `the data has no class '${line.label}'`, advice });
    }
    part.changes.labels.set(index, label);
  }
  for (const { set, changes } of parts.values()) {
    if (set.size > 0 && changes.left.size === set.size) {
      throw new StriateError({ where, rule: `leaves no picture of ${set === data.train ? 'the training' : 'a'} part` });
    }
  }
  output.progress(
    `Labels of ${path}: ${formatCount(counts.relabel)} changed, ${formatCount(counts['leave out'])} left out, ` +
      `${formatCount(counts.right)} right as they are.`,
  );
  const corrected = new Map([...parts].map(([set, { changes }]) => [set, changed(set, changes)]));
  const { train, validation, test } = data;
  return {
    train: corrected.get(train)!,
    ...(validation && { validation: corrected.get(validation)! }),
    test: corrected.get(test)!,
  };
}

const changed = (set: DataSet, changes: LabelChanges): DataSet =>
  changes.labels.size + changes.left.size === 0 ? set : correctedSet(set, changes);

/** All pictures by the names of their files without folders. */
function filesOf(parts: readonly Part[]): Map<string, (Found & { readonly path: string })[]> {
  const all = new Map<string, (Found & { readonly path: string })[]>();
  for (const part of parts) {
    const files = pictureFilesOf(part.set);
    for (let index = 0; files && index < files.size; index++) {
      const path = slashed(files.path(index));
      const name = path.slice(path.lastIndexOf('/') + 1);
      const same = all.get(name);
      if (same) same.push({ part, index, path });
      else all.set(name, [{ part, index, path }]);
    }
  }
  return all;
}

const slashed = (path: string): string => path.replaceAll('\\', '/').replace(/^(\.?\/)+/, '');

/** The picture of a line: by its file, of which either side may know more folders above, or by its part and place. */
function placeOf(
  { file, place }: LabelLine,
  data: DataSplits,
  parts: ReadonlyMap<DataSet, Part>,
  byFile: ReadonlyMap<string, readonly (Found & { readonly path: string })[]>,
  where: string,
): Found {
  if (file !== undefined) {
    const asked = slashed(file);
    const named = byFile.get(asked.slice(asked.lastIndexOf('/') + 1)) ?? [];
    const exact = named.filter(({ path }) => path === asked);
    const fits = exact.length > 0 ? exact : named.filter(({ path }) => ends(path, asked) || ends(asked, path));
    if (fits.length === 1) return fits[0];
    throw new StriateError({
      where,
      rule: fits.length === 0 ? `the data has no file '${file}'` : `several files of the data end in '${file}'`,
      advice:
        fits.length === 0
          ? 'paths are those inside the data’s folder, such as cats/1.jpg'
          : `name one of them with its folders: ${fits[0].path}, ${fits[1].path}`,
    });
  }
  const { part: name, index } = place!;
  const part = data[name] && parts.get(data[name]);
  if (part && index < part.set.size) return { part, index };
  throw new StriateError({
    where,
    rule: part ? `the part ${name} has pictures 0 to ${part.set.size - 1}` : `the data has no part ${name}`,
    received: part && index,
  });
}

const ends = (path: string, end: string): boolean => path.endsWith(`/${end}`);

/** Refuses a table that was made for other data: what it saw as the label must be the label. */
async function expectLabel({ was }: LabelLine, set: DataSet, index: number, where: string): Promise<void> {
  if (was === undefined) return;
  const label = set.label ? set.label(index) : await readLabel(set, index);
  if (set.classNames[label] === was) return;
  throw new StriateError({
    where,
    rule: `the picture's label is ${set.classNames[label]}, not ${was} as the table has it under 'was'`,
    advice: 'the table belongs to other data',
  });
}

async function readLabel(set: DataSet, index: number): Promise<number> {
  const label = new Int32Array(1);
  await set.fill([index], new Float32Array(set.inputShape.reduce((a, b) => a * b, 1)), label);
  return label[0];
}
