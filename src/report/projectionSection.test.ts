import { describe, expect, it } from 'vitest';
import { Tensor } from '../tensor/index.js';
import { classColours } from './classColours.js';
import { PictureTiles } from './pictureTiles.js';
import { projectionCsv } from './projectionCsv.js';
import type { ProjectedPictures } from './projectedPictures.js';
import { projectionSection } from './projectionSection.js';

const hostile = '</script><script>alert(1)</script>';

/** Four pictures of two classes, the last of them mistaken. */
async function pictures(): Promise<ProjectedPictures> {
  const tiles = new PictureTiles(4, [2, 2, 1], 64);
  for (let i = 0; i < 4; i++)
    tiles.set(i, { height: 2, width: 2, channels: 1, values: new Float32Array(4).fill(i / 3) });
  return {
    model: 'net',
    data: 'mine',
    projection: {
      method: 'pca',
      points: new Tensor('float32', [4, 2], Float32Array.of(0, 0, 4, 0, 0, 2, 4, 2)),
      parameters: { components: 2 },
      seed: 0,
      explainedVarianceRatio: [0.75, 0.25],
    },
    quality: undefined,
    labels: [0, 1, 0, 1],
    predicted: [0, 1, 0, 0],
    probabilities: [1, 0.9, 0.8, 0.7],
    classNames: ['plain', hostile],
    files: ['a.png', 'b,"c".png', hostile, '=1+1.png'],
    tiles,
  };
}

describe('a page’s map of pictures', () => {
  it('holds names that are no markup, also within its script', async () => {
    const html = await projectionSection(await pictures(), 'Map');
    expect(html).not.toContain('alert(1)</script>');
    expect(html.match(/<script>/g)).toHaveLength(1);
    expect(html.match(/<\/script>/g)).toHaveLength(1);
    expect(html).toContain('&lt;/script&gt;');
    expect(html).not.toMatch(/https?:/);
  });

  it('says how many of each class were mistaken, and has every place', async () => {
    const html = await projectionSection(await pictures(), 'Map');
    expect(html).toMatch(/data-class="1".*<span>2<\/span> <b class="wrong">1 wrong/);
    expect(html).toContain('100 % of the variance is shown (75.0 % + 25.0 %)');
    expect(html).toContain('"places":[0,0,1,0,0,0.5,1,0.5]');
  });

  it('is a table, too, in which no name is a formula', async () => {
    const lines = projectionCsv(await pictures())
      .trimEnd()
      .split('\n');
    expect(lines[0]).toBe('x,y,label,prediction,probability,mistake,file');
    expect(lines[2]).toMatch(/^4,0,.*,0\.9000,0,"b,""c""\.png"$/);
    expect(lines[4]).toMatch(/^4,2,.*,plain,0\.7000,1,'=1\+1\.png$/);
  });
});

describe('the colours of classes', () => {
  it('are ten at most, of the most frequent, and one for the others', () => {
    const { of, sharing } = classColours(Array.from({ length: 13 }, (_, i) => (i === 5 ? 0 : i + 1)));
    expect(sharing).toBe(2);
    expect(of[0]).toBe(of[1]);
    expect(new Set(of.slice(2).filter((_, i) => i !== 3)).size).toBe(10);
  });
});

describe('small pictures', () => {
  it('have the mean of the pixels that they stand for, and lie in one sheet row by row', async () => {
    const tiles = new PictureTiles(3, [4, 4, 1], 2);
    const values = Float32Array.from({ length: 16 }, (_, i) => (i % 4 < 2 ? 0 : 1));
    tiles.set(0, { height: 4, width: 4, channels: 1, values });
    expect([tiles.width, tiles.height]).toEqual([2, 2]);
    const { default: sharp } = await import('sharp');
    const png = Buffer.from((await tiles.uri(0)).split(',')[1], 'base64');
    const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    expect(Array.from({ length: 4 }, (_, i) => data[i * info.channels])).toEqual([0, 255, 0, 255]);
    expect((await tiles.sheet()).columns).toBe(2);
  });
});
