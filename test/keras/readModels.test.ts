import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { importKeras } from '../../src/formats/index.js';
import { sizeOf, Tensor, type Shape } from '../../src/tensor/index.js';

const python = process.env.STRIATE_PYTHON;

/** The pictures of readModels.py. */
function pictures(shape: Shape): Tensor<'float32'> {
  const data = Float32Array.from({ length: 2 * sizeOf(shape) }, (_, i) =>
    // Exactly, where the square is beyond whole numbers.
    Number((BigInt(i) * BigInt(i) * 31n + BigInt(i) * 7n) % 251n),
  );
  return new Tensor('float32', [2, ...shape], data);
}

/**
 * Whole models of Keras as `.keras` and `.h5`, read here, with a Python that has Keras: STRIATE_PYTHON=python npx vitest run
 * test/keras/readModels. A folder in STRIATE_KERAS_MADE keeps what Keras made, for the next run.
 */
describe.runIf(python)('models that Keras saves', { timeout: 3_600_000 }, () => {
  it('predict here what they predict there', async () => {
    const folder = process.env.STRIATE_KERAS_MADE ?? (await mkdtemp(join(tmpdir(), 'striate-keras-made-')));
    await mkdir(folder, { recursive: true });
    const script = fileURLToPath(new URL('readModels.py', import.meta.url));
    await promisify(execFile)(python!, [script, folder], { maxBuffer: 2 ** 26 });
    const files = (await readdir(folder)).filter((name) => /\.(keras|h5)$/.test(name)).sort();
    expect(files.length).toBeGreaterThan(40);
    const rows: string[] = [];
    const problems: string[] = [];
    for (const file of files) {
      const record = await readFile(join(folder, file.replace(/\.\w+$/, '.json')), 'utf8');
      const { shape, outputs } = JSON.parse(record) as { readonly shape: Shape; readonly outputs: readonly number[][] };
      try {
        const model = await importKeras(join(folder, file));
        const received = await model.predictAll(pictures(shape));
        await model.dispose();
        expect(received.map(({ data }) => data.length)).toEqual(outputs.map(({ length }) => length));
        const worst = Math.max(
          ...outputs.map((values, output) => {
            const largest = Math.max(...values.map(Math.abs), 1e-3);
            return Math.max(...values.map((value, i) => Math.abs(value - received[output].data[i]))) / largest;
          }),
        );
        rows.push(`${file} ${worst.toExponential(1)}`);
        if (!(worst < 1e-5)) problems.push(`${file}: ${worst}`);
      } catch (error) {
        problems.push(`${file}: ${(error as Error).message}`);
      }
    }
    console.log(rows.join('\n'));
    expect(problems).toEqual([]);
  });
});
