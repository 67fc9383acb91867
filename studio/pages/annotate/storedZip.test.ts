import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { storedZip } from './storedZip.js';

describe('storedZip', () => {
  it('is read by others, names in other scripts and empty files among them', async () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => (i * i) % 251);
    const files = [
      { path: 'images/고양이.png', file: new Blob([bytes]) },
      { path: 'labels/고양이.txt', file: new Blob([]) },
      { path: 'data.yaml', file: new Blob(['names: ["a"]\n']) },
    ];
    const zip = await storedZip(files);
    const read = unzipSync(new Uint8Array(await zip.arrayBuffer()));
    expect(Object.keys(read)).toEqual(files.map(({ path }) => path));
    for (const { path, file } of files) expect(read[path]).toEqual(new Uint8Array(await file.arrayBuffer()));
  });
});
