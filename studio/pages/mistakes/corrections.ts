/** What was decided about a picture, by its place: its label is right, is another class, or the picture is left out. */
export type Decision =
  | { readonly index: number; readonly decision: 'right' | 'leave out' }
  | { readonly index: number; readonly decision: 'relabel'; readonly label: number };

/** Decisions in the order they were made, so that the last can be undone. */
export type Decisions = readonly Decision[];

/** The decision that holds for each picture: the last one. */
export function standing(decisions: Decisions): Map<number, Decision> {
  const last = new Map<number, Decision>();
  for (const one of decisions) {
    // Pictures stand in the order in which they were decided on last.
    last.delete(one.index);
    last.set(one.index, one);
  }
  return last;
}

/** How many pictures stand decided in each way. */
export function decisionCounts(decisions: Decisions): Readonly<Record<Decision['decision'], number>> {
  const counts = { right: 0, relabel: 0, 'leave out': 0 };
  for (const { decision } of standing(decisions).values()) counts[decision]++;
  return counts;
}

/** What the pictures that were decided on are called. */
export interface CorrectedPictures {
  readonly part: string;
  readonly classNames: readonly string[];
  readonly labels: ArrayLike<number>;
  /** The file of each picture, where they have some. */
  readonly files?: readonly string[] | undefined;
}

/** The difference file that `striate train --labels` takes: a line for each picture that was decided on. */
export function correctionsCsv(decisions: Decisions, pictures: CorrectedPictures): string {
  const { part, classNames, labels, files } = pictures;
  const lines = ['part,index,file,decision,label,was'];
  for (const one of standing(decisions).values()) {
    const label = one.decision === 'relabel' ? classNames[one.label] : '';
    const fields = [
      part,
      String(one.index),
      files?.[one.index] ?? '',
      one.decision,
      label,
      classNames[labels[one.index]],
    ];
    lines.push(fields.map(csvField).join(','));
  }
  return `${lines.join('\n')}\n`;
}

/** A field that holds commas, quotes or line ends stands in quotes. */
function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
