import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { operatorCases } from '../../cases/operatorCases.js';
import type { CaseTable } from '../../cases/case.js';
import type { Lowerings } from '../lowering.js';
import { kernelNames } from '../work.js';
import * as lowerings from './index.js';

test('an operator without a lowering, or without cases in the contract suite, does not compile', () => {
  const { relu: _lowering, ...others } = lowerings;
  // @ts-expect-error -- relu is missing
  expect(others satisfies Lowerings).not.toHaveProperty('relu');
  const { relu: _cases, ...rest } = operatorCases;
  // @ts-expect-error -- relu is missing
  expect(rest satisfies CaseTable).not.toHaveProperty('relu');
});

const folder = import.meta.dirname;

/** Every string that stands where a kernel's name is expected, found by the type checker. */
function namesInUse(): Set<string> {
  const files = readdirSync(folder)
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => join(folder, file))
    .concat(join(folder, '..', 'lowerGraph.ts'));
  const options = { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023, strict: true, types: [] };
  const program = ts.createProgram(files, options);
  const checker = program.getTypeChecker();
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) && checker.getContextualType(node)?.aliasSymbol?.name === 'KernelName') {
      found.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  for (const file of files) visit(program.getSourceFile(file)!);
  return found;
}

test('every kernel that a lowering names is in the module', async () => {
  const used = namesInUse();
  expect(used.size).toBeGreaterThan(80);
  expect(used).toContain('relu');
  const dist = join(folder, '..', '..', '..', '..', 'dist', 'engine', 'wasm');
  const module = await WebAssembly.compile(readFileSync(join(dist, 'kernels-plain.wasm')));
  const exported = new Set(kernelNames(module));
  expect([...used].filter((name) => !exported.has(name))).toEqual([]);
});
