import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Output } from '../output.js';
import { trainCommand } from './train.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'striate-augment-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Runs `train` in this process and gives the loss of its last epoch. */
async function train(...options: string[]): Promise<{ loss: number; lines: string }> {
  let result: unknown;
  const lines: string[] = [];
  const output: Output = {
    data: () => undefined,
    progress: (line) => void lines.push(line),
    note: () => undefined,
    json: (value) => (result = value),
    strong: (text) => text,
  };
  const command = trainCommand(output).exitOverride();
  await command.parseAsync([...options, '--json'], { from: 'user' });
  process.exitCode = 0;
  return { loss: (result as { epochs: { loss: number }[] }).epochs.at(-1)!.loss, lines: lines.join('\n') };
}

describe('--augment', () => {
  it('changes what is trained on, and a resumed run keeps it', async () => {
    const small = ['--data', 'xo', '--model', 'mnist_dense', '--seed', '3', '--threads', '1', '--batch', '500'];
    const plain = await train(...small, '--epochs', '2', '--out', join(root, 'plain'));
    const whole = await train(...small, '--epochs', '2', '--augment', 'basic', '--out', join(root, 'whole'));
    expect(whole.loss).not.toBe(plain.loss);
    expect(whole.lines).toContain('augmentation basic');
    const part = join(root, 'part');
    await train(...small, '--epochs', '1', '--augment', 'basic', '--out', part);
    expect(JSON.parse(await readFile(join(part, 'run.json'), 'utf8'))).toMatchObject({
      arguments: { augment: 'basic' },
    });
    await expect(train('--resume', part, '--augment', 'strong')).rejects.toThrow(
      /--augment strong: the run in .* has basic/,
    );
    expect((await train('--resume', part, '--epochs', '2')).loss).toBe(whole.loss);
  });
});
