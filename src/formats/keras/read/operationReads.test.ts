import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Tensor } from '../../../tensor/index.js';
import { unzip, zip } from '../../../platform/zip.js';
import { kerasBytes } from '../write/exportKeras.js';
import { importKeras } from './importKeras.js';

const folder = fileURLToPath(new URL('../../../../test/fixtures/keras/', import.meta.url));

/** The pictures of test/fixtures/keras/make_operations.py. */
const pictures = new Tensor(
  'float32',
  [2, 4, 3, 2],
  Float32Array.from({ length: 48 }, (_, i) => ((i * i * 31 + i * 7) % 251) / 100 - 1),
);

type Expected = Readonly<Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>>;

describe('operators among layers', () => {
  it.each(['operations.keras', 'tensorflow_operations.h5', 'resizes.keras'])(
    '%s computes what Keras does',
    async (file) => {
      const expected = JSON.parse(readFileSync(folder + file.replace(/\.\w+$/, '.json'), 'utf8')) as Expected;
      const model = await importKeras(folder + file);
      const outputs = await model.predictAll(pictures);
      const wrong = Object.entries(expected).flatMap(([name, { shape, data }], i) => {
        const largest = Math.max(...data.map(Math.abs));
        const off = Math.max(...data.map((value, place) => Math.abs(value - outputs[i].data[place])));
        // float32, some operators of several layers
        return outputs[i].shape.join() === shape.join() && off <= 1e-5 * Math.max(1, largest)
          ? []
          : [`${name}: ${off}`];
      });
      expect(wrong).toEqual([]);
      expect(outputs.length).toBe(Object.keys(expected).length);
      await model.dispose();
    },
  );

  it.each(['operations.keras', 'tensorflow_operations.h5'])('%s is written back as Keras 3 has it', async (file) => {
    const model = await importKeras(folder + file);
    const bytes = await kerasBytes(model, 'keras');
    const again = await importKeras(bytes);
    const [outputs, expected] = [await again.predictAll(pictures), await model.predictAll(pictures)];
    const wrong = model.topology.outputNames.flatMap((name, i) => {
      const largest = Math.max(1, ...expected[i].data.map(Math.abs));
      return outputs[i].data.every((value, at) => Math.abs(value - expected[i].data[at]) <= 1e-5 * largest)
        ? []
        : [name];
    });
    expect(wrong).toEqual([]);
    await expect(kerasBytes(model, 'h5')).rejects.toThrow(/only Keras 3's format has operators .*save it as \.keras/);
    await model.dispose();
    await again.dispose();
  });

  it.each(['Argmax', 'TopK'])('%s: places are refused, with what to do', async (operator) => {
    const entries = await unzip(readFileSync(folder + 'operations.keras'), 'operations.keras', () => true);
    const config = new TextDecoder().decode(entries.get('config.json')).replaceAll('"Softmax"', `"${operator}"`);
    const bytes = await zip({ ...Object.fromEntries(entries), 'config.json': new TextEncoder().encode(config) });
    await expect(importKeras(bytes)).rejects.toThrow(
      /it gives places, .*end the model in Keras at the scores before it/,
    );
  });
});
