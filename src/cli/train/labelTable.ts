import { StriateError } from '../../tensor/index.js';
import { nameAdvice } from '../../tensor/spellings.js';

/** What was decided about a picture: its label is right, is another, or the picture is left out. */
export const decisions = ['right', 'relabel', 'leave out'] as const;

/** A part of a data set, as tables name it. */
export const partNames = ['train', 'validation', 'test'] as const;

/** A line of a table of labels. */
export interface LabelLine {
  /** As editors count lines, from 1. */
  readonly line: number;
  /** The picture's file; undefined where it has none. */
  readonly file: string | undefined;
  /** The picture's part and place in it; undefined where the file says which it is. */
  readonly place: { readonly part: (typeof partNames)[number]; readonly index: number } | undefined;
  readonly decision: (typeof decisions)[number];
  /** The name of the class that is right: of a picture that is relabelled. */
  readonly label: string | undefined;
  /** The name of the class that the table's author saw; undefined: not told. */
  readonly was: string | undefined;
}

const columns = ['part', 'index', 'file', 'decision', 'label', 'was'] as const;
type Column = (typeof columns)[number];

/**
 * Reads a table of labels, a line for each picture: `part,index,file,decision,label,was` in any order, of which `decision` and
 * `file`, or `part` and `index`, must be there. Fields with commas stand in quotes.
 *
 * @param where what messages call the file
 * @throws StriateError for columns, decisions or places that there are not, with the line.
 */
export function readLabelTable(text: string, where: string): LabelLine[] {
  const [head, ...rows] = csvRows(text.replace(/^\uFEFF/, ''), where);
  const names = (head?.fields ?? []).map((name) => name.trim().toLowerCase());
  for (const name of names) {
    if ((columns as readonly string[]).includes(name)) continue;
    throw new StriateError({ where, rule: `there is no column '${name}'`, advice: nameAdvice(name, columns) });
  }
  const has = (name: Column): boolean => names.includes(name);
  if (!has('decision') || !(has('file') || (has('part') && has('index')))) {
    throw new StriateError({
      where,
      rule: 'the first line must name the columns: decision, and file or part and index',
      received: names.join(',') || 'nothing',
      advice: 'the studio’s page Mistakes writes such a table',
    });
  }
  return rows.map(({ line, fields }) => {
    const at = `${where}, line ${line}`;
    const value = (name: Column): string | undefined => fields[names.indexOf(name)]?.trim() || undefined;
    const decision = decisions.find((one) => one === value('decision'));
    if (!decision) {
      const received = value('decision') ?? 'nothing';
      throw new StriateError({ where: at, rule: `decision is one of ${decisions.join(', ')}`, received });
    }
    const [file, part, index, label] = [value('file'), value('part'), value('index'), value('label')];
    if (decision === 'relabel' && label === undefined) {
      throw new StriateError({ where: at, rule: 'a picture that is relabelled needs a label, the name of a class' });
    }
    if (file !== undefined) return { line, file, place: undefined, decision, label, was: value('was') };
    const known = partNames.find((one) => one === part);
    if (!known || index === undefined || !/^\d{1,10}$/.test(index)) {
      throw new StriateError({
        where: at,
        rule: `names no picture: a file, or a part (${partNames.join(', ')}) and an index from 0`,
        received: `${part ?? 'no part'}, ${index ?? 'no index'}`,
      });
    }
    return { line, file, place: { part: known, index: Number(index) }, decision, label, was: value('was') };
  });
}

/** The rows of a table that have anything in them, with the lines they begin on. */
function csvRows(text: string, where: string): { readonly line: number; readonly fields: string[] }[] {
  const rows: { line: number; fields: string[] }[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|\r|$)/y;
  let row = { line: 1, fields: [] as string[] };
  let line = 1;
  while (field.lastIndex < text.length) {
    const found = field.exec(text);
    if (!found)
      throw new StriateError({ where: `${where}, line ${line}`, rule: 'a quote is not closed, or not doubled' });
    const [whole, quoted, plain, end] = found;
    row.fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    line += whole.split(/\r\n|\r|\n/).length - 1;
    if (end === ',') {
      // Behind a comma at the very end there is one more field, which is empty.
      if (field.lastIndex < text.length) continue;
      row.fields.push('');
    }
    if (row.fields.some((one) => one.trim() !== '')) rows.push(row);
    row = { line, fields: [] };
  }
  return rows;
}
