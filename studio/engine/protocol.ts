import type { Engine, ErrorParts } from 'striate';
import type { Language } from '../language/language.js';

/** How far a task is: `done` of `total`, and at what. */
export interface Progress {
  readonly done: number;
  /** Undefined where nobody knows how much there is. */
  readonly total?: number;
  readonly what?: string;
}

/** What the engine's worker is asked. */
export type Question =
  | {
      readonly kind: 'run';
      readonly id: number;
      readonly page: string;
      readonly task: string;
      readonly input: unknown;
      /** What errors and progress are told in. */
      readonly language: Language;
    }
  | { readonly kind: 'cancel'; readonly id: number };

/** What the status line shows of the engine. */
export interface EngineStatus {
  readonly name: string;
  readonly threads: number;
  readonly simd: string;
  /** Bytes that the engine holds. */
  readonly memory: number;
}

/** What it answers. Values that stream, as in a training, are `news`. */
export type Answer =
  | { readonly kind: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly kind: 'news'; readonly id: number; readonly value: unknown }
  | {
      readonly kind: 'result';
      readonly id: number;
      readonly value: unknown;
      readonly milliseconds: number;
      readonly status: EngineStatus;
    }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: Failure };

/** What went wrong: an error that the user can mend, one of the program's own, or a task that was called off. */
export type Failure =
  | { readonly kind: 'striate'; readonly parts: ErrorParts }
  | { readonly kind: 'mistake'; readonly message: string }
  | { readonly kind: 'cancelled' };

/** What a task is given beside its input. */
export interface TaskContext {
  /** The worker's one engine, which models are to use: `model.useEngine({ engine })`. */
  readonly engine: Engine;
  /** Aborted when the page no longer wants the result. */
  readonly signal: AbortSignal;
  /** Tells how far it is. */
  progress(progress: Progress): void;
  /** Tells something on the way. */
  news(value: unknown): void;
}

/**
 * What a page has computed: functions from an input to a result, both of which structured cloning can carry. They run in the
 * worker, and are loaded there by the page's name.
 */
export type Tasks = Readonly<Record<string, (input: never, context: TaskContext) => unknown>>;
