/** Where the command line prints: data to standard output, everything else to standard error. */
export interface Output {
  /** A line of data. */
  data(line: string): void;
  /** A line of progress or advice. */
  progress(line: string): void;
  /** One JSON object, as the last line of standard output. */
  json(value: unknown): void;
  /** Text in bold, where the terminal shows it. */
  strong(text: string): string;
}

/** Output to this process's terminal or pipes. */
export function terminalOutput(): Output {
  const coloured = process.stderr.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
  return {
    data: (line) => void process.stdout.write(`${line}\n`),
    progress: (line) => void process.stderr.write(`${line}\n`),
    json: (value) => void process.stdout.write(`${JSON.stringify(value)}\n`),
    strong: (text) => (coloured ? `\u001b[1m${text}\u001b[22m` : text),
  };
}

/** Lines of columns, numbers to the right: `columns([['a', 1], ['bc', 20]])`. */
export function columns(rows: readonly (readonly (string | number)[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, String(cell).length)));
  return rows.map((row) =>
    row
      .map((cell, i) => (typeof cell === 'number' ? String(cell).padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd(),
  );
}
