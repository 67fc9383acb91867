import { describe, expect, it } from 'vitest';
import { runScript } from './runScript.js';

const make = `
  const { layers, sequential, Tensor, optimizers } = striate;
  const mb = () => Math.round(process.memoryUsage().rss / 1e6);
  const pictures = new Tensor('float32', [3, 16, 16, 3], new Float32Array(3 * 768));
  const make = () => sequential([
    layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu', inputShape: [16, 16, 3] }),
    layers.globalAveragePooling2d(), layers.dense({ units: 4, activation: 'softmax' })]);
  let largest = 0;
  const rest = async () => { gc(); await new Promise((resolve) => setTimeout(resolve, 20)); largest = Math.max(largest, mb()); };`;

const told = `
  for (let i = 0; i < 5; i++) await rest();
  console.log(JSON.stringify({ largest, after: mb() }));`;

async function memoryOf(loop: string): Promise<{ largest: number; after: number }> {
  const { code, stdout, stderr } = await runScript(`${make}${loop}${told}`, 280, ['--expose-gc']);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout) as { largest: number; after: number };
}

// With an engine for each, as many as 17 MB a model stayed for ever.
describe('memory of models that nobody disposes of', () => {
  it('of a thousand, below 400 MB', async () => {
    const { largest } = await memoryOf(`
      for (let i = 0; i < 1000; i++) { await make().predict(pictures); if (i % 20 === 0) await rest(); }`);
    expect(largest).toBeLessThan(400);
  });

  it('of trained ones, whose optimizers have variables of their own', async () => {
    const { largest } = await memoryOf(`
      for (let i = 0; i < 200; i++) {
        const model = make();
        model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
        await model.fit(pictures, Int32Array.of(0, 1, 2), { verbose: 0 });
        await model.embedding.predict(pictures);
        if (i % 20 === 0) await rest();
      }`);
    expect(largest).toBeLessThan(400);
  });

  it('of large ones beside one that stays, whose weights keep their values', async () => {
    const { largest } = await memoryOf(`
      const stays = make();
      const [before] = [await stays.predict(pictures)];
      for (let i = 0; i < 60; i++) {
        const large = sequential([layers.flatten({ inputShape: [16, 16, 3] }), layers.dense({ units: 4096 })]);
        await large.predict(pictures);
        if (i % 4 === 0) await rest();
      }
      const after = await stays.predict(pictures);
      if (after.data.join() !== before.data.join()) throw new Error('another answer');`);
    // Sixty at once would be 755 MB.
    expect(largest).toBeLessThan(400);
  });

  it('and of engines that nobody closes', async () => {
    const { largest } = await memoryOf(`
      for (let i = 0; i < 60; i++) {
        const model = make();
        model.useEngine({ engine: await striate.openEngine('wasm', { threads: 2 }) });
        await model.predict(pictures);
        await rest();
      }`);
    expect(largest).toBeLessThan(400);
  });
});
