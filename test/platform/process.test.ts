import { describe, expect, it } from 'vitest';
import { runScript } from './runScript.js';

const small = `
  const { layers } = striate;
  const model = striate.sequential({ seed: 1, layers: [
    layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu', inputShape: [12, 12, 1] }),
    layers.maxPooling2d({ poolSize: 2 }), layers.flatten(), layers.dense({ units: 3, activation: 'softmax' }) ] });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', threads: THREADS });
  const random = new striate.Random(1);
  const x = striate.tensor(Float32Array.from({ length: 96 * 144 }, () => random.uniform()), [96, 12, 12, 1]);
  const y = Int32Array.from({ length: 96 }, (_, i) => i % 3);`;

describe('a script that trains', () => {
  it.each([1, 2])('ends by itself, with nothing disposed of (threads: %i)', async (threads) => {
    const script = `${small}
      const { epochs } = await model.fit(x, y, { epochs: 2, batchSize: 32, verbose: 0 });
      console.log(epochs.length);`;
    const { code, stdout, stderr } = await runScript(script.replace('THREADS', `${threads}`), 120);
    expect(stderr).toBe('');
    expect(stdout).toBe('2\n');
    expect(code).toBe(0);
  });

  it('gets to the lines after dispose, and ends', async () => {
    const script = `${small}
      await model.fit(x, y, { verbose: 0 });
      await model.dispose();
      console.log('disposed');
      await model.predict(x);
      await model.dispose();
      console.log('disposed again');`;
    const { code, stdout, stderr } = await runScript(script.replace('THREADS', '2'), 120);
    expect(stderr).toBe('');
    expect(stdout).toBe('disposed\ndisposed again\n');
    expect(code).toBe(0);
  });

  // A thread takes a moment to end, and nothing else keeps this process alive meanwhile.
  it('gets to the lines after the closing of an engine', async () => {
    const script = `
      for (let i = 0; i < 10; i++) await (await striate.openEngine('wasm', { threads: 3 })).close();
      console.log('closed');`;
    const { code, stdout, stderr } = await runScript(script, 120);
    expect(stderr).toBe('');
    expect(stdout).toBe('closed\n');
    expect(code).toBe(0);
  });

  it('is not kept from ending by an error, which it can catch', async () => {
    const script = `${small}
      await model.fit(x, y, { verbose: 0 });
      await model.fit(x, y.slice(1), { verbose: 0 }).catch((error) => console.log(error instanceof striate.StriateError));`;
    const { code, stdout } = await runScript(script.replace('THREADS', '2'), 120);
    expect(stdout).toBe('true\n');
    expect(code).toBe(0);
  });
});

describe('10,000 steps', () => {
  // After garbage collection, so that what is measured is what is held.
  const script = `${small}
    const measure = async () => {
      for (let i = 0; i < 3; i++) { gc(); await new Promise((resolve) => setTimeout(resolve, 20)); }
      const { rss, heapUsed, external } = process.memoryUsage();
      return { rss, held: heapUsed + external, arena: (await model.describeEngine()).memory };
    };
    const train = (epochs) => model.fit(x.slice(0, 20), y.slice(0, 20), { epochs, batchSize: 4, verbose: 0 });
    await train(500);
    const before = await measure();
    await train(1500);
    const after = await measure();
    console.log(JSON.stringify({ before, after, steps: model.iterations }));`;

  // V8 doubles its young generation, 8 MiB at a time, at a moment of its own choosing; held at one size, what is left
  // of the process's memory moves by less than 3 MiB (ten runs, idle and under load).
  const flags = ['--expose-gc', '--max-semi-space-size=1'];

  it.each([1, 2])('grow neither the arena nor the process (threads: %i)', async (threads) => {
    const { stdout, stderr } = await runScript(script.replace('THREADS', `${threads}`), 250, flags);
    expect(stderr).toBe('');
    const { before, after, steps } = JSON.parse(stdout) as { before: Measured; after: Measured; steps: number };
    expect(steps).toBe(10_000);
    expect(after.arena).toBe(before.arena);
    // 7,500 steps later: 1 MiB would be 140 bytes a step, less than any object with a number or two.
    expect(after.held - before.held).toBeLessThan(2 ** 20);
    // One batch a step would be 17 MiB.
    expect(after.rss - before.rss).toBeLessThan(6 * 2 ** 20);
  });
});

interface Measured {
  readonly rss: number;
  readonly held: number;
  readonly arena: number;
}
