import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScript } from './runScript.js';

const bytes = (...parts: readonly (string | Uint8Array)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
const u16 = (...values: readonly number[]): Buffer => Buffer.from(Uint16Array.from(values).buffer);
const u32 = (...values: readonly number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer);
const big = (...values: readonly number[]): Buffer => bytes(...values.map((value) => u32(value).reverse()));
/** 256 MB of zeros, which take a thousandth of that where they are compressed. */
const zeros = Buffer.alloc(2 ** 28);

function png(size: number, data: Uint8Array): Buffer {
  const chunk = (type: string, content: Uint8Array): Buffer => {
    const named = bytes(type, content);
    return bytes(big(content.length), named, big(crc32(named)));
  };
  const header = bytes(big(size, size), '\x08\x02\0\0\0');
  return bytes('\x89PNG\r\n\x1a\n', chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0)));
}

function tiff(size: number, compression: number, data: Uint8Array): Buffer {
  const tags = [256, 257, 258, 259, 262, 273, 277, 278, 279];
  const values = [size, size, 8, compression, 1, 8, 1, size, data.length];
  const rows = tags.map((tag, i) => bytes(u16(tag, 4), u32(1, values[i])));
  return bytes('II*\0', u32(8 + data.length), data, u16(tags.length), ...rows, u32(0));
}

function tar(name: string, size: number, content: Uint8Array): Buffer {
  const header = Buffer.alloc(512);
  header.write(name);
  header.write(size.toString(8).padStart(11, '0'), 124);
  header.write('0', 156);
  return bytes(header, content, Buffer.alloc(1024));
}

/** A zip archive of one entry, deflated. */
function zip(name: string, content: Uint8Array, claimed = content.length): Buffer {
  const packed = deflateSync(content).subarray(2, -4);
  const about = bytes(u16(20, 0, 8, 0, 0), u32(crc32(content), packed.length, claimed), u16(name.length, 0));
  const local = bytes('PK\x03\x04', about, name, packed);
  const central = bytes('PK\x01\x02', u16(20), about, u16(0, 0, 0), u32(0, 0), name);
  return bytes(local, central, 'PK\x05\x06', u16(0, 0, 1, 1), u32(central.length, local.length), u16(0));
}

const dist = new URL('../../dist/index.js', import.meta.url).href;
const npyHeader = "{'descr': '<f4', 'fortran_order': False, 'shape': (100000, 100000), }";
const tensors = '{"a/kernel":{"dtype":"F32","shape":[100000,100000],"data_offsets":[0,40000000000]}}';
const modelOf = (path: string): string => `await striate.openModel(${path})`;
const pictureOf = (path: string): string => `await striate.preparePicture(${path}, { size: [8, 8] })`;
const weightsOf = (path: string): string => `await probe.loadWeights(${path})`;

/** Files that ask for far more than they hold, how each is read, and what is said of it; 'read' where it is none the worse. */
const rows: Readonly<
  Record<string, readonly [content: () => Uint8Array, read: (path: string) => string, said: RegExp]>
