import sharp from 'sharp';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Platform } from '../../platform/platform.js';
import { imageFiles, type FolderFile } from './imageFiles.js';

vi.mock('#platform', async (actual) => ({
  ...(await actual<Platform>()),
  decodeImage: (await import('../../platform/decodeImage.browser.js')).decodeImage,
}));

/** What a browser does with pictures, by another library: enough of it to try the set that is built upon it. */
class Bitmap {
  constructor(
    readonly width: number,
    readonly height: number,
    readonly rgba: Buffer,
  ) {}

  close(): void {
    // Nothing to give back.
  }
}

async function bitmap(
  source: Blob | Bitmap,
  options: { resizeWidth?: number; resizeHeight?: number },
): Promise<Bitmap> {
  let image =
    source instanceof Bitmap
      ? sharp(source.rgba, { raw: { width: source.width, height: source.height, channels: 4 } })
      : sharp(Buffer.from(await source.arrayBuffer()), { failOn: 'error' })
          .rotate()
          .ensureAlpha();
  const { resizeWidth, resizeHeight } = options;
  if (resizeWidth) image = image.resize(resizeWidth, resizeHeight, { fit: 'fill', kernel: 'linear' });
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return new Bitmap(info.width, info.height, data);
}

class Canvas {
  private readonly pixels: Uint8ClampedArray;
  fillStyle = '';

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.pixels = new Uint8ClampedArray(width * height * 4);
  }

  getContext(): this {
    return this;
  }

  fillRect(left: number, top: number, width: number, height: number): void {
    const value = this.fillStyle === '#ffffff' ? 255 : 0;
    this.each(left, top, width, height, (at) => this.pixels.fill(value, at, at + 3).fill(255, at + 3, at + 4));
  }

  drawImage({ width, height, rgba }: Bitmap, left: number, top: number): void {
    this.each(left, top, width, height, (at, from) => {
      const opacity = rgba[from + 3] / 255;
      for (let c = 0; c < 3; c++) this.pixels[at + c] = opacity * rgba[from + c] + (1 - opacity) * this.pixels[at + c];
    });
  }

  getImageData(): { data: Uint8ClampedArray } {
    return { data: this.pixels };
  }

  private each(
    left: number,
    top: number,
    width: number,
    height: number,
    use: (at: number, from: number) => void,
  ): void {
    for (let y = Math.max(0, top); y < Math.min(this.height, top + height); y++) {
      for (let x = Math.max(0, left); x < Math.min(this.width, left + width); x++) {
        use((y * this.width + x) * 4, ((y - top) * width + x - left) * 4);
      }
    }
  }
}

