import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import config from '../vitest.config.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const suite = config.test?.testTimeout ?? 0;

/** What takes a time limit as its last argument. */
const takers = new Set(['it', 'test', 'describe', 'beforeAll', 'afterAll', 'beforeEach', 'afterEach']);

/** The name that a call begins with: `it` of `it.skipIf(…).each(…)(…)`. */
function calledBy(node: ts.Node): string {
  if (ts.isIdentifier(node)) return node.text;
  return ts.isCallExpression(node) || ts.isPropertyAccessExpression(node) ? calledBy(node.expression) : '';
}

const numberIn = (node: ts.Node): number =>
  ts.isNumericLiteral(node) ? Number(node.getText().replaceAll('_', '')) : NaN;

/** Time limits in milliseconds that a test file sets, with their lines. */
function limitsIn(text: string): readonly { readonly line: number; readonly limit: number }[] {
  const file = ts.createSourceFile('x.test.ts', text, ts.ScriptTarget.Latest, true);
  const limits: { line: number; limit: number }[] = [];
  const note = (node: ts.Node, limit: number): void => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    // 0 is none.
    if (limit > 0) limits.push({ line: line + 1, limit });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'timeout') note(node, numberIn(node.initializer));
    if (ts.isCallExpression(node) && node.arguments.length > 1 && takers.has(calledBy(node.expression))) {
      const last = node.arguments[node.arguments.length - 1];
      const before = node.arguments[node.arguments.length - 2];
      if (ts.isArrowFunction(before)) note(last, numberIn(last));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return limits;
}

describe('a time limit of a test', () => {
  it('is found wherever it is written', () => {
    const text =
      "it('a', () => {}, 5_000);\nit.each([1])('b', { timeout: 7 }, () => {});\nbeforeAll(async () => {}, 9);\nf(1, 2);";
    expect(limitsIn(text)).toEqual([
      { line: 1, limit: 5000 },
      { line: 2, limit: 7 },
      { line: 3, limit: 9 },
    ]);
  });

  it("is not below the suite's: what is fast on an idle machine takes minutes on a busy one", () => {
    const files = ['src', 'studio', 'test'].flatMap((folder) =>
      readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.test.ts'))
        .map((name) => `${folder}/${name}`),
    );
    expect(files.length).toBeGreaterThan(200);
    const short = files.flatMap((name) =>
      limitsIn(readFileSync(`${root}${name}`, 'utf8'))
        .filter(({ limit }) => limit < suite)
        .map(({ line, limit }) => `${name}:${line}: ${limit} ms`),
    );
    expect(short).toEqual([]);
  });

  it("is the suite's where something is asked for again and again, too", () => {
    expect(config.test?.expect?.poll?.timeout).toBe(suite);
  });
});
