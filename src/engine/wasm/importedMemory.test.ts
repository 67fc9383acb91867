import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { withUnsharedMemory } from './importedMemory.js';

const dist = new URL('../../../dist/engine/wasm/', import.meta.url);

it.each(['relaxed', 'plain'])(
  'gives the %s kernels for one thread: they take a memory that is not shared',
  async (simd) => {
    const module = new Uint8Array(readFileSync(new URL(`kernels-${simd}.wasm`, dist)));
    const unshared = withUnsharedMemory(module);
    const changed = [...module.keys()].filter((place) => module[place] !== unshared[place]);
    expect(changed).toHaveLength(1);
    if (!WebAssembly.validate(module)) return;
    const env = (shared: boolean): WebAssembly.Imports => ({
      env: { memory: new WebAssembly.Memory({ initial: 1, maximum: 65536, shared }), abort: () => undefined },
    });
    await expect(WebAssembly.instantiate(await WebAssembly.compile(module), env(true))).resolves.toBeDefined();
    const forOne = await WebAssembly.compile(unshared);
    await expect(WebAssembly.instantiate(forOne, env(false))).resolves.toBeDefined();
    await expect(WebAssembly.instantiate(forOne, env(true))).rejects.toThrow(/shared/);
  },
);

it('says so where a module imports no shared memory', () => {
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  expect(() => withUnsharedMemory(empty)).toThrow('wasm engine: the kernels import no shared memory; build them again');
});
