import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gunzip as gunzipInBrowsers } from './gunzip.browser.js';
import { gunzip as gunzipInNode } from './gunzip.node.js';

const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> (8 + (i % 7)));
const zeros = gzipSync(new Uint8Array(2 ** 24));

describe.each([
  ['in Node', gunzipInNode],
  ['in browsers', gunzipInBrowsers],
])('gunzip %s', (_, gunzip) => {
  it('unpacks, and shows how the file begins', async () => {
    let start = new Uint8Array(0);
    const unpacked = await gunzip(gzipSync(bytes), 'x.gz', (given) => {
      start = given.slice();
      return bytes.length;
    });
    expect(Buffer.compare(unpacked, bytes)).toBe(0);
    expect(start.length).toBeGreaterThan(1000);
    expect(Buffer.compare(start, bytes.subarray(0, start.length))).toBe(0);
    expect((await gunzip(gzipSync(Uint8Array.of(1, 2)), 'x.gz', () => Infinity)).join()).toBe('1,2');
  });

  it('does not unpack more than is allowed', async () => {
    const before = process.memoryUsage().rss;
    await expect(gunzip(zeros, 'x.gz', () => 5000)).rejects.toThrow(/^x\.gz: unpacks into more than the 5000 bytes/);
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 27);
  });

  it('refuses what is cut off', async () => {
    const cut = gzipSync(bytes).subarray(0, 3000);
    await expect(gunzip(cut, 'x.gz', () => Infinity)).rejects.toThrow(/^x\.gz: must be a complete gzip file/);
  });
});
