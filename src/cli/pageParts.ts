import type { DataSet } from '../data/dataSet.js';
import type { Model } from '../models/index.js';
import { reasonOf } from '../platform/systemErrors.js';
import type { Inside, TestResult } from '../report/index.js';
import { testedMap } from './projectedData.js';
import { StriateError } from '../tensor/index.js';

/** What the page of a run or an evaluation shows beside numbers. */
export interface PageParts {
  /** The result with what the model saw where it was wrong, and in two dimensions what it sees in all pictures. */
  readonly test: TestResult;
  /** What the model has inside; undefined where it cannot be shown. */
  readonly inside?: Inside;
}

/**
 * Looks into a model that was tested, for its page. The work is done and its results are known: what cannot be shown is said on the
 * page, and nothing more.
 *
 * @param data the pictures that it was tested on, labels as the model numbers its classes
 */
export async function pageParts(
  model: Model,
  data: DataSet,
  test: TestResult,
  signal?: AbortSignal,
): Promise<PageParts> {
  const { name } = await model.describeEngine();
  if (name === 'reference') return { test: { ...test, unexplained: tooSlow } };
  const [{ explainMistakes }, { lookInside }] = await Promise.all([
    import('../report/explainMistakes.js'),
    import('../report/lookInside.js'),
  ]);
  const options = signal ? { signal } : {};
  const projection = await testedMap(model, data, signal);
  const seen = { ...test, ...(projection && { projection }) };
  // What fails takes nothing else with it.
  const problems: string[] = [];
  const attempt = async <Found>(what: string, find: () => Promise<Found>): Promise<Found | undefined> =>
    find().catch((error: unknown) => {
      problems.push(`${what} cannot be shown: ${reason(error)}`);
      return undefined;
    });
  const mistakes = await attempt('Why', () => explainMistakes(model, data, test.mistakes, options));
  const inside = await attempt('What is inside', () => lookInside(model, data, options));
  return {
    test: { ...seen, ...(mistakes && { mistakes }), ...(problems.length > 0 && { unexplained: problems.join(' ') }) },
    inside,
  };
}

const tooSlow = 'Why is not shown: the reference engine would take minutes.';

const reason = (error: unknown): string => (error instanceof StriateError ? error.message : reasonOf(error));
