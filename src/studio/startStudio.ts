import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { StriateError } from '../tensor/index.js';
import { systemCode, systemFailure } from '../platform/systemErrors.js';
import { allowedHosts } from './requestGuard.js';
import { studioApp, type StudioFolders } from './studioApp.js';

/** How the studio is served. */
export interface StudioOptions extends StudioFolders {
  /** Striate's version, which the pages show. */
  readonly version: string;
  /** The address to listen on; this machine alone by default. */
  readonly host?: string;
  /** The port; by default 7878, or a free one where that is taken. 0 is a free one. */
  readonly port?: number | undefined;
}

/** A studio that is served. */
export interface ServedStudio {
  /** What to open: `http://localhost:7878/`. */
  readonly address: string;
  close(): Promise<void>;
}

const usualPort = 7878;

/**
 * Serves the studio.
 *
 * @throws StriateError where the pages are not built, or the port or address cannot be had.
 */
export async function startStudio(options: StudioOptions): Promise<ServedStudio> {
  const { host = '127.0.0.1', port, version, ...folders } = options;
  if (!existsSync(join(folders.pages, 'index.html'))) {
    throw new StriateError({ where: folders.pages, rule: 'the studio’s pages are not built', advice: 'npm run build' });
  }
  const app = studioApp(folders, version, allowedHosts(host));
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await listen(server, host, port ?? usualPort)
    .catch((error: unknown) => {
      if (port === undefined && systemCode(error) === 'EADDRINUSE') return listen(server, host, 0);
      throw error;
    })
    .catch((error: unknown) => {
      throw listening(host, port ?? usualPort, error);
    });
  const bound = (server.address() as AddressInfo).port;
  const name = ['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host) ? 'localhost' : host;
  return {
    address: `http://${name.includes(':') ? `[${name}]` : name}:${bound}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Why an address cannot be listened on, with what to do. */
function listening(host: string, port: number, error: unknown): StriateError {
  const where = `${host}:${port}`;
  const known: Readonly<Record<string, { rule: string; advice: string }>> = {
    EADDRINUSE: { rule: 'the port is taken', advice: 'choose another: --port 0 takes a free one' },
    EACCES: { rule: 'this port may not be used', advice: 'choose one from 1024: --port 8080' },
    EADDRNOTAVAIL: { rule: 'this machine has no such address', advice: 'leave --host out, or name one of its own' },
    ENOTFOUND: { rule: 'there is no such host', advice: 'leave --host out, or name one of this machine’s addresses' },
  };
  const parts = known[systemCode(error) ?? ''];
  return parts ? new StriateError({ where, ...parts }, { cause: error }) : systemFailure(where, error);
}
