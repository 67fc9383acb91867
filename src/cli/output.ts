import { printable } from '../tensor/error.js';

/** Where the command line prints: data to standard output, everything else to standard error. */
export interface Output {
  /** A line of data. */
  data(line: string): void;
  /** A line of progress or advice. */
  progress(line: string): void;
  /** What a model's file does not say or is not followed in: a line of progress, and an entry of `notes` in the JSON object. */
  note(line: string): void;
  /** One JSON object, as the last line of standard output. */
  json(value: unknown): void;
  /** Text in bold, where the terminal shows it. */
  strong(text: string): string;
}

/** What a terminal shows bold: the only control characters of a line that are meant. */
const bold = { on: '\u001b[1m', off: '\u001b[22m' } as const;

/**
 * A line as it may be written, whatever names of classes, files and layers are in it: their control characters are written
 * out. Everything that commands print passes here.
 */
export function printableLine(text: string): string {
  return text
    .split(bold.on)
    .map((part) => part.split(bold.off).map(printable).join(bold.off))
    .join(bold.on);
}

/** Output to this process's terminal or pipes. */
export function terminalOutput(): Output {
  const notes = new Set<string>();
  const coloured = process.stderr.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
  return {
    data: (line) => void process.stdout.write(`${printable(line)}\n`),
    progress: (line) => void process.stderr.write(`${printableLine(line)}\n`),
    note: (line) => {
      if (notes.has(line)) return;
      notes.add(line);
      process.stderr.write(`${printableLine(line)}\n`);
    },
    json: (value) => {
      const told = notes.size ? { ...(value as object), notes: [...notes] } : value;
      process.stdout.write(`${printable(JSON.stringify(told))}\n`);
    },
    strong: (text) => (coloured ? `${bold.on}${text}${bold.off}` : text),
  };
}

/** A cell's text in one line: a name's line feeds and tabs are written out with its other control characters. */
const cellText = (cell: string | number): string =>
  printable(String(cell)).replaceAll('\n', '\\n').replaceAll('\t', '\\t');

/** What terminals give two places: East Asian letters of wide and full width, and pictures. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** What they give none by itself. */
const unseen = /^[\p{Mn}\p{Me}\u200b-\u200d\ufeff]+$/u;

/** How many places of a terminal a text takes. */
function terminalWidth(text: string, letters: Intl.Segmenter): number {
  let width = 0;
  for (const { segment } of letters.segment(text)) width += wide.test(segment) ? 2 : unseen.test(segment) ? 0 : 1;
  return width;
}

/** Lines of columns, numbers to the right: `columns([['a', 1], ['bc', 20]])`. */
export function columns(rows: readonly (readonly (string | number)[])[]): string[] {
  const letters = new Intl.Segmenter();
  const cells = rows.map((row) =>
    row.map((cell) => {
      const text = cellText(cell);
      return { text, width: terminalWidth(text, letters), isNumber: typeof cell === 'number' };
    }),
  );
  const widths: number[] = [];
  for (const row of cells) row.forEach(({ width }, i) => (widths[i] = Math.max(widths[i] ?? 0, width)));
  return cells.map((row) =>
    row
      .map(({ text, width, isNumber }, i) => {
        const room = ' '.repeat(widths[i] - width);
        return isNumber ? room + text : text + room;
      })
      .join('  ')
      .trimEnd(),
  );
}
