import type { Output } from '../src/cli/output.js';

/** What a command printed. */
export interface Printed {
  readonly data: string[];
  readonly progress: string[];
  readonly notes: string[];
  json: unknown;
}

/** An output that keeps what a command prints. */
export function printedOutput(): { readonly output: Output; readonly printed: Printed } {
  const printed: Printed = { data: [], progress: [], notes: [], json: undefined };
  const output: Output = {
    data: (line) => void printed.data.push(line),
    progress: (line) => void printed.progress.push(line),
    note: (line) => void printed.notes.push(line),
    json: (value) => void (printed.json = value),
    strong: (text) => text,
  };
  return { output, printed };
}
