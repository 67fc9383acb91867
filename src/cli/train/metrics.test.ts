import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { printedOutput } from '../../../test/printed.js';
import { trainCommand } from './train.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'striate-metrics-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));
afterEach(() => {
  process.exitCode = undefined;
});

async function train(...args: string[]): Promise<{ json: Record<string, never>; lines: string }> {
  const { output, printed } = printedOutput();
  const command = trainCommand(output).exitOverride();
  command.configureOutput({ writeErr: () => undefined });
  await command.parseAsync([...args, '--json'], { from: 'user' });
  return { json: printed.json as Record<string, never>, lines: printed.progress.join('\n') };
}

const small = ['--data', 'xo', '--model', 'mnist_dense', '--threads', '1', '--batch', '500', '--epochs', '1'];

describe('--metrics', () => {
  it('are in the results, the page and the object, and a resumed run keeps them', async () => {
    const out = join(root, 'run');
    const { json, lines } = await train(...small, '--metrics', 'precision,Recall, f1_score,auc', '--out', out);
    const measured = ['precision', 'recall', 'f1Score', 'auc'];
    const [epoch] = json.epochs as readonly Record<string, number>[];
    const test = json.test as Record<string, number>;
    for (const name of measured) {
      expect(epoch[name], name).toBeGreaterThan(0);
      expect(test[name], name).toBeGreaterThan(0);
      expect(lines).toContain(`, ${name} ${test[name].toFixed(4)}`);
    }
    const [header, first] = (await readFile(join(out, 'results.csv'), 'utf8'))
      .split('\n')
      .map((line) => line.split(','));
    const besides = [...measured, 'valPrecision', 'valRecall', 'valF1Score', 'valAuc'];
    expect(header).toEqual(['epoch', 'loss', 'accuracy', 'valLoss', 'valAccuracy', 'seconds', ...besides]);
    expect(Number(first[header.indexOf('auc')])).toBe(epoch.auc);
    const page = await readFile(join(out, 'index.html'), 'utf8');
    for (const text of ['Test precision', '>recall<', '>validation f1Score<', test.auc.toFixed(4)])
      expect(page).toContain(text);
    await expect(train('--resume', out, '--metrics', 'auc')).rejects.toThrow(
      /--metrics auc: the run in .* has precision/,
    );
    const again = await train('--resume', out, '--epochs', '2');
    expect((again.json.epochs as readonly Record<string, number>[]).map(({ valAuc }) => valAuc > 0)).toEqual([
      true,
      true,
    ]);
  });

  it('that are unknown are refused with the nearest', async () => {
    await expect(train(...small, '--metrics', 'precison')).rejects.toThrow(
      /no metric 'precison'; did you mean precision/,
    );
    await expect(train(...small, '--metrics', 'iou')).rejects.toThrow(/no metric 'iou'/);
  });
});
