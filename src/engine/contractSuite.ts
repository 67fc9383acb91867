import fc from 'fast-check';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Operator } from '../graph/index.js';
import * as operators from '../ops/allOperators.js';
import type { OperatorName } from '../ops/index.js';
import type { OperatorCases } from './cases/case.js';
import { operatorCases } from './cases/operatorCases.js';
import type { Engine } from './contract.js';
import { graphTests, holds } from './suite/graphs.js';
import { runOperator } from './suite/operatorRun.js';
import { programTests } from './suite/programs.js';
import type { ContractTest, ContractTests } from './suite/tests.js';
import { variableTests } from './suite/variables.js';

/** Drawn applications per operator, besides those that are always tried. */
const drawnRuns = 12;

/** Milliseconds that one test may take. */
const patience = 250_000;

/**
 * The contract of engines as tests: every engine runs them in a test file of its own.
 *
 * @param open opens the engine; called once, and again by tests that close theirs
 * @param skips reasons, by the name of an operator or of a test, for what an engine cannot do
 *
 * @example
 * describeEngine('reference', createReferenceEngine);
 */
export function describeEngine(
  name: string,
  open: () => Promise<Engine>,
  skips: Readonly<Record<string, string>> = {},
): void {
  describe(`the ${name} engine`, () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await open();
    });
    afterAll(() => engine.close());

    /** After a failure the next test gets a new engine: one broken kernel shall not fail everything behind it. */
    const attempt = async (body: ContractTest): Promise<void> => {
      let timer: NodeJS.Timeout | undefined;
      const tooLong = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`${name}: not done after ${patience / 1000} s`)), patience);
      });
      try {
        await Promise.race([body(engine, open), tooLong]);
      } catch (error) {
        // Not waited for: an engine that hangs may not close either.
        engine.close().catch(() => undefined);
        engine = await open();
        throw error;
      } finally {
        clearTimeout(timer);
      }
    };
    const declare = (title: string, body: ContractTest): void => {
      const reason = skips[title];
      if (reason) test.skip(`${title} (skipped: ${reason})`, () => undefined);
      else test(title, () => attempt(body), 2 * patience);
    };
    const declareAll = (group: string, tests: ContractTests): void => {
      describe(group, () => Object.entries(tests).forEach(([title, body]) => declare(title, body)));
    };

    declareAll('operators', operatorTests());
    declareAll('programs', programTests);
    declareAll('variables', variableTests);
    declareAll('graphs', graphTests);
  });
}

function operatorTests(): ContractTests {
  return Object.fromEntries(
    (Object.keys(operators) as OperatorName[]).map((name) => [
      name,
      operatorTest(operators[name] as Operator<unknown>, operatorCases[name] as OperatorCases<unknown>),
    ]),
  );
}

function operatorTest(operator: Operator<unknown>, cases: OperatorCases<unknown>): ContractTest {
  return async (engine) => {
    await holds(fc.tuple(cases.draw, fc.nat()), drawnRuns, ([drawn, seed]) =>
      runOperator(engine, operator, cases, drawn, seed, 2),
    );
    for (const [i, given] of (cases.always ?? []).entries()) await runOperator(engine, operator, cases, given, i, 1);
  };
}
