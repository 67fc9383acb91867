import { CommanderError } from 'commander';
import { isOutOfMemory, systemFailure } from '../platform/systemErrors.js';
import { printable } from '../tensor/error.js';
import { StriateError } from '../tensor/index.js';

/** Exit codes of every command. */
export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** A command that was called in a way it cannot be meant; ends with exit code 2. */
export class UsageError extends StriateError {
  override readonly name = 'UsageError';
}

/**
 * Prints what went wrong, in one line, and gives the exit code. Only mistakes of Striate's own show a stack trace, and
 * only with STRIATE_DEBUG=1.
 */
export function reportFailure(error: unknown, command: string): number {
  if (error instanceof CommanderError) {
    // Help and version end here too, with code 0; commander has printed its line.
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  }
  const label = command === '' ? 'striate' : `striate ${command}`;
  const debug = process.env.STRIATE_DEBUG === '1';
  const lines = describe(error, label);
  if (debug && error instanceof Error && error.stack !== undefined) lines.push(error.stack);
  process.stderr.write(`${printable(lines.join('\n'))}\n`);
  return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
}

function describe(error: unknown, label: string): string[] {
  if (error instanceof StriateError) return [`${label}: ${oneLine(error.message)}`];
  const system = error as NodeJS.ErrnoException;
  if (error instanceof Error && typeof system.syscall === 'string' && typeof system.code === 'string') {
    return [`${label}: ${systemFailure(system.path ?? system.syscall, error).message}`];
  }
  if (isOutOfMemory(error))
    return [`${label}: ${systemFailure('memory', Object.assign(new Error(), { code: 'ENOMEM' })).message}`];
  const message = error instanceof Error ? error.message : String(error);
  return [
    `${label}: sorry, this is a mistake in Striate: ${oneLine(message)}`,
    'Please report it with the command you used and what STRIATE_DEBUG=1 adds to this message.',
  ];
}

function oneLine(message: string): string {
  return message.replace(/\s*\n\s*/g, ' ');
}
