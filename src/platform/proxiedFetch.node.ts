import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { connect as tlsConnect } from 'node:tls';

type Environment = Readonly<Record<string, string | undefined>>;

/** A variable in small or in capital letters; curl reads the small ones first. */
const variable = (name: string, environment: Environment): string | undefined =>
  [environment[name], environment[name.toUpperCase()]].find((value) => value !== undefined && value !== '');

/**
 * The proxy that the environment names for an address (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, in small letters too, as curl
 * reads them); undefined where there is none.
 */
export function proxyFor(address: string, environment: Environment = process.env): URL | undefined {
  const { protocol, hostname, port } = new URL(address);
  const named = variable(protocol === 'https:' ? 'https_proxy' : 'http_proxy', environment);
  if (named === undefined) return undefined;
  const host = hostname.toLowerCase();
  const exceptions = (variable('no_proxy', environment) ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  const isExcepted = exceptions.some((exception) => {
    const [, name, only] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(exception)!;
    if (only !== undefined && only !== (port || (protocol === 'https:' ? '443' : '80'))) return false;
    return exception === '*' || host === name || host.endsWith(`.${name}`);
  });
  if (isExcepted) return undefined;
  return new URL(/^[a-z]+:\/\//i.test(named) ? named : `http://${named}`);
}

/** As many as browsers follow. */
const mostRedirects = 20;

/** `fetch` of an address with GET, through the proxy that the environment names; Node's own knows of none before Node 24. */
export async function proxiedFetch(address: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  let at = address;
  for (let redirects = 0; ; redirects++) {
    const proxy = proxyFor(at);
    if (!proxy) return fetch(at, { headers });
    const answer = await throughProxy(new URL(at), proxy, headers);
    const { statusCode = 500, statusMessage, headers: given } = answer;
    if (given.location !== undefined && [301, 302, 303, 307, 308].includes(statusCode)) {
      answer.resume();
      if (redirects === mostRedirects) throw new Error('it leads from one address to the next without end');
      at = new URL(given.location, at).href;
      continue;
    }
    const fields = Object.entries(given).map(([name, value]): [string, string] => [name, String(value)]);
    const body = [204, 304].includes(statusCode) ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>);
    return new Response(body, { status: statusCode, statusText: statusMessage ?? '', headers: fields });
  }
}

/** Asks for an address: plain ones by the proxy itself, encrypted ones through a tunnel that it opens. */
async function throughProxy(url: URL, proxy: URL, headers: Readonly<Record<string, string>>): Promise<IncomingMessage> {
  const { username, password } = proxy;
  const secret = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  const allowed: Record<string, string> = username === '' ? {} : { 'Proxy-Authorization': `Basic ${secret}` };
  const request = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
  const to: RequestOptions = { host: proxy.hostname.replace(/^\[|\]$/g, ''), port: proxy.port || undefined };
  if (url.protocol === 'http:') {
    const sent = request({ ...to, path: url.href, headers: { ...headers, ...allowed, Host: url.host }, agent: false });
    return answered(sent);
  }
  const place = `${url.hostname}:${url.port || '443'}`;
  const tunnel = request({ ...to, method: 'CONNECT', path: place, headers: { ...allowed, Host: place }, agent: false });
  const socket = await new Promise<Socket>((resolve, reject) => {
    tunnel.once('error', reject);
    tunnel.once('response', ({ statusCode }) => reject(refusal(proxy, statusCode)));
    tunnel.once('connect', ({ statusCode }, opened: Socket) => {
      if (statusCode === 200) return resolve(opened);
      opened.destroy();
      reject(refusal(proxy, statusCode));
    });
    tunnel.end();
  });
  const servername = url.hostname;
  const secure = { agent: false, createConnection: () => tlsConnect({ socket, servername }) } as const;
  return answered(httpsRequest(url, { ...secure, headers: { ...headers, Connection: 'close' } }));
}

function refusal({ host }: URL, status: number | undefined): Error {
  return new Error(`the proxy ${host} answered ${status ?? 'nothing'}`);
}

function answered(sent: ReturnType<typeof httpRequest>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('error', reject);
    sent.once('response', resolve);
    sent.end();
  });
}
