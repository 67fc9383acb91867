import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportOnnx } from '../../src/formats/index.js';
import { layers } from '../../src/layers/index.js';
import { sequential } from '../../src/models/index.js';
import { Random } from '../../src/tensor/index.js';
import { lastJson, striate, temporaryFolder, type Finished } from './striate.js';

/** Pictures of these lie in the other class's folder. */
const wrong = ['blue/7.png', 'blue/19.png', 'red/11.png'];
const each = 30;

/** 24×24 noise around blue or red; a few in the wrong folder. */
async function drawColours(root: string, count: number): Promise<void> {
  const random = new Random(1);
  for (const [k, name] of ['blue', 'red'].entries()) {
    for (let i = 0; i < count; i++) {
      const file = `${name}/${i}.png`;
      const colour = wrong.includes(file) ? 1 - k : k;
      const data = Uint8Array.from({ length: 24 * 24 * 3 }, (_, at) => {
        return (at % 3 === (colour === 0 ? 2 : 0) ? 170 : 70) + Math.floor(random.uniform() * 60);
      });
      await mkdir(join(root, dirname(file)), { recursive: true });
      await sharp(data, { raw: { width: 24, height: 24, channels: 3 } })
        .png()
        .toFile(join(root, file));
    }
  }
}

describe('striate train --suspects', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let net: string;
  let run: string;
  let finished: Finished;
  const call = (data: string, out: string): Promise<Finished> =>
    striate(['train', '--data', data, '--model', net, '--preprocessing', '0-1', '--suspects', '--out', out, '--json']);

  beforeAll(async () => {
    folder = await temporaryFolder();
    net = join(folder.path, 'net.onnx');
    const model = sequential({
      layers: [
        layers.conv2d({ filters: 6, kernelSize: 3, activation: 'relu', inputShape: [24, 24, 3] }),
        layers.globalAveragePooling2d(),
        layers.dense({ units: 4 }),
      ],
      seed: 5,
    });
    await writeFile(net, await exportOnnx(model));
    await model.dispose();
    const data = join(folder.path, 'colours');
    await drawColours(data, each);
    // A file that is no picture is skipped, and moves no other's name.
    await writeFile(join(data, 'blue', '0a.png'), 'no picture');
    run = join(folder.path, 'run');
    finished = await call(data, run);
  });
  afterAll(() => folder.remove());

  it('lists pictures that lie in the wrong folder, with the class that they should have', async () => {
    expect(finished.code, finished.stderr).toBe(0);
    const lines = (await readFile(join(run, 'suspects.csv'), 'utf8')).trimEnd().split('\n');
    expect(lines[0]).toBe('index,file,label,suggested,quality');
    const listed = lines.slice(1).map((line) => line.split(','));
    const files = listed.map(([, file]) => file.split(/[\\/]/).slice(-2).join('/'));
    // Those of the training part; the others were held back for validation.
    const planted = files.filter((file) => wrong.includes(file));
    expect(planted.length).toBeGreaterThanOrEqual(2);
    expect(files).toEqual(planted);
    for (const [, , label, suggested, quality] of listed) {
      expect([label, suggested].sort()).toEqual(['blue', 'red']);
      expect(Number(quality)).toBeLessThan(0.5);
    }
    const told = lastJson(finished).suspects as { file: string }[];
    expect(told.map(({ file }) => file)).toEqual(listed.map(([, file]) => file));
    expect(finished.stderr).toContain('Labels that may be wrong: ');
  });

  it('shows their pictures on the page', async () => {
    const page = await readFile(join(run, 'index.html'), 'utf8');
    const section = page.slice(page.indexOf('id="suspects"'), page.indexOf('id="settings"'));
    const shown = [
      ...section.matchAll(/<img src="data:image\/png;base64,([^"]*)"[^>]*alt="[^"]*labelled (\w+), rather (\w+)"/g),
    ];
    expect(shown.length).toBeGreaterThanOrEqual(2);
    for (const [, picture, label, suggested] of shown) {
      expect(label).not.toBe(suggested);
      const { channels } = await sharp(Buffer.from(picture, 'base64')).stats();
      const [red, , blue] = channels.map(({ mean }) => mean);
      expect(red > blue).toBe(suggested === 'red');
    }
  });

  it('tells where too few pictures are left to judge them by, and finishes the run', async () => {
    const data = join(folder.path, 'few');
    await drawColours(data, 2);
    const out = join(folder.path, 'few-run');
    const { code, stderr } = await call(data, out);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(
      /Labels that may be wrong could not be looked for: |No label of the training pictures looks wrong/,
    );
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(await readFile(join(out, 'index.html'), 'utf8')).toContain('In this folder');
  });
});
