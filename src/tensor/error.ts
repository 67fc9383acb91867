/**
 * What programs tell errors apart by, where they can go on by themselves: `openSizes`, the file leaves sizes open; `notFound`, a
 * picture does not show what is asked for.
 */
export type ErrorCode = 'openSizes' | 'notFound';

/** What an error that a user can mend is made of. */
export interface ErrorParts {
  /** The operator, layer, option or file that it is about: what the message begins with. */
  readonly where?: string | undefined;
  /** What must hold, or what is wrong. */
  readonly rule: string;
  /** What was there instead. */
  readonly received?: string | number | undefined;
  /** What to do about it. */
  readonly advice?: string | undefined;
  /** For programs, where one can mend it. */
  readonly code?: ErrorCode | undefined;
}

/** What a terminal would obey, a reader would not see or would see in another order; line feeds and tabs are text. */
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A text with its control characters written out (`\\u001b`), as names in files may have some. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * A mistake that the user can mend: it names the operator or file, the rule, what was received and what to do. The command
 * line prints the message alone, never a stack trace. Control characters in it are written out.
 *
 * @example
 * const error = new StriateError({ where: 'dense', rule: 'units must be a whole number from 1', received: 0 });
 * error.message; // dense: units must be a whole number from 1; received 0
 */
export class StriateError extends Error implements ErrorParts {
  override readonly name: string = 'StriateError';
  readonly where: string;
  readonly rule: string;
  readonly received: string | number | undefined;
  readonly advice: string | undefined;
  readonly code: ErrorCode | undefined;

  constructor(parts: ErrorParts, options?: ErrorOptions) {
    const { where = '', rule, received, advice, code } = parts;
    const said = [rule, received === undefined ? '' : `received ${received}`, advice].filter(Boolean).join('; ');
    super(printable(where ? `${where}: ${said}` : said), options);
    this.where = where;
    this.rule = rule;
    this.received = received;
    this.advice = advice;
    this.code = code;
  }

  /** The error's parts, which may be sent to another thread and thrown there as a `StriateError` again. */
  get parts(): ErrorParts {
    const { where, rule, received, advice, code } = this;
    return { where, rule, received, advice, code };
  }

  /** The same error in a wider place: «model.onnx: conv 'c1': …». The error itself where it is about that place already. */
  within(place: string): StriateError {
    if (this.where.startsWith(place)) return this;
    const where = this.where ? `${place}: ${this.where}` : place;
    return new StriateError({ ...this.parts, where }, { cause: this.cause ?? this });
  }

  /** The same error with more advice. */
  advising(advice: string): StriateError {
    const { parts } = this;
    const both = parts.advice === undefined ? advice : `${parts.advice}; ${advice}`;
    return new StriateError({ ...parts, advice: both }, { cause: this.cause ?? this });
  }
}

/** Why a graph was not compiled: an engine can hold only so much. */
export class EngineMemoryError extends StriateError {
  override readonly name = 'EngineMemoryError';
}
