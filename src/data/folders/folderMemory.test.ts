import { execFile } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Decoded, four times as many take 44 MB more. */
const side = 128;
const few = 300;

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'striate-bounded-'));
  for (const [part, count] of Object.entries({ few, many: 4 * few })) {
    for (const [name, background] of Object.entries({ dark: '#333333', light: '#dddddd' })) {
      const path = join(folder, part, name);
      mkdirSync(path, { recursive: true });
      const picture = sharp({ create: { width: side, height: side, channels: 3, background } });
      writeFileSync(join(path, '0.jpg'), await picture.jpeg().toBuffer());
      for (let i = 1; i < count / 2; i++) linkSync(join(path, '0.jpg'), join(path, `${i}.jpg`));
    }
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the memory that training from a folder takes', () => {
  /** MB at the peak of some epochs with validation, in a process of its own. */
  async function peak(part: string, epochs: number): Promise<number> {
    const library = pathToFileURL(join(import.meta.dirname, '../../../dist/index.node.js')).href;
    const source = `
      import { augmentation, augmentations, imageFolder, layers, sequential } from ${JSON.stringify(library)};
      const path = ${JSON.stringify(join(folder, part))};
      const augment = augmentation(augmentations.basic);
      const { train, validation } = await imageFolder(path, { size: [${side}, ${side}], augment, workers: 1 });
      const model = sequential([layers.globalAveragePooling2d(), layers.dense({ units: 2 })]);
      model.compile({ loss: 'sparseCategoricalCrossentropy', optimizer: 'sgd', threads: 1 });
      await model.fit(train, { epochs: ${epochs}, batchSize: 32, verbose: 0, validationData: validation });
      console.log(process.resourceUsage().maxRSS / 1000);
      process.exit(0);
    `;
    // V8 doubles its young generation at a moment of its own choosing; held at one size, the peaks repeat within 5 MB.
    const flags = ['--max-semi-space-size=1', '--input-type=module', '-e', source];
    const { stdout } = await promisify(execFile)(process.execPath, flags);
    return Number(stdout);
  }

  it('does not grow with the number of pictures', async () => {
    // As many steps of both: what a process needs to warm up is the same.
    const [less, more] = [await peak('few', 8), await peak('many', 2)];
    expect(less).toBeGreaterThan(60);
    expect(more - less).toBeLessThan(25);
  });
});
