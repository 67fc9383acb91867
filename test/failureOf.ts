import { vi } from 'vitest';
import { reportFailure } from '../src/cli/failure.js';

/** What `--json` tells of a failed piece of work, and what is printed. */
interface Failure {
  readonly error: Readonly<Record<'where' | 'rule' | 'received' | 'advice', string | null>>;
  readonly printed: string;
}

/** How the command line tells that a piece of work failed. */
export async function failureOf(work: Promise<unknown>, command = 'run'): Promise<Failure> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  let printed = '';
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  let told: object = {};
  try {
    reportFailure(error, command, (object) => (told = object));
  } finally {
    write.mockRestore();
  }
  return { ...(told as Pick<Failure, 'error'>), printed };
}
