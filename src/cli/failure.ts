import { CommanderError } from 'commander';
import { isOutOfMemory, systemFailure } from '../platform/systemErrors.js';
import { printable } from '../tensor/error.js';
import { StriateError, type ErrorParts } from '../tensor/index.js';

/** Exit codes of every command. */
export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** A command that was called in a way it cannot be meant; ends with exit code 2. */
export class UsageError extends StriateError {
  override readonly name = 'UsageError';
}

/**
 * Prints what went wrong, in one line, and gives the exit code. Only mistakes of Striate's own show a stack trace, and
 * only with STRIATE_DEBUG=1.
 *
 * @param json prints an object as the last line of standard output; given with `--json`
 * @param usage what was said of a wrong call
 */
export function reportFailure(
  error: unknown,
  command: string,
  json?: (object: object) => void,
  usage?: string,
): number {
  if (error instanceof CommanderError) {
    // Help and version end here too, with code 0; commander has printed its line.
    if (error.exitCode === 0) return exitCodes.done;
    json?.(failureJson(command, exitCodes.usage, { where: '', rule: usage ?? usageText(error.message) }));
    return exitCodes.usage;
  }
  const label = command === '' ? 'striate' : `striate ${command}`;
  const debug = process.env.STRIATE_DEBUG === '1';
  const lines = describe(error, label);
  if (debug && error instanceof Error && error.stack !== undefined) lines.push(error.stack);
  process.stderr.write(`${printable(lines.join('\n'))}\n`);
  const code = error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  json?.(failureJson(command, code, understood(error) ?? { rule: oneLine(lines[0]) }));
  return code;
}

/** A failure as `--json` tells it. */
function failureJson(command: string, exitCode: number, { where, rule, received, advice }: ErrorParts): object {
  const error = { where: where ?? '', rule: oneLine(rule), received: received ?? null, advice: advice ?? null };
  return { command: command === '' ? null : command, error, exitCode };
}

/** Commander's message of a wrong call, without its label and in one line. */
export function usageText(message: string): string {
  return oneLine(
    message
      .trim()
      .replace(/^error: /, '')
      .replace(/\n\(Did you mean (.*?)\)/, ' (did you mean $1)')
      .replace(/\.$/, ''),
  );
}

/** An error that the user can mend, as the command line says it; undefined for mistakes of Striate's own. */
function understood(error: unknown): StriateError | undefined {
  if (error instanceof StriateError) return spelled(error);
  const system = error as NodeJS.ErrnoException;
  if (error instanceof Error && typeof system.syscall === 'string' && typeof system.code === 'string') {
    return systemFailure(system.path ?? system.syscall, error);
  }
  if (isOutOfMemory(error)) return systemFailure('memory', Object.assign(new Error(), { code: 'ENOMEM' }));
  return undefined;
}

/** How calls and options of the library that messages advise are written on the command line. */
const spellings: readonly (readonly [RegExp, (...found: string[]) => string])[] = [
  // Calls, where the message goes on with the commands.
  [/\b(?:open|read) [^;]*\b(?:openModel|import[A-Z]\w+|decodeNpy)\b[^;]*; (?=on the command line|striate )/g, () => ''],
  [/ and read its arrays with decodeNpy/g, () => '; striate run takes its arrays as --input'],
  [
    /\bread its weights with [^;]*, (--model \w+) on the command line/g,
    (_, option) => `name its architecture: ${option}`,
  ],
  [/\{ outputs: \[([^\]]*)\] \}/g, (_, names) => `--outputs ${names.replaceAll("'", '').replaceAll(', ', ',')}`],
  [/\{ batchAxis: false \}/g, () => '--no-batch-axis'],
  [/batchAxis: false/g, () => '--no-batch-axis'],
  [/\{ inputShape: \[[^\]]*\] \}/g, () => '--input HEIGHTxWIDTHxCHANNELS'],
];

/** The same error with the options that it advises as the command line has them. */
function spelled({ parts, cause }: StriateError): StriateError {
  const spell = (text: string): string =>
    spellings.reduce((said, [pattern, written]) => said.replace(pattern, written), text);
  const { advice, rule } = parts;
  return new StriateError({ ...parts, rule: spell(rule), advice: advice && spell(advice) }, { cause });
}

function describe(error: unknown, label: string): string[] {
  const own = understood(error);
  if (own) return [`${label}: ${oneLine(own.message)}`];
  const message = error instanceof Error ? error.message : String(error);
  return [
    `${label}: sorry, this is a mistake in Striate: ${oneLine(message)}`,
    'Please report it with the command you used and what STRIATE_DEBUG=1 adds to this message.',
  ];
}

function oneLine(message: string): string {
  return message.replace(/\s*\n\s*/g, ' ');
}
