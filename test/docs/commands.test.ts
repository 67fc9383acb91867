import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { dataName } from '../../src/cli/dataArgument.js';
import { main } from '../../src/cli/main.js';
import { start as startStriate, striate } from '../end-to-end/striate.js';
import { codeBlocks, pages, root, type CodeBlock } from './codeBlocks.js';
import { inWorkplace, type Workplace } from './workplace.js';

/** A call of the command line in the documentation. */
interface Call {
  /** Where it is: `docs/formats.md:160`. */
  readonly place: string;
  readonly args: readonly string[];
  /** What the documentation says that it prints; undefined where it does not. */
  readonly printed: readonly string[] | undefined;
}

/** What stands for the command: `striate`, `npx striate`, or the file as it is called in a checkout. */
const start = /^(?:\$ )?(?:node bin\/striate\.js|npx striate|striate) (.*)$/;

function callsOf({ page, line, language, lines, notPrinted }: CodeBlock): Call[] {
  return lines.flatMap((text, i) => {
    const call = start.exec(text)?.[1];
    if (call === undefined) return [];
    const after = lines.slice(i + 1);
    const end = after.findIndex((next) => next.startsWith('$ '));
    const printed =
      language === 'console' && notPrinted === undefined ? after.slice(0, end < 0 ? undefined : end) : undefined;
    return [{ place: `${page}:${line + i}`, args: words(call), printed }];
  });
}

/** A line's words up to a comment or a pipe, as a shell splits them. */
function words(line: string): string[] {
  const found: string[] = [];
  for (const [word] of line.matchAll(/'[^']*'|"[^"]*"|\S+/g)) {
    if (/^(#|\||>|&&)/.test(word)) break;
    found.push(word.replace(/^['"]|['"]$/g, ''));
  }
  return found;
}

/** Calls between backticks, such as `npx striate summary vgg16`, but for those that leave something out. */
function inlineCalls(page: string): Call[] {
  return readFileSync(root + page, 'utf8')
    .split('\n')
    .flatMap((text, i) =>
      [...text.matchAll(/`npx striate ([^`…]+)`/g)].map(([, call]) => ({
        place: `${page}:${i + 1}`,
        args: words(call),
        printed: undefined,
      })),
    );
}

const blocks = pages.flatMap((page) => codeBlocks(page, ['sh', 'console']));
const everyCall = [...blocks.flatMap(callsOf), ...pages.flatMap(inlineCalls)];
const calls = blocks.filter(({ notRun }) => notRun === undefined).flatMap(callsOf);
/** Commands that go on until they are stopped. */
const serves = ({ args }: Call): boolean => args[0] === 'studio';
const title = (call: Call): [string, Call] => [`${call.place} striate ${call.args.join(' ')}`, call];

/** The command line's own definition, with actions that do nothing and folders of data that need not be there. */
async function parser(): Promise<Command> {
  const listeners = process.listeners('uncaughtException');
  const programs: Command[] = [];
  vi.spyOn(Command.prototype, 'parseAsync').mockImplementationOnce(async function (this: Command) {
    programs.push(this);
    return this;
  });
  await main(['node', 'striate']);
  vi.restoreAllMocks();
  for (const one of process.listeners('uncaughtException')) {
    if (!listeners.includes(one)) process.removeListener('uncaughtException', one);
  }
  const [program] = programs;
  for (const command of [program, ...program.commands.flatMap((one) => [one, ...one.commands])]) {
    command.configureOutput({ writeErr: () => undefined });
    if (command.commands.length === 0) command.action(() => undefined);
    // The reader's own folders are not here.
    for (const each of [...command.options, ...command.registeredArguments])
      if (each.parseArg === dataName) each.parseArg = undefined;
  }
  return program;
}

describe('every call of the command line in the documentation', () => {
  let program: Command;
  beforeAll(async () => void (program = await parser()));

  test.each(everyCall.map(title))('is understood: %s', async (_, { args }) => {
    await program.parseAsync(args, { from: 'user' });
  });

  test('has commands and options that exist, or is refused', async () => {
    await expect(program.parseAsync(['models', '--no-such-option'], { from: 'user' })).rejects.toThrow(
      'no-such-option',
    );
    await expect(program.parseAsync(['no-such-command'], { from: 'user' })).rejects.toThrow('no-such-command');
  });
});

describe('every call in a block', () => {
  let workplace: Workplace;
  beforeAll(async () => void (workplace = await inWorkplace()));
  afterAll(() => workplace.leave());

  test.each(calls.filter((call) => !serves(call)).map(title))('runs: %s', async (_, { args, printed = [] }) => {
    const { code, stdout, stderr } = await striate(args, workplace.env, workplace.folder);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain(printed.join('\n'));
  });

  test.each(calls.filter(serves).map(title))('serves until it is stopped: %s', async (_, { args }) => {
    // Nothing is opened, and several calls take a port each.
    const unseen = [...args, '--no-open', '--port', '0'];
    const running = startStriate(unseen, workplace.env, workplace.folder);
    await running.said('Ctrl-C ends it.');
    running.child.kill('SIGINT');
    expect((await running.finished).code).toBe(0);
  });
});
