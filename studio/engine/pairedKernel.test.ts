import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { functionsOf, pair } from '../pairedKernels.js';
import { unpaired } from './pairedKernel.js';

describe('kernels with relaxed SIMD and without, in one file', () => {
  it('come out as they went in, in little more than the bytes of one', async () => {
    const kernels = await Promise.all(
      ['relaxed', 'plain'].map((simd) => readFile(`dist/engine/wasm/kernels-${simd}.wasm`)),
    );
    const functions = kernels.map(functionsOf);
    expect(functions[0].length).toBeGreaterThan(100);
    functions.forEach((parts, i) => expect(Buffer.concat(parts).equals(kernels[i])).toBe(true));
    const paired = pair(functions[0], functions[1]);
    for (const which of [0, 1] as const) {
      expect(Buffer.from(unpaired(new Uint8Array(paired), which)).equals(kernels[which])).toBe(true);
    }
    const sizes = kernels.map((bytes) => gzipSync(bytes, { level: 9 }).length);
    expect(gzipSync(paired, { level: 9 }).length).toBeLessThan(0.65 * (sizes[0] + sizes[1]));
  });

  it('may have different numbers of functions', () => {
    const paired = new Uint8Array(pair([Uint8Array.of(1, 2), Uint8Array.of(3)], [Uint8Array.of(4)]));
    expect([unpaired(paired, 0), unpaired(paired, 1)]).toEqual([Uint8Array.of(1, 2, 3), Uint8Array.of(4)]);
  });
});
