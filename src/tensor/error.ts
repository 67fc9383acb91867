/**
 * A mistake that the user can mend: its message names the operator or file, the rule, what was received and what to do.
 * The command line prints the message alone, never a stack trace.
 */
export class StriateError extends Error {
  override readonly name: string = 'StriateError';
}
