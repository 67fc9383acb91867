import { zipSync } from 'fflate';
import { expect, it, vi } from 'vitest';
import { unzip } from './unzip.js';

const bytes = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (Math.imul(i + seed, 2654435761) >>> 13) & 255);

/** An archive in pieces of a size, as a browser gives them, which counts those that were asked for. */
function inPieces(archive: Uint8Array, size: number): { blob: Blob; asked: () => number } {
  let at = 0;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: (to) => {
        if (at >= archive.length) to.close();
        else to.enqueue(archive.slice(at, (at += size)));
      },
    },
    { highWaterMark: 0 },
  );
  return { blob: { stream: () => stream } as Blob, asked: () => at };
}

const isPicture = (path: string): boolean => path.endsWith('.jpg');

it.each([7, 1000, 1e7])('takes what is wanted of a zip that comes in pieces of %i bytes', async (size) => {
  const files: Record<string, Uint8Array | [Uint8Array, { level: 0 | 9 }]> = {
    'a/': new Uint8Array(0),
    'a/film.mov': bytes(40_000, 3),
    'a/stored.jpg': [bytes(3000, 1), { level: 0 }],
    'a/deflated.jpg': [new Uint8Array(9000).fill(5), { level: 9 }],
    'a/empty.jpg': new Uint8Array(0),
  };
  const read: number[] = [];
  const archive = zipSync(files);
  const found = await unzip(inPieces(archive, size).blob, 'a.zip', isPicture, (done) => read.push(done));
  expect(found.map(({ path }) => path)).toEqual(['a/stored.jpg', 'a/deflated.jpg', 'a/empty.jpg']);
  const contents = await Promise.all(found.map(async ({ file }) => new Uint8Array(await file.arrayBuffer())));
  expect(contents).toEqual([bytes(3000, 1), new Uint8Array(9000).fill(5), new Uint8Array(0)]);
  expect(read.at(-1)).toBe(archive.length);
});

it('takes a file as soon as it is read, not when all are', async () => {
  const archive = zipSync({ 'a.jpg': [bytes(5000, 1), { level: 0 }], 'b.mov': [bytes(90_000, 2), { level: 0 }] });
  const { blob, asked } = inPieces(archive, 1000);
  let takenAt = 0;
  const before = globalThis.Blob;
  class Watched extends before {
    constructor(...given: ConstructorParameters<typeof Blob>) {
      super(...given);
      takenAt ||= asked();
    }
  }
  vi.stubGlobal('Blob', Watched);
  await unzip(blob, 'a.zip', isPicture).finally(() => vi.unstubAllGlobals());
  expect(takenAt).toBeGreaterThan(5000);
  expect(takenAt).toBeLessThan(8000);
});

const squares = Uint8Array.from({ length: 20_000 }, (_, i) => (i * i) % 61);
const sound = zipSync({ 'a.jpg': squares, 'b.jpg': squares });

it.each([
  ['no zip', new Uint8Array(3000).fill(9)],
  ['nothing', new Uint8Array(0)],
  ['one that is cut off', sound.subarray(0, 0.7 * sound.length)],
  ['one that is damaged', sound.map((byte, i) => (i > 60 && i < 200 ? byte ^ 255 : byte))],
])('of %s it says what to do', async (_, archive) => {
  await expect(unzip(new Blob([archive]), 'a.zip', isPicture)).rejects.toThrow(
    'a.zip: is no zip that can be read; pack the folder again',
  );
});