> = {
  'shape.npy': [
    () => bytes('\x93NUMPY\x01\0', u16(npyHeader.length), npyHeader, Buffer.alloc(64)),
    (path) => `formats.decodeNpy(readFileSync(${path}), ${path})`,
    /npy/,
  ],
  'pixels.png': [() => png(60_000, deflateSync(Buffer.alloc(1000))), pictureOf, /60000 × 60000 pixels/],
  'zeros.png': [() => png(9000, deflateSync(zeros)), pictureOf, /9000 × 9000 pixels/],
  'pixels.gif': [
    () =>
      bytes(
        'GIF89a',
        u16(60_000, 60_000),
        '\x80\0\0\0\0\0\xff\xff\xff,',
        u16(0, 0, 60_000, 60_000),
        '\0\x02\x02L\x01\0;',
      ),
    pictureOf,
    /60000 × 60000 pixels/,
  ],
  'pixels.webp': [
    () => bytes('RIFF', u32(30), 'WEBPVP8L', u32(18), '/', u32(0xfffffff), '\x88\x88\x08', Buffer.alloc(10)),
    pictureOf,
    /must be a picture/,
  ],
  'pixels.tif': [() => tiff(60_000, 1, Buffer.alloc(16)), pictureOf, /60000 × 60000 pixels/],
  'zeros.tif': [() => tiff(16_000, 8, deflateSync(zeros)), pictureOf, /16000 × 16000 pixels/],
  'claimed.safetensors': [() => bytes(u32(tensors.length, 0), tensors), modelOf, /cut off inside tensor 'a\/kernel'/],
  'header.safetensors': [() => bytes(u32(90_000_000, 0), '{"a":'), modelOf, /cut off inside the header/],
  'zeros.keras': [() => zip('config.json', zeros), modelOf, /larger than the file can hold/],
  'zeros.pth': [() => zip('a/data.pkl', zeros), weightsOf, /larger than the file can hold/],
  'claimed.pth': [() => zip('a/data.pkl', Buffer.from('\x80\x02}q\0.'), 0xfffffff0), weightsOf, /zip|larger/],
  'mnist/train-images-idx3-ubyte': [
    () => bytes(big(0x803, 60_000, 60_000, 60_000), Buffer.alloc(100)),
    (path) => `await striate.loadMnist(dirname(${path}))`,
    /its header says \[60000, 60000, 60000\]/,
  ],
  'gz/train-images-idx3-ubyte.gz': [
    () => gzipSync(bytes(big(0x803, 60_000, 28, 28), Buffer.alloc(100))),
    (path) => `await striate.loadMnist(dirname(${path}))`,
    /train-images/,
  ],
  'claimed.tar.gz': [() => gzipSync(tar('a.bin', 8 ** 11 - 1, Buffer.alloc(512))), tarOf, /ends too early/],
  'zeros.tar.gz': [() => gzipSync(tar('other', zeros.length, zeros)), tarOf, /^read$/],
};

function tarOf(path: string): string {
  return `await extract(${path}, dirname(${path}), ['a.bin'])`;
}

/** MiB that reading may take beyond what the file has; decoders keep some for themselves. */
const constant = 64;

let folder: string;
let told: Readonly<Record<string, { readonly said: string; readonly peak: number }>>;

const hasPeak = existsSync('/proc/self/clear_refs');

describe.skipIf(!hasPeak)('memory that a file asks for (skipped where the system tells no peak)', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'striate-memory-'));
    const reads = Object.entries(rows).map(([name, [content, read]]) => {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content());
      return `await peakOf(${JSON.stringify(name)}, async () => { ${read(JSON.stringify(path))}; });`;
    });
    for (const place of ['mnist', 'gz']) {
      for (const name of ['train-labels-idx1-ubyte', 't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte']) {
        const header = name.includes('images') ? big(0x803, 1, 2, 2) : big(0x801, 1);
        writeFileSync(join(folder, place, name), bytes(header, Buffer.alloc(name.includes('images') ? 4 : 1)));
      }
    }
    const { code, stdout, stderr } = await runScript(
      `import { readFileSync, writeFileSync } from 'node:fs';
      import { dirname } from 'node:path';
      const formats = await import(new URL('./formats/index.js', ${JSON.stringify(dist)}));
      const { extract } = await import(new URL('./platform/tar.node.js', ${JSON.stringify(dist)}));
      const probe = striate.sequential([striate.layers.dense({ units: 2, inputShape: [2] })]);
      const told = {};
      async function peakOf(name, read) {
        writeFileSync('/proc/self/clear_refs', '5');
        const before = process.memoryUsage.rss();
        const said = await read().then(() => 'read', (error) => (error instanceof striate.StriateError ? '' : 'mistake: ') + error.message);
        const peak = Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024 - before;
        told[name] = { said, peak: peak / 2 ** 20 };
      }
      await peakOf('first', () => striate.preparePicture(${JSON.stringify(join(folder, 'pixels.png'))}, { size: [8, 8] }));
      ${reads.join('\n')}
      console.log(JSON.stringify(told));`,
      240,
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    told = JSON.parse(stdout) as typeof told;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(Object.entries(rows))('%s takes what it holds, and a little', (name, [, , said]) => {
    const size = statSync(join(folder, name)).size / 2 ** 20;
    expect(told[name].said).toMatch(said);
    expect(told[name].said).not.toContain('mistake');
    expect(told[name].peak).toBeLessThan(size + constant);
  });
});
