import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** A block of code between fences in a page of the documentation. */
export interface CodeBlock {
  /** The page's path in the repository. */
  readonly page: string;
  /** The number of its first line of code, from 1. */
  readonly line: number;
  readonly language: string;
  readonly lines: readonly string[];
  /** Whether it goes on with the names of the block before: `<!-- continues -->` stands above it. */
  readonly continues: boolean;
  /** Why it is compiled but not run: from `<!-- run: no, WHY -->` above it. */
  readonly notRun: string | undefined;
  /** Why what it prints is not compared: from `<!-- prints: no, WHY -->` above it. */
  readonly notPrinted: string | undefined;
}

/** The pages whose code is tested: the README in each language, and the guides. */
export const pages: readonly string[] = [
  ...readdirSync(root).filter((file) => /^README.*\.md$/.test(file)),
  ...readdirSync(`${root}docs`).flatMap((file) => (file.endsWith('.md') ? [`docs/${file}`] : [])),
];

/** The blocks of a page in these languages, in order. */
export function codeBlocks(page: string, languages: readonly string[]): CodeBlock[] {
  const lines = readFileSync(root + page, 'utf8').split('\n');
  const blocks: CodeBlock[] = [];
  for (let start = 0; start < lines.length; start++) {
    const fence = /^\s*```(\S*)/.exec(lines[start]);
    if (!fence) continue;
    const end = lines.findIndex((line, at) => at > start && line.trim() === '```');
    const notes = notesAbove(lines, start);
    blocks.push({
      page,
      line: start + 2,
      language: fence[1],
      lines: lines.slice(start + 1, end),
      continues: notes.includes('continues'),
      notRun: reason(notes, 'run'),
      notPrinted: reason(notes, 'prints'),
    });
    start = end;
  }
  return blocks.filter(({ language }) => languages.includes(language));
}

/** Why something is not done with a block: WHY of the note `WHAT: no, WHY`. */
function reason(notes: readonly string[], what: string): string | undefined {
  return notes.find((note) => note.startsWith(`${what}: no, `))?.slice(what.length + ': no, '.length);
}

/** What the HTML comments directly above a line say. */
function notesAbove(lines: readonly string[], line: number): string[] {
  const notes: string[] = [];
  for (let at = line - 1; at >= 0; at--) {
    const note = /^<!-- (.+) -->$/.exec(lines[at]);
    if (note) notes.push(note[1]);
    else if (lines[at] !== '') break;
  }
  return notes;
}

/** Blocks that make one program: one with its imports, and those that continue it. */
export interface Program {
  /** As people find it: `docs/training.md:12`. */
  readonly name: string;
  readonly page: string;
  /** The page's lines with everything but the program blank, so that a line of it has the page's number. */
  readonly text: string;
  readonly notRun: string | undefined;
}

/** The TypeScript of a page. */
export function programs(page: string): Program[] {
  const groups: CodeBlock[][] = [];
  for (const block of codeBlocks(page, ['ts'])) {
    if (block.continues && groups.length > 0) groups.at(-1)!.push(block);
    else groups.push([block]);
  }
  return groups.map((blocks) => {
    const text: string[] = [];
    for (const { line, lines } of blocks) lines.forEach((code, i) => (text[line - 1 + i] = code));
    return {
      name: `${page}:${blocks[0].line}`,
      page,
      text: Array.from(text, (code: string | undefined) => code ?? '').join('\n'),
      notRun: blocks.map((block) => block.notRun).find((why) => why !== undefined),
    };
  });
}
