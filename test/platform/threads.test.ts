import { describe, expect, it } from 'vitest';
import { createWasmEngine, type WasmEngineOptions } from '../../src/engine/wasm/wasmEngine.js';
import * as striate from '../../src/index.js';
import { trainDigits, type DigitsTraining } from './trainDigits.js';

const steps = 12;

/** Trains on an engine of these options. */
async function trainOn(options: WasmEngineOptions): Promise<DigitsTraining> {
  const engine = await createWasmEngine(options);
  const training = await trainDigits(striate, { steps, engine });
  await engine.close();
  return training;
}

/** Every weight after a few steps whose last batch is smaller, by name. */
async function weightsAfterFit(options: WasmEngineOptions): Promise<Map<string, Float32Array>> {
  const engine = await createWasmEngine(options);
  const { train } = striate.digits({ seed: 1, train: 64 * steps - 27, test: 1 });
  const model = striate.zoo.create('mnist_cnn', { seed: 1 });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', engine });
  await model.fit(train, { batchSize: 64, verbose: 0 });
  const weights = await model.getWeights();
  await engine.close();
  return new Map([...weights].map(([name, { data }]) => [name, data]));
}

const variants: readonly { name: string; options: WasmEngineOptions; threads: number; sharedMemory: boolean }[] = [
  { name: 'one thread', options: { threads: 1 }, threads: 1, sharedMemory: true },
  { name: 'two threads', options: { threads: 2 }, threads: 2, sharedMemory: true },
  // More than there is work for in some stages, and on most machines that run this more than cores.
  { name: 'five threads', options: { threads: 5 }, threads: 5, sharedMemory: true },
  { name: 'no shared memory', options: { sharedMemory: false }, threads: 1, sharedMemory: false },
];

describe.each(['relaxed', 'plain'] as const)('%s SIMD', (simd) => {
  it('gives the same weights, to the bit, however many threads compute them and without shared memory', async () => {
    const [first, ...others] = variants;
    const expected = await weightsAfterFit({ ...first.options, simd });
    const started = await weightsBeforeFit();
    for (const [name, value] of expected) expect(bits(value), name).not.toEqual(bits(started.get(name)!));
    for (const { name, options } of others) {
      const weights = await weightsAfterFit({ ...options, simd });
      expect([...weights.keys()]).toEqual([...expected.keys()]);
      for (const [weight, value] of weights)
        expect(bits(value).equals(bits(expected.get(weight)!)), `${name}, ${weight}`).toBe(true);
    }
  });
});

async function weightsBeforeFit(): Promise<Map<string, Float32Array>> {
  const weights = await striate.zoo.create('mnist_cnn', { seed: 1 }).getWeights();
  return new Map([...weights].map(([name, { data }]) => [name, data]));
}

const bits = (values: Float32Array): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength);

describe('SIMD levels', () => {
  it('uses relaxed SIMD on every Node that is supported, and plain SIMD where told', async () => {
    for (const [options, simd] of [
      [{}, 'relaxed-simd'],
      [{ sharedMemory: false }, 'relaxed-simd'],
      [{ simd: 'plain' }, 'simd'],
    ] as const) {
      const engine = await createWasmEngine(options);
      expect(engine.describe().simd).toBe(simd);
      await engine.close();
    }
  });

  // The direct kernels differ only in that a fused product rounds once instead of twice, 2^-24 each. Winograd's sums also
  // miss zero by that much where the true sum is zero, as all are over blank paper while biases are zero; ReLU then lets
  // through gradients of biases that it would have shut off, one way or the other.
  it.each([
    { name: 'direct', winograd: false, tolerance: 1e-5 },
    { name: 'Winograd', winograd: true, tolerance: 2e-2 },
  ])('train alike with $name convolutions', async ({ winograd, tolerance }) => {
    const relaxed = await trainOn({ simd: 'relaxed', winograd });
    const plain = await trainOn({ simd: 'plain', winograd });
    for (const [step, loss] of relaxed.losses.entries()) {
      expect(Math.abs(loss - plain.losses[step]), `step ${step}`).toBeLessThan(tolerance);
    }
    expect(relaxed.losses[steps - 1]).toBeLessThan(relaxed.losses[0] - 0.1);
    // Two builds, not twice the same.
    expect(relaxed.predictions).not.toEqual(plain.predictions);
  });
});

describe.each(variants)('with $name', ({ options, threads, sharedMemory }) => {
  it('describes itself', async () => {
    const engine = await createWasmEngine(options);
    expect(engine.describe()).toMatchObject({ name: 'wasm', threads, sharedMemory });
    await engine.close();
  });
});
