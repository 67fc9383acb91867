import { describe, expect, it } from 'vitest';
import { resolveFolderOptions, type PictureCacheKind } from '../data/folders/folderOptions.js';
import { PictureCache } from './pictureCache.js';
import type { PictureGeometry } from './pictureGeometry.js';

const geometry: PictureGeometry = {
  height: 10,
  width: 10,
  channels: 3,
  fit: 'crop',
  margin: 1,
  interpolation: 'bilinear',
};
const picture = (side = 10): { data: Uint8Array; width: number; height: number; channels: number } => ({
  data: new Uint8Array(side * side * 3),
  width: side,
  height: side,
  channels: 3,
});

describe('decoded pictures that are kept', () => {
  it('take no more than the budget, whatever is offered', () => {
    const cache = new PictureCache(1000);
    for (let file = 0; file < 1000; file++) cache.offer(file, geometry, picture());
    const kept = Array.from({ length: 1000 }, (_, file) => file).filter((file) => cache.get(file, geometry));
    expect(kept).toEqual([0, 1, 2]);
    expect(cache.hasRoom(geometry)).toBe(false);
  });

  it('count together, at whatever sizes they are', () => {
    const cache = new PictureCache(1000);
    const larger = { ...geometry, fit: 'whole', margin: 1.5 } as const;
    cache.offer(0, geometry, picture());
    cache.offer(0, larger, picture(15));
    expect(cache.get(0, larger)?.width).toBe(15);
    expect(cache.hasRoom(geometry)).toBe(false);
    cache.offer(1, geometry, picture());
    expect(cache.get(1, geometry)).toBeUndefined();
  });

  it('count once when they are offered twice', () => {
    const cache = new PictureCache(600);
    for (let times = 0; times < 5; times++) cache.offer(0, geometry, picture());
    cache.offer(1, geometry, picture());
    expect(cache.get(1, geometry)).toBeDefined();
  });

  it('take 48 MB of memory or 4 GB of disk where nothing else is said, and nothing with cache: none', () => {
    const bytes = (...[options, caches]: [object, PictureCacheKind[]?]): number =>
      resolveFolderOptions('here', { size: [8, 8], ...options }, caches).cacheBytes;
    expect(bytes({})).toBe(48e6);
    expect(bytes({}, ['disk', 'memory', 'none'])).toBe(4e9);
    expect(bytes({ cache: 'memory' }, ['disk', 'memory', 'none'])).toBe(48e6);
    expect(bytes({ cacheBytes: 100 }, ['disk', 'memory', 'none'])).toBe(100);
    expect(bytes({ cache: 'none', cacheBytes: 100 })).toBe(0);
    expect(() => bytes({ cache: 'disk' })).toThrow(/cache must be memory, none; received 'disk'/);
  });
});
