import type { Language } from '../language/language.js';

/** What a step says, in each language written for itself. */
export interface StepText {
  /** One sentence, two at most, in plain words. */
  readonly say: string;
  /** One thing to do. */
  readonly try: string;
  /** One level deeper, for who wants it. */
  readonly why: string;
}

/** A step of the tour: a state of a page with a sentence. */
export interface TourStep {
  /** Where it stands: the number of its part of the textbook, and its place in it (`1.2` is the second of S1). */
  readonly order: number;
  /** What follows the question mark of the page's address. */
  readonly query: string;
  readonly text: Readonly<Record<Language, StepText>>;
}

/** A step and the page that it is a state of. */
export interface PlacedStep extends TourStep {
  readonly page: string;
}

/** The steps of all pages (`pages/NAME/tour.ts`), in order; `#/tour/1` is the first. */
export function tourSteps(): readonly PlacedStep[] {
  return (steps ??= Object.entries(modules)
    .flatMap(([path, own]) => own.steps.map((step) => ({ ...step, page: path.split('/')[2] })))
    .sort((a, b) => a.order - b.order));
}

const modules = import.meta.glob<{ readonly steps: readonly TourStep[] }>('../pages/*/tour.ts', { eager: true });
let steps: readonly PlacedStep[] | undefined;
