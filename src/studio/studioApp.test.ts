import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, get, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openModel, type OpenedModel } from '../classify/index.js';
import type { DataAnswer, ListedRun, Refusal, StudioAnswer } from './api.js';
import { startStudio, type ServedStudio } from './startStudio.js';

const folder = mkdtempSync(join(tmpdir(), 'studio-'));
const at = (...names: string[]): string => join(folder, ...names);

function put(path: string, text: string): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
}

put(at('pages', 'index.html'), '<!doctype html><title>Striate</title>');
put(at('pages', 'assets', 'main-1a2b.js'), 'export {};');
put(at('secret', 'key.txt'), 'secret');
put(at('secret.txt'), 'secret');
put(at('data', 'photos', 'owl.jpg'), 'owl');
put(at('data', 'photos', '10.png'), 'ten');
put(at('data', 'photos', '9.png'), 'nine');
put(at('data', '<img src=x onerror=alert(1)>.png'), 'markup');
put(at('data', 'page.html'), '<script>alert(1)</script>');
put(at('data', 'drawing.svg'), '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
put(at('data', '.hidden'), 'secret');
put(at('runs', 'one', 'run.json'), JSON.stringify({ data: 'digits', model: 'mnist_cnn' }));
put(at('runs', 'one', 'results.csv'), 'epoch,loss,accuracy,valLoss\n1,0.5,0.9,\n2,0.25,0.95,0.3\n3,0.1');
put(at('runs', 'one', 'best.safetensors'), 'weights');
put(at('runs', 'two', 'run.json'), '{ "data": ');
put(at('runs', 'notes', 'readme.txt'), 'no run');
/** As `striate train` writes it. */
const record = (data: string): string => JSON.stringify({ striate: '1.2.3', command: 'train', arguments: { data } });
const runsOn: Readonly<Record<string, string>> = {
  whole: at('data'),
  inside: at('data', 'photos'),
  named: 'photos',
  drawn: 'digits',
  elsewhere: at('secret'),
  linked: at('data', 'way-out'),
  above: '../secret',
  hidden: at('data', '.hidden'),
  file: at('data', 'photos', 'owl.jpg'),
};
for (const [name, data] of Object.entries(runsOn)) {
  put(at('runs', name, 'run.json'), record(data));
  utimesSync(at('runs', name, 'run.json'), new Date(), new Date(2019, 1));
}
put(at('model', 'theirs.onnx'), 'onnx');
put(at('model', 'other.onnx'), 'not asked for');
symlinkSync(at('secret'), at('data', 'way-out'));
symlinkSync(at('secret.txt'), at('data', 'secret-link.txt'));
symlinkSync(at('data', 'photos', 'owl.jpg'), at('data', 'same-owl.jpg'));
utimesSync(at('runs', 'two', 'run.json'), new Date(), new Date(2020, 1));

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A request as it is written here: `fetch` would mend its path and keep its host. */
function ask(address: string, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const request = get({ hostname, port, path, method, headers }, (response) => {
      let text = '';
      response.on('data', (part: Buffer) => (text += part.toString()));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
    });
    request.on('error', reject);
  });
}