beforeEach(() => {
  vi.stubGlobal('createImageBitmap', bitmap);
  vi.stubGlobal('OffscreenCanvas', Canvas);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** A file that is there. */
type PresentFile = FolderFile & { readonly file: Blob };

async function file(path: string, background: string, width = 20, height = 12): Promise<PresentFile> {
  const alpha = background.length === 9;
  const bytes = await sharp({ create: { width, height, channels: alpha ? 4 : 3, background } })
    .png()
    .toBuffer();
  return { path, file: new Blob([new Uint8Array(bytes)]) };
}

const text = (path: string): PresentFile => ({ path, file: new Blob(['no picture']) });

it('reads the folder that a visitor chose, as imageFolder reads one', async () => {
  const files = [
    await file('photos/train/red/1.png', '#ff0000'),
    await file('photos/train/clear/1.png', '#00000000'),
    text('photos/train/clear/2.png'),
    text('photos/train/clear/.DS_Store'),
    await file('photos/val/red/1.png', '#ff0000'),
    await file('photos/val/clear/1.png', '#00000000', 9, 30),
  ];
  const { train, validation } = await imageFiles(files, { size: [6, 6], mean: [0.5, 0.5, 0.5] });
  expect(train.name).toBe('photos');
  expect(train.classNames).toEqual(['clear', 'red']);
  expect([train.size, validation!.size]).toEqual([2, 2]);
  expect(train.skippedLine).toMatch(/^1 of 5 files was skipped: train\/clear\/2\.png \(it is not a picture/);
  const x = new Float32Array(2 * 108);
  const y = new Int32Array(2);
  await train.fill([1, 0], x, y);
  expect([...y]).toEqual([1, 0]);
  expect([...x.subarray(0, 3)]).toEqual([0.5, -0.5, -0.5]);
  expect([...x.subarray(108, 111)]).toEqual([0.5, 0.5, 0.5]);
  const whole = await imageFiles(files, { size: [6, 6], fit: 'contain', channels: 1 });
  const grey = new Float32Array(36);
  await whole.validation!.fill([0], grey, y);
  expect([grey[0], grey[2], grey[3]]).toEqual([0, 0, 1]);
});

it('reads files of an input element by their relative paths', async () => {
  const files = await Promise.all(['photos/a/1.png', 'photos/b/1.png'].map((path) => file(path, '#00ff00')));
  const chosen = files.map(({ path, file: content }) => {
    const own = new File([content], path.split('/').at(-1)!);
    return Object.defineProperty(own, 'webkitRelativePath', { value: path });
  });
  const { train } = await imageFiles(chosen, { size: [4, 4], validationSplit: 0 });
  expect([train.path(0), train.path(1)]).toEqual(['a/1.png', 'b/1.png']);
});

it('refuses what imageFolder refuses', async () => {
  const red = await file('p/red/1.png', '#ff0000');
  await expect(imageFiles([red], { size: [4, 4] })).rejects.toThrow(/at least two classes; it has only 'red'/);
  await expect(imageFiles([], { size: [4, 4] })).rejects.toThrow(/is empty/);
  await expect(imageFiles([red, text('p/blue/1.png')], { size: [4, 4] })).rejects.toThrow(
    /class 'blue' has no picture/,
  );
  const files = [red, text('p/blue/1.png'), await file('p/blue/2.png', '#0000ff', 3000, 3000)];
  await expect(imageFiles(files, { size: [4, 4], strict: true })).rejects.toThrow(/blue\/1\.png: must be a picture/);
  const { train } = await imageFiles(files, { size: [4, 4], validationSplit: 0, maxPixels: 1e6 });
  const unread = train.fill([0], new Float32Array(48), new Int32Array(1));
  await expect(unread).rejects.toThrow(/no file of class 'blue'.*3000 × 3000 pixels.*limit of 1,000,000/s);
  vi.unstubAllGlobals();
  await expect(train.fill([1], new Float32Array(48), new Int32Array(1))).rejects.toThrow(/needs a browser/);
});

it('has files brought when they are needed, and no others', async () => {
  const brought: string[] = [];
  const later = async (path: string, background: string): Promise<FolderFile> => {
    const made = await file(path, background);
    return { path, file: async () => (brought.push(path), made.file) };
  };
  const files = [
    await later('p/train/blue/1.png', '#0000ff'),
    await later('p/train/red/1.png', '#ff0000'),
    await later('p/val/red/1.png', '#ff0000'),
    { path: 'p/val/red/2.png', file: async () => new Blob(['no picture']) },
  ];
  const { validation } = await imageFiles(files, { size: [4, 4] });
  expect(brought).toEqual([]);
  const x = new Float32Array(2 * 48);
  await validation!.fill([0, 1], x, new Int32Array(2));
  // What turns out to be no picture is replaced by one of its class, as everywhere.
  expect(new Set(brought)).toEqual(new Set(['p/val/red/1.png']));
  expect([...x.subarray(0, 3), ...x.subarray(48, 51)]).toEqual([1, 0, 0, 1, 0, 0]);
  const failing = { path: 'p/val/red/1.png', file: () => Promise.reject(new Error('the server does not answer')) };
  const broken = await imageFiles([...files.slice(0, 2), failing], { size: [4, 4] });
  await expect(broken.validation!.fill([0], x, new Int32Array(1))).rejects.toThrow('the server does not answer');
});
