import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeSafetensors } from '../../src/tensor/safetensors.js';
import { sceneFolder } from '../sceneFolder.js';
import { lastJson, start, striate, temporaryFolder } from './striate.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let call: readonly string[];
beforeAll(async () => {
  folder = await temporaryFolder();
  const data = join(folder.path, 'letters');
  await sceneFolder(data, { seed: 3, train: 40, size: 64, kinds: ['xo'] });
  const network = ['--model', 'unet', '--input', '64x64x3', '--augment', 'basic', '--epochs', '3'];
  call = ['train', '--task', 'segment', '--data', data, ...network, '--seed', '3', '--threads', '2'];
});
afterAll(() => folder.remove());

async function bytesOf(file: string): Promise<ReadonlyMap<string, string>> {
  const { tensors } = decodeSafetensors(await readFile(file), file);
  return new Map(
    [...tensors].map(([name, { data }]) => [
      name,
      Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'),
    ]),
  );
}

it('a task’s run stopped with Ctrl-C and resumed ends with the same weights to the bit', async () => {
  const [whole, stopped] = ['whole', 'stopped'].map((name) => join(folder.path, name));
  const finished = await striate([...call, '--out', whole, '--json']);
  expect(finished.code, finished.stderr).toBe(0);
  const running = start([...call, '--out', stopped]);
  await running.said('Epoch 1/3 - ');
  running.child.kill('SIGINT');
  const { code, stderr } = await running.finished;
  expect(code, stderr).toBe(130);
  expect(stderr).toContain(`train --resume ${stopped}\n`);
  const other = await striate(['train', '--resume', stopped, '--epochs', '5']);
  expect(other.stderr).toMatch(/--epochs 5: the run in .* has 3, and a resumed run goes on as it was/);
  const resumed = await striate(['train', '--resume', stopped, '--json']);
  expect(resumed.code, resumed.stderr).toBe(0);
  const [own, again] = [lastJson(finished), lastJson(resumed)];
  expect((again.epochs as { loss: number }[]).map(({ loss }) => loss)).toEqual(
    (own.epochs as { loss: number }[]).map(({ loss }) => loss),
  );
  expect(again.test).toEqual(own.test);
  for (const file of ['last.safetensors', 'best.safetensors'])
    expect(await bytesOf(join(stopped, file))).toEqual(await bytesOf(join(whole, file)));
});
