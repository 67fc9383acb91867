import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { layers, sequential, tensor } from '../../index.js';
import { openEngine } from '../engines.js';

const built = fileURLToPath(new URL('../../../dist/engine/wasm', import.meta.url));
const elsewhere = mkdtempSync(join(tmpdir(), 'striate-assets-'));
afterAll(() => rmSync(elsewhere, { recursive: true }));

it('finds kernels and workers where the option says they are, a path or an address', async () => {
  for (const assets of [built, pathToFileURL(built), pathToFileURL(built).href]) {
    const engine = await openEngine('wasm', { threads: 2, assets });
    expect(engine.describe()).toMatchObject({ threads: 2, sharedMemory: true });
    await engine.close();
  }
});

it('says that a file is not there, or is none of WebAssembly, before it blames the host', async () => {
  const address = pathToFileURL(join(elsewhere, 'kernels-relaxed.wasm')).href;
  await expect(openEngine('wasm', { assets: elsewhere })).rejects.toThrow(`${address}: ENOENT; `);
  writeFileSync(join(elsewhere, 'kernels-relaxed.wasm'), '<!doctype html><title>App</title>');
  await expect(openEngine('wasm', { assets: elsewhere })).rejects.toThrow(
    `${address}: what was found there is not WebAssembly; received 33 bytes that begin with '<!doctype html><title>App</title'`,
  );
});

it('is an option of models, too, which the engine they open takes', async () => {
  const model = sequential({ seed: 1, layers: [layers.dense({ units: 2, inputShape: [3] })] });
  model.compile({ loss: 'meanSquaredError', assets: join(elsewhere, 'none') });
  const x = tensor([[1, 2, 3]]);
  await expect(model.predict(x)).rejects.toThrow(/none\/kernels-relaxed\.wasm: ENOENT/);
  model.useEngine({ assets: built });
  expect((await model.predict(x)).shape).toEqual([1, 2]);
  await model.dispose();
});
