import { createReadStream } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import { Readable } from 'node:stream';
import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { StriateError } from '../tensor/index.js';
import { printable } from '../tensor/error.js';
import type { Refusal, StudioAnswer } from './api.js';
import { confinedPath } from './confinedPath.js';
import { convertKeras, isConversion } from './convertKeras.js';
import { listFolder, listRuns, pictureTypes } from './listings.js';
import { conversionPath, refusalOf } from './requestGuard.js';

/** What the studio's server may show. */
export interface StudioFolders {
  /** The built pages. */
  readonly pages: string;
  /** A folder of pictures and data sets. */
  readonly data?: string | undefined;
  /** A folder of runs, which need not be there yet. */
  readonly runs?: string | undefined;
  /** A model's file. */
  readonly model?: string | undefined;
}

/** What every answer carries. Isolation gives pages shared memory, and with it threads. */
const headers: Readonly<Record<string, string>> = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "connect-src 'self' blob:",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'permissions-policy': 'camera=(self), microphone=(), geolocation=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** What the pages are made of. */
const pageTypes: Readonly<Record<string, string>> = {
  ...pictureTypes,
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/**
 * The studio's server: pages, and a small interface to read runs and data (`api.ts`). It only reads, only what lies in the
 * given folders, and only for its own pages.
 *
 * @param hosts the names by which it may be called (`allowedHosts`)
 */
export function studioApp(folders: StudioFolders, version: string, hosts: ReadonlySet<string>): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    const { req } = context;
    const refusal = refusalOf(hosts, { method: req.method, path: req.path, header: (name) => req.header(name) });
    if (refusal === undefined) await next();
    else context.res = refuse(context, 403, { where: req.path, rule: refusal });
    for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value);
  });
  app.get('/api/studio', async (context) => {
    const answer: StudioAnswer = {
      version,
      data: folders.data !== undefined,
      runs: folders.runs !== undefined,
      model: folders.model === undefined ? null : await modelFile(folders.model),
    };
    return fresh(context.json(answer));
  });
  app.get('/api/runs', async (context) =>
    fresh(context.json(folders.runs ? await listRuns(folders.runs, folders.data) : [])),
  );
  app.get('/api/runs/file', (context) => {
    const { run = '', file = '' } = context.req.query();
    return bytesOf(context, folders.runs, `${run}/${file}`);
  });
  app.get('/api/data', async (context) => {
    const { folder = '' } = context.req.query();
    const listed = folders.data === undefined ? undefined : await listFolder(folders.data, folder);
    return listed ? fresh(context.json(listed)) : notFound(context, folder);
  });
  app.get('/api/data/file', (context) => bytesOf(context, folders.data, context.req.query('path') ?? ''));
  app.get('/api/model', (context) => {
    const { model } = folders;
    return bytesOf(context, model && dirname(model), model ? basename(model) : '');
  });
  const turn = takingTurns();
  app.post(conversionPath, bodyLimit({ maxSize: largestModel, onError: (context) => tooLarge(context) }), (context) => {
    const { name = 'model', to = '' } = context.req.query();
    return turn(async () => {
      if (!isConversion(to)) return notFound(context, to);
      const bytes = new Uint8Array(await context.req.arrayBuffer());
      const converted = await convertKeras(bytes, name, to);
      return fresh(
        context.body(converted as Uint8Array<ArrayBuffer>, 200, { 'content-type': 'application/octet-stream' }),
      );
    });
  });
  app.get('/api/*', (context) => notFound(context, context.req.path));
  app.get('*', async (context) => {
    const path = decoded(context.req.path);
    const found =
      path === undefined ? undefined : await confinedPath(folders.pages, path === '/' ? 'index.html' : path.slice(1));
    if (!found?.stats.isFile()) return notFound(context, context.req.path);
    const type = pageTypes[extname(found.path).toLowerCase()] ?? 'application/octet-stream';
    // Built files have their content's hash in their names.
    const lasts = path!.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    return stream(context, found.path, found.stats.size, { 'content-type': type, 'cache-control': lasts });
  });
  app.onError((error, context) =>
    error instanceof StriateError
      ? refuse(context, 422, { ...error.parts, where: error.where })
      : refuse(context, 500, { where: context.req.path, rule: error.message }),
  );
  return app;
}

/** The largest model that is converted, in bytes. */
const largestModel = 2 ** 30;

/** Runs one after the other: a conversion holds its model several times. */
function takingTurns(): <T>(run: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (run) => {
    const next = last.then(run);
    last = next.catch(() => undefined);
    return next;
  };
}

function tooLarge(context: Context): Response {
  const rule = 'is larger than 1 GB, the most that is converted here';
  return refuse(context, 413, {
    where: context.req.query('name') ?? 'model',
    rule,
    advice: 'convert it by striate export',
  });
}

/** A file of one of the folders, as bytes that no browser takes for a page. */
async function bytesOf(context: Context, folder: string | undefined, path: string): Promise<Response> {
  const found = folder === undefined ? undefined : await confinedPath(folder, path);
  if (!found?.stats.isFile()) return notFound(context, path);
  const type = pictureTypes[extname(found.path).toLowerCase()];
  return stream(context, found.path, found.stats.size, {
    'content-type': type ?? 'application/octet-stream',
    'cache-control': 'no-cache',
    'last-modified': found.stats.mtime.toUTCString(),
    ...(type === undefined && { 'content-disposition': 'attachment' }),
  });
}

function stream(context: Context, path: string, bytes: number, own: Readonly<Record<string, string>>): Response {
  const all = { ...own, 'content-length': String(bytes) };
  if (context.req.method === 'HEAD') return context.body(null, 200, all);
  return context.body(Readable.toWeb(createReadStream(path)) as ReadableStream, 200, all);
}

async function modelFile(path: string): Promise<StudioAnswer['model']> {
  const found = await confinedPath(dirname(path), basename(path));
  return found ? { name: basename(path), bytes: found.stats.size } : null;
}

function notFound(context: Context, where: string): Response {
  return refuse(context, 404, {
    where,
    rule: 'there is no such file here',
    advice: 'check its name and the folders given',
  });
}

function refuse(context: Context, status: 403 | 404 | 413 | 422 | 500, refusal: Refusal): Response {
  return fresh(context.json({ ...refusal, where: printable(refusal.where) }, status));
}

/** An answer that is asked for anew each time. */
function fresh(response: Response): Response {
  response.headers.set('cache-control', 'no-store');
  return response;
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
