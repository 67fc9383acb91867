import { expect, test } from 'vitest';
import { StriateError } from '../tensor/index.js';
import { openEngine } from './engines.js';

test('an engine is opened by name', async () => {
  const engine = await openEngine('reference');
  expect(engine.name).toBe('reference');
  await engine.close();
});

test('an unknown name is refused with the names there are', async () => {
  await expect(openEngine('toString')).rejects.toThrow(StriateError);
  await expect(openEngine('cuda')).rejects.toThrow("engine 'cuda': there is none of that name; use wasm or reference");
});
