import type { AnnotatedSplits } from '../data/annotated/annotatedFolder.node.js';
import type { AnnotatedSet } from '../data/annotated/annotatedSet.js';
import { partsOf } from './dataArgument.js';
import { columns, type Output } from './output.js';

/** What a part of an annotated set holds. */
interface Counted {
  readonly pictures: number;
  readonly empty: number;
  readonly things: readonly number[];
  readonly masks: number;
  readonly points: number;
}

function counted(set: AnnotatedSet): Counted {
  const things = set.classNames.map(() => 0);
  let [empty, masks, points] = [0, 0, 0];
  for (let i = 0; i < set.size; i++) {
    const own = set.annotations(i);
    if (own.length === 0) empty++;
    for (const { label, mask, points: skeleton = [] } of own) {
      things[label]++;
      if (mask) masks++;
      if (skeleton.some(([, , visibility]) => visibility > 0)) points++;
    }
  }
  return { pictures: set.size, empty, things, masks, points };
}

/** Prints how many things of each class an annotated set has, in each part, and what is wrong with its annotations. */
export function annotatedInfo(name: string, data: AnnotatedSplits, output: Output, json: boolean): void {
  const { train, format } = data;
  const counts = Object.fromEntries(Object.entries(partsOf(data)).map(([part, set]) => [part, counted(set)]));
  const { classNames, pointNames, problems } = train;
  if (json) {
    const classes = classNames.map((className, i) => ({
      name: className,
      ...Object.fromEntries(Object.entries(counts).map(([part, { things }]) => [part, things[i]])),
    }));
    const pictures = Object.fromEntries(Object.entries(counts).map(([part, own]) => [part, own.pictures]));
    output.json({ command: 'data info', data: name, format, pictures, classes, pointNames, problems });
    return;
  }
  const all = Object.values(counts);
  const sum = (of: 'pictures' | 'empty' | 'masks' | 'points'): number => all.reduce((total, own) => total + own[of], 0);
  output.data(
    `${train.name} (${format}): ${sum('pictures')} pictures, ${sum('empty')} of them without a thing; ` +
      `${sum('masks')} masks, ${sum('points')} things with points`,
  );
  const rows = classNames.map((className, i) => [className, ...all.map(({ things }) => things[i])]);
  for (const line of columns([['class', ...Object.keys(counts)], ...rows])) output.data(line);
  for (const line of train.problemLines) output.progress(line);
}
