import { join } from 'node:path';
import { expect, it } from 'vitest';
import { digits, loadMnist, report, zoo } from '../../src/index.node.js';
import { drawArchitecture } from '../../src/explain/index.js';

const milliseconds = async (work: () => unknown): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

it('digits are drawn by thousands a second', async () => {
  // 12,000 to 24,000 a second on one core; the bound leaves room for a busy machine.
  expect(await milliseconds(() => digits({ seed: 5, train: 2000, test: 1 }))).toBeLessThan(1000);
});

it('densenet201 is drawn within a second', async () => {
  const made = zoo.create('densenet201');
  expect(await milliseconds(() => drawArchitecture(made))).toBeLessThan(1000);
});

it('confusions of ten thousand classes are drawn within a second', async () => {
  const classes = 10_000;
  const labels = Int32Array.from({ length: 10 * classes }, (_, i) => i % classes);
  const predictions = labels.map((label, i) => (i % 5 === 0 ? (label + (i % 97)) % classes : label));
  const names = Array.from({ length: classes }, (_, i) => `class ${i}`);
  await report.drawChart(report.confusionSpec([[1]], ['a'])); // Loads the drawing library.
  const draw = (): Promise<string> =>
    report.drawChart(report.confusionSpec(report.ConfusionCounts.count(labels, predictions, classes), names));
  expect(await milliseconds(draw)).toBeLessThan(1000);
});

const data = process.env.STRIATE_DATA;
it.skipIf(data === undefined)('MNIST is loaded in seconds (skipped where STRIATE_DATA is not set)', async () => {
  // A tenth of a second; a loaded machine may need longer.
  expect(await milliseconds(() => loadMnist(join(data ?? '', 'mnist')))).toBeLessThan(3000);
});
