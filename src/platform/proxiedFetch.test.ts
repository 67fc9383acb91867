import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { files } from './files.node.js';
import { proxiedFetch, proxyFor } from './proxiedFetch.node.js';

describe('the proxy of the environment', () => {
  const env = {
    HTTPS_PROXY: 'http://proxy:3128',
    http_proxy: 'plain:80',
    NO_PROXY: 'localhost,.inside.org, 10.0.0.1:8080',
  };
  it.each([
    ['https://example.org/a', 'http://proxy:3128/'],
    ['http://example.org/a', 'http://plain/'],
    ['https://localhost/a', undefined],
    ['https://deep.inside.org/a', undefined],
    ['http://10.0.0.1:8080/a', undefined],
    ['http://10.0.0.1:8081/a', 'http://plain/'],
    ['https://notlocalhost/a', 'http://proxy:3128/'],
  ])('of %s is %s', (address, proxy) => {
    expect(proxyFor(address, env)?.href).toBe(proxy);
  });

  it('is none where there is none, or all are excepted', () => {
    expect(proxyFor('https://example.org', {})).toBeUndefined();
    expect(proxyFor('https://example.org', { https_proxy: 'p:1', no_proxy: '*' })).toBeUndefined();
  });
});

describe('through a proxy', () => {
  let proxy: Server;
  const asked: string[] = [];
  const tunnels = new Set<Duplex>();
  const before = { ...process.env };
  beforeAll(async () => {
    // Answers for every plain address; opens tunnels to nothing but notes where to.
    proxy = createServer((request, response) => {
      asked.push(
        `${request.headers['proxy-authorization'] ?? ''} ${request.method} ${request.url} ${request.headers.range ?? ''}`.trim(),
      );
      if (request.url!.endsWith('/moved')) return response.writeHead(302, { location: '/there' }).end();
      response.end('from afar');
    });
    proxy.on('connect', (request, socket) => {
      asked.push(`CONNECT ${request.url}`);
      tunnels.add(socket);
      if (request.url!.startsWith('refused')) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      // A tunnel to the proxy's own port, where nobody speaks TLS.
      const far = connect((proxy.address() as AddressInfo).port, '127.0.0.1');
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      far.pipe(socket).pipe(far);
      far.on('error', () => socket.destroy());
      socket.on('error', () => far.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    for (const name of ['http_proxy', 'https_proxy', 'no_proxy', 'NO_PROXY']) Reflect.deleteProperty(process.env, name);
    process.env.HTTP_PROXY = `http://me:secret@127.0.0.1:${port}`;
    process.env.HTTPS_PROXY = `127.0.0.1:${port}`;
  });
  afterEach(() => void asked.splice(0));
  afterAll(() => {
    for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'NO_PROXY']) {
      if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[name];
    }
    // Tunnels are no connections of the server's any more: it would wait for them.
    proxy.close();
    for (const socket of tunnels) socket.destroy();
  });

  it('plain addresses are asked for by it, redirects and rests too', async () => {
    const response = await proxiedFetch('http://far.example/moved', { Range: 'bytes=3-' });
    expect(await response.text()).toBe('from afar');
    const me = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    expect(asked).toEqual([
      `${me} GET http://far.example/moved bytes=3-`,
      `${me} GET http://far.example/there bytes=3-`,
    ]);
    expect(Buffer.from(await files.read('http://far.example/model.onnx')).toString()).toBe('from afar');
  });

  it('encrypted ones go through a tunnel, and its refusal is told', async () => {
    await expect(proxiedFetch('https://refused.example/x')).rejects.toThrow(
      /^the proxy 127\.0\.0\.1:\d+ answered 403$/,
    );
    await expect(proxiedFetch('https://far.example/x')).rejects.toThrow();
    expect(asked.slice(0, 2)).toEqual(['CONNECT refused.example:443', 'CONNECT far.example:443']);
  });
});
