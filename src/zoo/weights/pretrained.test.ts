import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { StriateError } from '../../tensor/index.js';
import { zoo } from '../index.js';
import { downloadLine, type DownloadProgress } from './downloadLine.js';
import * as browser from '../../platform/platform.browser.js';
import { WeightHub } from './hub.js';
import { publishedWeights, type PublishedWeights } from './published.js';

const inputShape = [64, 64, 3];
const content = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 7 + (i >> 5)) & 255));
const digits = createHash('sha256').update(content).digest('hex').slice(0, 8);
const published = (file: string, sha256 = digits): PublishedWeights => ({ file, sha256, mebibytes: 0.048 });
const messageOf = async (promise: Promise<unknown>): Promise<string> => {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StriateError);
  return (error as Error).message;
};

let folder: string;
let server: Server;
let mirror: string;
let requests: string[] = [];
/** SqueezeNet's weights as a file of PyTorch's names. */
let squeezenet: Uint8Array;
let kernel: ArrayLike<number>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'striate-weights-'));
  server = createServer((request, response) => {
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    requests.push(`${request.url ?? ''} ${request.headers.range ?? 'all'}`);
    const rest = content.subarray(Number(range?.[1] ?? 0));
    if (request.url === '/whole.pth') {
      const isRest = range !== null && rest.length > 0;
      if (range && rest.length === 0) {
        response.writeHead(416, { 'Content-Range': `bytes */${content.length}` }).end();
      } else response.writeHead(isRest ? 206 : 200, { 'Content-Length': rest.length }).end(rest);
    } else if (request.url === '/broken.pth' && !range) {
      response.writeHead(200, { 'Content-Length': content.length });
      response.write(content.subarray(0, 20_000), () => setTimeout(() => response.destroy(), 50));
    } else if (request.url === '/broken.pth') response.writeHead(206, { 'Content-Length': rest.length }).end(rest);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const model = zoo.create('squeezenet1_1', { inputShape, seed: 7 });
  const path = join(folder, 'weights.safetensors');
  await model.saveWeights(path, { format: 'pytorch' });
  kernel = (await model.getWeights()).get('features.0/kernel')!.data;
  squeezenet = new Uint8Array(await readFile(path));
  await model.dispose();
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  requests = [];
  vi.stubEnv('XDG_CACHE_HOME', await mkdtemp(join(folder, 'cache-')));
  vi.stubEnv('STRIATE_WEIGHTS', '');
  vi.stubEnv('TORCH_HOME', join(folder, 'no torch'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

const hub = new WeightHub();
const browserHub = new WeightHub(browser);

describe('zoo.create with weights', () => {
  const kernelOf = async (model: ReturnType<typeof zoo.create>) =>
    (await model.getWeights()).get('features.0/kernel')!.data;

  it('stays synchronous without them', () => {
    expect(zoo.create('squeezenet1_1', { inputShape, weights: undefined }).name).toBe('squeezenet1_1');
    expect(zoo.create('squeezenet1_1', { inputShape, weights: null }).name).toBe('squeezenet1_1');
  });

  it('loads a file, and says how pictures are prepared', async () => {
    const model = await zoo.create('squeezenet1_1', { weights: squeezenet });
    expect(model.outputShape).toEqual([1000]);
    expect(await kernelOf(model)).toEqual(kernel);
    expect(model.preprocessing).toMatchObject(zoo.describe('squeezenet1_1').preprocessing);
    await model.dispose();
  });

  it('leaves out the top', async () => {
    const options = { weights: squeezenet, inputShape, includeTop: false } as const;
    const model = await zoo.create('squeezenet1_1', { ...options, pooling: 'avg' });
    expect(model.outputShape).toEqual([512]);
    expect(await kernelOf(model)).toEqual(kernel);
    // 256 of 224 pixels, in proportion.
    expect(model.preprocessing).toMatchObject({ size: [64, 64], resize: (64 * 256) / 224 });
    await model.dispose();
  });

  it('keeps a fresh layer for another number of classes', async () => {
    const model = await zoo.create('squeezenet1_1', { weights: squeezenet, inputShape, classes: 3, seed: 2 });
    const fresh = zoo.create('squeezenet1_1', { inputShape, classes: 3, seed: 2 });
    const [got, expected] = [await model.getWeights(), await fresh.getWeights()];
    expect(got.get('features.0/kernel')!.data).toEqual(kernel);
    expect(got.get('classifier.1/kernel')).toEqual(expected.get('classifier.1/kernel'));
    await Promise.all([model.dispose(), fresh.dispose()]);
  });

  it('is made for the classes that the weights have', async () => {
    const five = zoo.create('squeezenet1_1', { inputShape, classes: 5 });
    const path = join(folder, 'five.safetensors');
    await five.save(path);
    const model = await zoo.create('squeezenet1_1', { weights: path, inputShape });
    expect(model.outputShape).toEqual([5]);
    await Promise.all([model.dispose(), five.dispose()]);
  });

  it('loads GoogLeNet with and without its auxiliary classifiers', async () => {
    const whole = zoo.create('googlenet', { inputShape, classes: 2 });
    const path = join(folder, 'googlenet.safetensors');
    await whole.saveWeights(path, { format: 'pytorch' });
    const model = await zoo.create('googlenet', { weights: path, inputShape, auxiliary: false });
    expect(model.layers.some(({ name }) => name.startsWith('aux'))).toBe(false);
    await model.saveWeights(path);
    const again = await zoo.create('googlenet', { weights: path, inputShape });
    expect(again.layers.some(({ name }) => name.startsWith('aux'))).toBe(false);
    await Promise.all([whole, model, again].map((one) => one.dispose()));
  });

  it('refuses weights of another architecture, whatever the part', async () => {
    for (const part of [{}, { includeTop: false }, { classes: 3 }]) {
      const made = zoo.create('squeezenet1_0', { weights: squeezenet, inputShape, ...part });
      expect(await messageOf(made)).toMatch(/^weights of 'squeezenet1_0': .*(missing|other shapes)/);
    }
  });

  it('says which architectures have published weights, and where others are', async () => {
    const of = (name: string, weights: 'imagenet' | 'imagenet-v2'): Promise<string> =>
      messageOf(zoo.create(name, { weights }));
    expect(await of('xception', 'imagenet')).toMatch(
      /huggingface\.co\/timm\/legacy_xception.*there for alexnet, vgg11/,
    );
    expect(await of('cifar_resnet20', 'imagenet')).toMatch(/akamaster/);
    expect(await of('lenet5', 'imagenet')).toMatch(/train it/);
    expect(await of('resnet18', 'imagenet-v2')).toMatch(/no second ImageNet weights.*there for resnet50/);
  });
});

describe('published weights', () => {
  it('are those of architectures of the zoo that have torchvision’s names', () => {
    const names: readonly string[] = zoo.list({ weightNames: 'torchvision' });
    expect(Object.keys(publishedWeights).filter((name) => !names.includes(name))).toEqual([]);
    expect(names.filter((name) => !Object.hasOwn(publishedWeights, name))).toEqual([]);
    for (const { file, sha256 } of Object.values(publishedWeights).flatMap((row) => Object.values(row))) {
      expect(sha256).toMatch(/^[0-9a-f]{8}$/);
      expect(file).toContain(`-${sha256}.pth`);
    }
  });

  it('come from a folder without the network, under their own name or the architecture’s', async () => {
    for (const name of ['squeezenet1_1-b8a52dc0.pth', 'squeezenet1_1-imagenet.safetensors']) {
      const place = await mkdtemp(join(folder, 'own-'));
      await writeFile(join(place, name), squeezenet);
      const options = { weights: 'imagenet', inputShape, weightsMirror: mirror } as const;
      const model = await zoo.create('squeezenet1_1', { ...options, weightsFolder: place });
      expect((await model.getWeights()).get('features.0/kernel')!.data).toEqual(kernel);
      vi.stubEnv('STRIATE_WEIGHTS', place);
      await (await zoo.create('squeezenet1_1', options)).dispose();
      await model.dispose();
    }
    expect(requests).toEqual([]);
    expect(await messageOf(zoo.create('resnet18', { weights: 'imagenet', weightsFolder: join(folder, 'no') }))).toMatch(
      /^weightsFolder '.*no': there is no such folder/,
    );
  });

  it('come from PyTorch’s cache, under the name of older versions too', async () => {
    vi.stubEnv('TORCH_HOME', join(folder, 'torch'));
    await mkdir(join(folder, 'torch', 'hub', 'checkpoints'), { recursive: true });
    await writeFile(join(folder, 'torch', 'hub', 'checkpoints', 'old.pth'), content);
    const found = await hub.published({ ...published('new.pth'), formerly: 'old.pth' }, { weightsMirror: mirror });
    expect([requests, found.bytes.length]).toEqual([[], content.length]);
  });

  it('are fetched once, checked, told of and kept', async () => {
    const told: DownloadProgress[] = [];
    const options = {
      weightsMirror: `${mirror}/`,
      onDownload: (progress: DownloadProgress) => void told.push(progress),
    };
    const both = await Promise.all([1, 2].map(() => hub.published(published('whole.pth'), options)));
    for (const { bytes } of both) expect(Buffer.compare(bytes, content)).toBe(0);
    await hub.published(published('whole.pth'), options);
    expect(requests).toEqual(['/whole.pth all']);
    expect(told.at(-1)).toEqual({ file: 'whole.pth', received: content.length, total: content.length });
    const kept = await readdir(join(process.env.XDG_CACHE_HOME!, 'striate', 'weights'));
    expect(kept).toEqual(['whole.pth']);
  });

  it('go on after a connection that broke off', async () => {
    const options = { weightsMirror: mirror, onDownload: () => undefined };
    expect(await messageOf(hub.published(published('broken.pth'), options))).toMatch(/broke off.*goes on from there/);
    await hub.published(published('broken.pth'), options);
    expect(requests[1]).toMatch(/^\/broken\.pth bytes=[1-9]\d*-$/);
  });

  it('go on where all was there but the last step', async () => {
    const place = join(process.env.XDG_CACHE_HOME!, 'striate', 'weights');
    await mkdir(place, { recursive: true });
    await writeFile(join(place, 'whole.pth.part'), content);
    const { bytes } = await hub.published(published('whole.pth'), { weightsMirror: mirror });
    expect([bytes.length, requests]).toEqual([content.length, [`/whole.pth bytes=${content.length}-`]]);
  });

  it('are thrown away where the checksum is another', async () => {
    const options = { weightsMirror: mirror, onDownload: () => undefined };
    expect(await messageOf(hub.published(published('whole.pth', '00000000'), options))).toMatch(
      /SHA-256 checksum that begins with 00000000; received 50000 bytes with [0-9a-f]{64}, which were thrown away/,
    );
    expect(await readdir(join(process.env.XDG_CACHE_HOME!, 'striate', 'weights'))).toEqual([]);
  });

  it('say what to do where there is no such file, and no network', async () => {
    for (const [address, why] of [
      [mirror, /answered 404/],
      ['http://127.0.0.1:9', /must be reachable/],
    ] as const) {
      const message = await messageOf(hub.published(published('none.pth'), { weightsMirror: address }));
      expect(message).toMatch(why);
      expect(message).toMatch(/weights 'none\.pth': could not be fetched/);
      expect(message).toContain(`put it into ${join(process.env.XDG_CACHE_HOME!, 'striate', 'weights')}`);
      expect(message).toContain("weights: 'FILE'");
    }
  });

  it('are told of on a terminal with speed and time left, elsewhere in lines', () => {
    const shown = (interactive: boolean): string => {
      const lines: string[] = [];
      let time = 0;
      const tell = downloadLine({ interactive, columns: 80, write: (text) => lines.push(text) }, '/cache', () => time);
      for (; time <= 4000; time += 1000) tell({ file: 'a.pth', received: time * 1000, total: 4_000_000 });
      return lines.join('').replaceAll('\r\u001b[K', '|');
    };
    expect(shown(false)).toBe('Downloading a.pth (4.0 MB) into /cache\n4.0 of 4.0 MB - 1.0 MB/s\n');
    expect(shown(true)).toContain('|1.0 of 4.0 MB - 1.0 MB/s - 3s left|');
  });
});

describe('published weights in a browser', () => {
  /** The part of the browser's Cache API that is used. */
  const stubCaches = (): Map<string, Response> => {
    const kept = new Map<string, Response>();
    const match = (url: string) => Promise.resolve(kept.get(url)?.clone());
    const put = (url: string, response: Response) => Promise.resolve(void kept.set(url, response));
    vi.stubGlobal('caches', { open: () => Promise.resolve({ match, put }) });
    return kept;
  };

  it('are fetched once, checked and kept', async () => {
    const kept = stubCaches();
    for (let i = 0; i < 2; i++) {
      const { bytes } = await browserHub.published(published('whole.pth'), { weightsMirror: mirror });
      expect(Buffer.compare(bytes, content)).toBe(0);
    }
    expect([requests.length, [...kept.keys()]]).toEqual([1, [`${mirror}/whole.pth`]]);
  });

  it('say what went wrong, and keep nothing', async () => {
    const kept = stubCaches();
    const wrong = (file: string, digits?: string): Promise<string> =>
      messageOf(browserHub.published(published(file, digits), { weightsMirror: mirror }));
    expect(await wrong('whole.pth', '00000000')).toMatch(/do not have the SHA-256 checksum.*weightsFolder/);
    expect(await wrong('none.pth')).toMatch(/answered 404/);
    expect(await wrong('broken.pth')).toMatch(/connection broke off/);
    expect(kept.size).toBe(0);
  });

  it('come from an address of one’s own', async () => {
    expect((await browserHub.inFolder(['none.pth', 'whole.pth'], `${mirror}/`))?.place).toBe(`${mirror}/whole.pth`);
    expect(await browserHub.inFolder(['none.pth'], mirror)).toBeUndefined();
  });
});
