import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StriateError } from '../tensor/index.js';
import { cacheFolder, dataSetNames, openDataSet } from './catalogue.node.js';
import { download } from '../platform/download.node.js';
import { extract } from '../platform/tar.node.js';

const content = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 7 + (i >> 5)) & 255));
const remote = (path: string) => ({
  url: `${address}${path}`,
  size: content.length,
  md5: createHash('md5').update(content).digest('hex'),
});

let server: Server;
let address: string;
let requests: string[] = [];
let folder: string;
/** When the connection of `/broken` may break off. */
let received: Promise<void>;

/** Resolves as soon as a file has content. */
async function hasContent(path: string): Promise<void> {
  while (!((await stat(path).catch(() => undefined))?.size ?? 0)) await setTimeout(5);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-catalogue-'));
  server = createServer((request, response) => {
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    requests.push(`${request.url ?? ''} ${request.headers.range ?? 'all'}`);
    if (request.url === '/whole') response.end(content);
    else if (request.url === '/ranges') {
      response.statusCode = range === null ? 200 : 206;
      response.end(content.subarray(Number(range?.[1] ?? 0)));
    } else if (request.url === '/damaged') response.end(Buffer.alloc(content.length));
    else if (request.url === '/broken') {
      response.writeHead(200, { 'Content-Length': content.length });
      response.write(content.subarray(0, 20_000));
      void received.then(() => response.destroy());
    } else {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  requests = [];
});

describe('download', () => {
  it('puts the file in place when it is whole', async () => {
    const path = join(folder, 'a', 'file');
    await download(remote('/whole'), path);
    expect(await readFile(path)).toEqual(content);
    expect(await readdir(join(folder, 'a'))).toEqual(['file']);
  });

  it('goes on after a connection that broke off', async () => {
    const path = join(folder, 'b', 'file');
    received = hasContent(`${path}.part`);
    await expect(download(remote('/broken'), path)).rejects.toThrow(/broke off.*goes on from there/);
    expect(await readdir(join(folder, 'b'))).toEqual(['file.part']);
    const part = (await readFile(`${path}.part`)).length;
    expect(part).toBeGreaterThan(0);
    await download(remote('/ranges'), path);
    expect(requests).toEqual(['/broken all', `/ranges bytes=${part}-`]);
    expect(await readFile(path)).toEqual(content);
  });

  it('begins again where the server cannot go on', async () => {
    const path = join(folder, 'c', 'file');
    await mkdir(join(folder, 'c'));
    await writeFile(`${path}.part`, 'something');
    await download(remote('/whole'), path);
    expect(await readFile(path)).toEqual(content);
  });

  it('throws away what has another checksum', async () => {
    const path = join(folder, 'd', 'file');
    await expect(download(remote('/damaged'), path)).rejects.toThrow(/MD5 checksum .* thrown away/);
    expect(await readdir(join(folder, 'd'))).toEqual([]);
  });

  it('says when the server has no such file or cannot be reached', async () => {
    await expect(download(remote('/none'), join(folder, 'e'))).rejects.toThrow(/answered 404/);
    const nowhere = { ...remote(''), url: 'http://127.0.0.1:9/file' };
    await expect(download(nowhere, join(folder, 'e'))).rejects.toThrow(StriateError);
  });
});

/** A tar archive as `tar` writes it, without what nobody reads. */
function tar(files: readonly (readonly [string, Buffer])[]): Buffer {
  const blocks = files.flatMap(([name, data]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(data.length.toString(8).padStart(11, '0'), 124);
    header.write(name.endsWith('/') ? '5' : '0', 156);
    return [header, data, Buffer.alloc((512 - (data.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(10_240)]);
}

describe('extract', () => {
  const archive = gzipSync(
    tar([
      ['cifar/', Buffer.alloc(0)],
      ['cifar/a.bin', content],
      ['cifar/readme', Buffer.from('x')],
      ['cifar/b.bin', content.subarray(0, 512)],
    ]),
  );

  it('takes out the wanted files', async () => {
    const place = await mkdtemp(join(folder, 'tar-'));
    await writeFile(join(place, 'x.tar.gz'), archive);
    expect(await extract(join(place, 'x.tar.gz'), place, ['a.bin', 'b.bin'])).toEqual(['a.bin', 'b.bin']);
    expect((await readdir(place)).sort()).toEqual(['a.bin', 'b.bin', 'x.tar.gz']);
    expect(await readFile(join(place, 'a.bin'))).toEqual(content);
    expect(await readFile(join(place, 'b.bin'))).toEqual(content.subarray(0, 512));
  });

  it('refuses a damaged archive', async () => {
    const path = join(folder, 'y.tar.gz');
    await writeFile(path, archive.subarray(0, archive.length - 200));
    await expect(extract(path, folder, [])).rejects.toThrow(/y\.tar\.gz: .*remove it/);
    await writeFile(path, gzipSync(tar([['a.bin', content]]).subarray(0, 30_000)));
    await expect(extract(path, folder, [])).rejects.toThrow(/ends too early/);
  });
});

describe('openDataSet', () => {
  it('draws digits and xo from the seed', async () => {
    const [a, b, c] = await Promise.all([1, 1, 2].map((seed) => openDataSet('xo', { seed })));
    const pixels = (set: typeof a) => {
      const x = new Float32Array(1024);
      void set.train.fill([0], x, new Int32Array(1));
      return x;
    };
    expect(pixels(a)).toEqual(pixels(b));
    expect(pixels(a)).not.toEqual(pixels(c));
    expect((await openDataSet('digits')).train.name).toBe('digits');
  });

  it('lists the known names when it does not know one', async () => {
    expect(dataSetNames).toEqual(['mnist', 'fashion-mnist', 'cifar10', 'cats-dogs', 'digits', 'xo']);
    for (const name of ['mnits', 'toString', '../mnist']) {
      await expect(openDataSet(name)).rejects.toThrow(
        /there is no such data set or folder; use one of mnist, fashion-mnist, cifar10, cats-dogs, digits, xo/,
      );
    }
  });

  it('looks into the data folder first, then into the cache', async () => {
    const labels = (label: number) => Buffer.from([0, 0, 8, 1, 0, 0, 0, 1, label]);
    const places = { data: 1, cache: 2 };
    for (const [place, label] of Object.entries(places)) {
      await mkdir(join(folder, place, 'mnist'), { recursive: true });
      for (const part of ['train', 't10k']) {
        await writeFile(join(folder, place, 'mnist', `${part}-labels-idx1-ubyte`), labels(label));
        const picture = Buffer.from([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 99]);
        await writeFile(join(folder, place, 'mnist', `${part}-images-idx3-ubyte`), picture);
      }
    }
    const label = async (data: string) => {
      const y = new Int32Array(1);
      const { train } = await openDataSet('mnist', { folder: data, cache: join(folder, 'cache') });
      void train.fill([0], new Float32Array(1), y);
      return y[0];
    };
    expect(await label(join(folder, 'data'))).toBe(1);
    expect(await label(join(folder, 'nothing here'))).toBe(2);
    expect(await label('')).toBe(2);
  });

  it('takes a folder with the files of a known set, and brings numbers into a model’s range', async () => {
    const place = join(folder, 'kuzushiji');
    await mkdir(place);
    for (const part of ['train', 't10k']) {
      await writeFile(join(place, `${part}-labels-idx1-ubyte`), Buffer.from([0, 0, 8, 1, 0, 0, 0, 1, 4]));
      const picture = Buffer.from([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 255]);
      await writeFile(join(place, `${part}-images-idx3-ubyte`), picture);
    }
    const value = async (pictures = {}) => {
      const { train } = await openDataSet(place, { pictures });
      const x = new Float32Array(1);
      await train.fill([0], x, new Int32Array(1));
      return [train.name, x[0]];
    };
    expect(await value()).toEqual(['kuzushiji', 1]);
    expect(await value({ preprocessing: { size: [1, 1], channels: 'grey', mean: [0.5], std: [0.25] } })).toEqual([
      'kuzushiji',
      2,
    ]);
    await mkdir(join(folder, 'bare'));
    await expect(openDataSet(join(folder, 'bare'))).rejects.toThrow(
      /must hold a folder of pictures .* it holds nothing/,
    );
  });

  it('unpacks an archive that was put into the cache folder by hand', async () => {
    const cache = join(folder, 'by hand');
    await mkdir(join(cache, 'cifar10'), { recursive: true });
    const batch = Buffer.concat([Buffer.from([3]), Buffer.alloc(3072, 51)]);
    const archive = tar(['data_batch_2.bin', 'test_batch.bin'].map((name) => [`cifar-10-batches-bin/${name}`, batch]));
    await writeFile(join(cache, 'cifar10', 'cifar-10-binary.tar.gz'), gzipSync(archive));
    const { train, test } = await openDataSet('cifar10', { folder: '', cache, mirror: address });
    expect([train.size, test.size, requests]).toEqual([1, 1, []]);
    expect((await readdir(join(cache, 'cifar10'))).sort()).toEqual(['data_batch_2.bin', 'test_batch.bin']);
    expect((await openDataSet('cifar10', { folder: '', cache, mirror: address })).train.size).toBe(1);
  });

  it('says in one line where to put the files when the download fails', async () => {
    const cache = join(folder, 'empty');
    const lines: string[] = [];
    for (const [name, files] of [
      ['mnist', 'train-images-idx3-ubyte.gz'],
      ['cifar10', 'cifar-10-binary.tar.gz'],
    ]) {
      const opened = openDataSet(name, { folder: '', cache, mirror: address, onDownload: (line) => lines.push(line) });
      const error: unknown = await opened.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(StriateError);
      expect((error as Error).message).toContain(files);
      expect((error as Error).message).toContain(`into ${join(cache, name)}`);
      expect((error as Error).message).not.toContain('\n');
    }
    expect(lines).toEqual([
      `Downloading mnist (12 MB) into ${join(cache, 'mnist')}`,
      `Downloading cifar10 (171 MB) into ${join(cache, 'cifar10')}`,
    ]);
  });

  it('names the cache folder as the platform does', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/x' }, 'linux')).toBe(join('/x', 'striate'));
    expect(cacheFolder({}, 'linux')).toMatch(/\.cache.striate$/);
    expect(cacheFolder({}, 'darwin')).toMatch(/Library.Caches.striate$/);
    expect(cacheFolder({ LOCALAPPDATA: '/local' }, 'win32')).toBe(join('/local', 'striate', 'Cache'));
  });
});

it('Fashion-MNIST is found in its folder, with the names of its classes', async () => {
  const place = join(folder, 'sets', 'fashion-mnist');
  await mkdir(place, { recursive: true });
  const idx = (shape: readonly number[], data: readonly number[]): Buffer => {
    const head = Buffer.alloc(4 + 4 * shape.length);
    head.set([0, 0, 8, shape.length]);
    shape.forEach((size, i) => head.writeUInt32BE(size, 4 + 4 * i));
    return gzipSync(Buffer.concat([head, Buffer.from(data)]));
  };
  for (const [part, count] of [
    ['train', 3],
    ['t10k', 2],
  ] as const) {
    const pixels = Array.from({ length: count * 4 }, (_, i) => i);
    await writeFile(join(place, `${part}-images-idx3-ubyte.gz`), idx([count, 2, 2], pixels));
    await writeFile(join(place, `${part}-labels-idx1-ubyte.gz`), idx([count], [9, 0, 5].slice(0, count)));
  }
  for (const { train, test } of [
    await openDataSet('fashion-mnist', { folder: join(folder, 'sets') }),
    await openDataSet(place),
  ]) {
    expect([train.name, train.size, test?.size]).toEqual(['fashion-mnist', 3, 2]);
    expect([train.classNames[9], train.classNames[0]]).toEqual(['Ankle boot', 'T-shirt/top']);
  }
});