describe('the studio’s server', () => {
  let studio: ServedStudio;
  const read = (path: string, headers?: Record<string, string>, method?: string): Promise<Answer> =>
    ask(studio.address, path, headers, method);
  /** Bytes from a page of the studio, as its browser sends them. */
  const sent = (path: string, body: Uint8Array): Promise<Response> =>
    fetch(new URL(path, studio.address), {
      method: 'POST',
      headers: { origin: new URL(studio.address).origin },
      body: body as Uint8Array<ArrayBuffer>,
    });
  beforeAll(async () => {
    const folders = { pages: at('pages'), data: at('data'), runs: at('runs'), model: at('model', 'theirs.onnx') };
    studio = await startStudio({ ...folders, version: '1.2.3', port: 0 });
  });
  afterAll(async () => {
    await studio.close();
    rmSync(folder, { recursive: true });
  });

  it('serves its pages isolated, under a strict policy', async () => {
    const page = await read('/');
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    const script = await read('/assets/main-1a2b.js');
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    for (const { headers } of [page, script, await read('/api/studio'), await read('/nothing')]) {
      expect(headers['cross-origin-opener-policy']).toBe('same-origin');
      expect(headers['cross-origin-embedder-policy']).toBe('require-corp');
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(headers['x-content-type-options']).toBe('nosniff');
      const policy = headers['content-security-policy'];
      expect(policy).toMatch(/default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/);
      expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|\*|https?:/);
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it.each(['evil.example', 'evil.example:80', 'localhost.evil.example', '127.0.0.1.nip.io', '10.0.0.7'])(
    'refuses to be called %j, as a name that was pointed at this machine would',
    async (host) => {
      for (const path of ['/', '/api/data', '/api/model']) {
        const { status, text } = await read(path, { host });
        expect(status).toBe(403);
        expect(text).not.toMatch(/owl|onnx|doctype/);
      }
    },
  );

  it.each(['localhost', 'LOCALHOST', '127.0.0.1', '[::1]', 'localhost:9999'])('may be called %s', async (host) => {
    expect((await read('/api/studio', { host })).status).toBe(200);
  });

  it.each<[string, Record<string, string>]>([
    ['an origin', { origin: 'https://evil.example' }],
    ['no origin it tells', { origin: 'null' }],
    ['another port', { origin: 'http://localhost:1' }],
    ['what browsers say', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['another server of this machine', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' }],
    [
      'a link into the data',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
    ],
  ])('refuses other pages: %s', async (_, headers) => {
    expect((await read('/api/data/file?path=photos/owl.jpg', { host: 'localhost', ...headers })).status).toBe(403);
  });

  it('may be linked to, and read by itself', async () => {
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect((await read('/', link)).status).toBe(200);
    const own = { host: 'localhost:7', origin: 'http://localhost:7', 'sec-fetch-site': 'same-origin' };
    expect((await read('/api/data', own)).status).toBe(200);
    const frame = { ...link, 'sec-fetch-dest': 'iframe' };
    expect((await read('/', frame)).status).toBe(403);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('does not take %s', async (method) => {
    const own = { host: 'localhost:7', origin: 'http://localhost:7' };
    expect((await read('/api/data', {}, method)).status).toBe(403);
    expect((await read('/api/data', own, method)).status).toBe(403);
  });

  it.each<[string, Record<string, string>]>([
    ['no page', {}],
    ['a page of elsewhere', { origin: 'https://evil.example' }],
    ['a page that tells no origin', { origin: 'null' }],
    ['a page of another port', { origin: 'http://localhost:1' }],
  ])('converts nothing for %s', async (_, headers) => {
    const path = '/api/convert?to=striate&name=x.keras';
    expect((await read(path, { host: 'localhost:7', ...headers }, 'POST')).status).toBe(403);
    expect((await read(path, { host: 'evil.example', origin: 'http://evil.example' }, 'POST')).status).toBe(403);
  });

  it('converts a page’s Keras file into one that pages read, and back', async () => {
    const keras = readFileSync(fileURLToPath(new URL('../../test/fixtures/keras/activations.keras', import.meta.url)));
    const converted = await sent('/api/convert?to=striate&name=activations.keras', keras);
    expect(converted.status).toBe(200);
    const bytes = new Uint8Array(await converted.arrayBuffer());
    const [from, own] = [
      await openModel(keras, { name: 'a.keras' }),
      await openModel(bytes, { name: 'a.safetensors' }),
    ];
    expect(own.format).not.toBe(from.format);
    expect(own.model.summary()).toBe(from.model.summary());
    const back = await sent('/api/convert?to=keras&name=model', bytes);
    const again = await openModel(new Uint8Array(await back.arrayBuffer()), { name: 'b.keras' });
    expect(again.format).toBe(from.format);
    const weights = async ({ model }: OpenedModel): Promise<number[][]> =>
      [...(await model.getWeights()).values()].map(({ data }) => Array.from(data, Number));
    expect(await weights(again)).toEqual(await weights(from));
    for (const { model } of [from, own, again]) await model.dispose();
  });

  it.each([
    ['to=striate&name=no.keras', 'no model', 422, /no\.keras: is a text/],
    ['to=striate&name=no.onnx', 'no model', 422, /no\.onnx: is no file of Keras/],
    ['to=keras&name=no', 'no model', 422, /no: /],
    ['to=elsewhere', 'no model', 404, /there is no such file here/],
  ])('says why it does not convert: %s', async (query, body, status, said) => {
    const answer = await sent(`/api/convert?${query}`, Buffer.from(body));
    expect(answer.status).toBe(status);
    const { where, rule } = (await answer.json()) as Refusal;
    expect(`${where}: ${rule}`).toMatch(said);
  });

  it('takes no more than it says it converts', async () => {
    const answer = await read(
      '/api/convert?to=striate&name=x.keras',
      { host: 'localhost:7', origin: 'http://localhost:7', 'content-length': String(2 ** 31), connection: 'close' },
      'POST',
    );
    expect(answer.status).toBe(413);
    expect(answer.text).toMatch(/x\.keras.*1 GB/);
  });

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/../../secret.txt',
    '/..%5csecret.txt',
    '//secret.txt',
    '/index.html%00.js',
    '/%',
    '/api/data/file?path=../secret.txt',
    '/api/data/file?path=photos/../../secret.txt',
    '/api/data/file?path=..%2fsecret.txt',
    '/api/data/file?path=..%5Csecret.txt',
    `/api/data/file?path=${encodeURIComponent(at('secret.txt'))}`,
    '/api/data/file?path=way-out/key.txt',
    '/api/data/file?path=secret-link.txt',
    '/api/data/file?path=.hidden',
    '/api/data/file?path=photos',
    '/api/data/file?path=',
    '/api/data?folder=..',
    '/api/data?folder=way-out',
    '/api/runs/file?run=..&file=secret.txt',
    '/api/runs/file?run=one&file=../../secret.txt',
    '/api/runs/file?run=&file=',
    '/api/other',
  ])('gives nothing for %s', async (path) => {
    const { status, text } = await read(path);
    expect(text).not.toMatch(/secret(?!-link|\.txt)/);
    expect(status).toBe(404);
  });

  it('lists what lies in the data, without what leads out of it', async () => {
    const { text } = await read('/api/data');
    const { entries, more } = JSON.parse(text) as DataAnswer;
    expect(entries.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      '<img src=x onerror=alert(1)>.png picture',
      'drawing.svg file',
      'page.html file',
      'photos folder',
      'same-owl.jpg picture',
    ]);
    expect(more).toBe(0);
    const photos = JSON.parse((await read('/api/data?folder=photos')).text) as DataAnswer;
    expect(photos.entries.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['9.png', 4],
      ['10.png', 3],
      ['owl.jpg', 3],
    ]);
  });

  it('gives pictures as pictures, and everything else as bytes that no browser runs', async () => {
    const owl = await read('/api/data/file?path=photos/owl.jpg');
    expect([owl.text, owl.headers['content-type'], owl.headers['content-disposition']]).toEqual([
      'owl',
      'image/jpeg',
      undefined,
    ]);
    for (const name of ['page.html', 'drawing.svg']) {
      const { headers } = await read(`/api/data/file?path=${name}`);
      expect([headers['content-type'], headers['content-disposition']]).toEqual([
        'application/octet-stream',
        'attachment',
      ]);
    }
    expect((await read('/api/data/file?path=same-owl.jpg')).text).toBe('owl');
    const named = await read(`/api/data/file?path=${encodeURIComponent('<img src=x onerror=alert(1)>.png')}`);
    expect(named.text).toBe('markup');
    expect((await read('/api/data/file?path=photos/owl.jpg', {}, 'HEAD')).headers['content-length']).toBe('3');
  });

  it('lists runs, the latest first, with the epochs that are written to their end', async () => {
    const runs = JSON.parse((await read('/api/runs')).text) as ListedRun[];
    expect(runs.map(({ name }) => name).slice(0, 2)).toEqual(['one', 'two']);
    expect(runs[0].arguments).toEqual({ data: 'digits', model: 'mnist_cnn' });
    expect(runs[0].epochs).toEqual([
      { epoch: 1, loss: 0.5, accuracy: 0.9 },
      { epoch: 2, loss: 0.25, accuracy: 0.95, valLoss: 0.3 },
    ]);
    expect(runs[0].files.map(({ name }) => name)).toEqual(['best.safetensors', 'results.csv', 'run.json']);
    expect(runs[1].arguments).toEqual({});
    expect((await read('/api/runs/file?run=one&file=best.safetensors')).text).toBe('weights');
  });

  it('tells where the data of a run lie inside the given folder, and of others nothing', async () => {
    const runs = JSON.parse((await read('/api/runs')).text) as ListedRun[];
    const found = Object.fromEntries(runs.map(({ name, data }) => [name, data]));
    expect(found).toEqual({
      one: null,
      two: null,
      whole: '',
      inside: 'photos',
      named: 'photos',
      drawn: null,
      elsewhere: null,
      linked: null,
      above: null,
      hidden: null,
      file: null,
    });
    expect(runs.find(({ name }) => name === 'inside')!.arguments).toEqual({ data: at('data', 'photos') });
  });

  it('says what it was started with, and gives the model alone of its folder', async () => {
    const answer = JSON.parse((await read('/api/studio')).text) as StudioAnswer;
    expect(answer).toEqual({ version: '1.2.3', data: true, runs: true, model: { name: 'theirs.onnx', bytes: 4 } });
    expect((await read('/api/model')).text).toBe('onnx');
  });
});

describe('starting the studio', () => {
  it('says what to do where a port is taken, and takes another where none was asked for', async () => {
    const pages = mkdtempSync(join(tmpdir(), 'studio-pages-'));
    put(join(pages, 'index.html'), '');
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((ready) => other.once('listening', ready));
    const { port } = other.address() as AddressInfo;
    await expect(startStudio({ pages, version: '1', port })).rejects.toThrow(
      `127.0.0.1:${port}: the port is taken; choose another: --port 0 takes a free one`,
    );
    const two = [await startStudio({ pages, version: '1' }), await startStudio({ pages, version: '1' })];
    expect(new Set(two.map(({ address }) => address)).size).toBe(2);
    await Promise.all(two.map((studio) => studio.close()));
    await expect(startStudio({ pages, version: '1', host: '192.0.2.1' })).rejects.toThrow(
      /this machine has no such address/,
    );
    other.close();
    rmSync(pages, { recursive: true });
    await expect(startStudio({ pages, version: '1' })).rejects.toThrow(/pages are not built; npm run build/);
  });
});
