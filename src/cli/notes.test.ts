import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { printedOutput } from '../../test/printed.js';
import { encodeNpy } from '../formats/index.js';
import { kerasBytes } from '../formats/keras/write/exportKeras.js';
import { layers } from '../layers/index.js';
import { sequential } from '../models/index.js';
import { unzip, zip } from '../platform/zip.js';
import { zeros } from '../tensor/index.js';
import { evaluateCommand } from './evaluate.js';
import { exportCommand } from './export.js';
import { importCommand } from './import.js';
import { terminalOutput } from './output.js';
import { predictCommand } from './predict.js';
import { runCommand } from './run.js';
import { searchCommand } from './search/search.js';
import { summaryCommand } from './summary.js';
import { trainCommand } from './train/train.js';

let folder: string;
const path = (name: string): string => join(folder, name);
const note = 'left out, as it matters in Keras alone: out: activity_regularizer';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-notes-'));
  const model = sequential({
    name: 'colours',
    layers: [
      layers.globalAveragePooling2d({ inputShape: [8, 8, 3] }),
      layers.dense({ units: 2, activation: 'softmax', name: 'out' }),
    ],
  });
  const entries = await unzip(await kerasBytes(model, 'keras'), 'colours.keras', () => true);
  await model.dispose();
  const config = new TextDecoder().decode(entries.get('config.json'));
  const regularized = config.replace('"units":2', '"units":2,"activity_regularizer":"l2"');
  expect(regularized).not.toBe(config);
  const changed = { ...Object.fromEntries(entries), 'config.json': new TextEncoder().encode(regularized) };
  await writeFile(path('colours.keras'), await zip(changed));
  await writeFile(path('x.npy'), encodeNpy(zeros([1, 8, 8, 3])));
  for (const [name, background] of Object.entries({ blue: '#22c', red: '#c22' })) {
    await mkdir(path(`photos/${name}`), { recursive: true });
    const create = { width: 8, height: 8, channels: 3, background } as const;
    for (let i = 0; i < 8; i++)
      await sharp({ create })
        .png()
        .toFile(path(`photos/${name}/${i}.png`));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('what a file says and Striate does not follow', () => {
  const picture = 'photos/red/0.png';
  it.each([
    ['predict', predictCommand, ['@colours.keras', `@${picture}`, '--preprocessing', '0-1']],
    ['evaluate', evaluateCommand, ['@colours.keras', '--data', '@photos', '--preprocessing', '0-1']],
    ['summary', summaryCommand, ['@colours.keras']],
    ['run', runCommand, ['@colours.keras', '--input', '@x.npy', '--output', '@y.npy']],
    ['export', exportCommand, ['@colours.keras', '--output', '@colours.onnx']],
    ['import', importCommand, ['@colours.keras', '--output', '@colours.safetensors']],
    ['search', searchCommand, ['build', '@photos', '--model', '@colours.keras', '--output', '@index.safetensors']],
    [
      'train',
      trainCommand,
      ['--model', '@colours.keras', '--data', '@photos', '--epochs', '1', '--out', '@run', '--preprocessing', '0-1'],
    ],
  ])('is told by %s', async (_, command, args) => {
    const { output, printed } = printedOutput();
    await command(output).parseAsync(
      args.map((text) => (text.startsWith('@') ? path(text.slice(1)) : text)),
      { from: 'user' },
    );
    expect(printed.notes).toEqual([note]);
  });

  it('is told once, and stands in the JSON object', () => {
    const said = { out: '', error: '' };
    const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => !!(said.out += String(text)));
    const error = vi.spyOn(process.stderr, 'write').mockImplementation((text) => !!(said.error += String(text)));
    try {
      const output = terminalOutput();
      output.note(note);
      output.note(note);
      output.json({ command: 'summary' });
    } finally {
      out.mockRestore();
      error.mockRestore();
    }
    expect(said.error).toBe(`${note}\n`);
    expect(JSON.parse(said.out)).toEqual({ command: 'summary', notes: [note] });
  });
});
