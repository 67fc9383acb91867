import { hostname, networkInterfaces } from 'node:os';

/** What a request says of where it comes from. */
export interface RequestOrigin {
  readonly method: string;
  /** The address's path. */
  readonly path: string;
  /** A header of the request, by its name in small letters. */
  readonly header: (name: string) => string | undefined;
}

/** Names of this machine that never leave it. */
const loopback = ['localhost', '127.0.0.1', '[::1]'] as const;

/** The one place that takes bytes: it answers with a model in another form, and keeps nothing. */
export const conversionPath = '/api/convert';

/** Addresses that stand for all of the machine's. */
const everywhere: readonly string[] = ['0.0.0.0', '::', '[::]'];

/**
 * The names by which pages may call the server. A page of elsewhere that has its own name point at this machine (DNS
 * rebinding) sends that name as the host, and is refused.
 *
 * @param host what the server listens on
 */
export function allowedHosts(host: string): ReadonlySet<string> {
  const asked = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  if (!everywhere.includes(host)) return new Set([...loopback, asked.toLowerCase()]);
  const own = Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses.map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address)),
  );
  return new Set([...loopback, hostname().toLowerCase(), ...own]);
}

/**
 * Why a request is refused; undefined where it is not. Files are only read, so that `GET` and `HEAD` are all there is, but for
 * bytes that a page of the studio has converted, which browsers send with its origin; a page of another origin gets nothing, but
 * may have a link to the studio.
 */
export function refusalOf(hosts: ReadonlySet<string>, { method, path, header }: RequestOrigin): string | undefined {
  const host = header('host') ?? '';
  const name = host.replace(/:\d+$/, '').toLowerCase();
  if (!hosts.has(name)) return 'this server is not called by that name; open the address that striate studio printed';
  const origin = header('origin');
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
    return 'pages of other servers may not read from the studio';
  }
  const isOwnPost = method === 'POST' && path === conversionPath && origin !== undefined;
  if (method !== 'GET' && method !== 'HEAD' && !isOwnPost) return 'files are only read here';
  const site = header('sec-fetch-site') ?? 'none';
  const isLink = header('sec-fetch-mode') === 'navigate' && header('sec-fetch-dest') === 'document';
  if (site !== 'none' && site !== 'same-origin' && !(isLink && !path.startsWith('/api/'))) {
    return 'pages of other servers may not read from the studio';
  }
  return undefined;
}
