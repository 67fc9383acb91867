import { files } from '#platform';
import type { CanvasPicture } from '../explain/index.js';
import { escapeMarkup } from '../platform/escapeMarkup.js';
import { dataUri } from './draw.js';
import { table } from './html.js';
import { htmlPage } from './htmlPage.js';
import { isCoarse, type PictureTile, type TileSection } from './tiles.js';

/** What stands on a page of tiles; all is text. */
export interface TilePage {
  readonly title: string;
  /** What kind of page it is, above the title. */
  readonly kind: string;
  /** The line under the title. */
  readonly lead: string;
  readonly sections: readonly TileSection[];
}

/** A page with more sections than this begins with a list of them. */
const listed = 4;
/** With more than this, the list is folded. */
const many = 16;

/** What the page has beyond the style of all pages. */
const style = `
.contents { display: flex; flex-wrap: wrap; gap: .3rem; margin: 1.6rem 0 0; padding: 0; list-style: none; font-size: .85rem; }
.contents li { margin: 0; }
.contents a { display: block; padding: .1rem .6rem; border: 1px solid var(--rule); border-radius: 99px; color: var(--quiet); text-decoration: none; }
.contents a:hover { color: var(--ink); border-color: var(--quiet); }
section > h2 { margin-bottom: .2rem; overflow-wrap: anywhere; }
section > .scroll { margin: 1rem 0; }
.tilesOf { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; margin-top: .8rem; }
.tilesOf > .first { flex: 0 1 260px; }
.tilesOf > ul { flex: 1 1 20rem; display: grid; grid-template-columns: repeat(auto-fill, minmax(var(--side), 1fr)); gap: .7rem; margin: 0; padding: 0; list-style: none; }
.tilesOf li { margin: 0; max-width: calc(1.6 * var(--side)); }
.tilesOf img { display: block; width: 100%; border-radius: 4px; }
.tilesOf img.coarse { image-rendering: pixelated; border-radius: 2px; }
.tilesOf figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 .5em; margin-top: .2rem; font-size: .78rem; line-height: 1.3;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.tilesOf figcaption span { color: var(--quiet); }
.tilesOf .silent { opacity: .35; }
.first figcaption { font-size: .85rem; }
`;

/**
 * Writes a self-contained page of pictures in tiles, each with its name and number, section by section.
 *
 * @throws StriateError when the file cannot be written.
 */
export async function writeTilePage(path: string, { title, kind, lead, sections }: TilePage): Promise<void> {
  const parts: string[] = [];
  for (const [i, section] of sections.entries()) parts.push(await sectionOf(section, i));
  const contents = sections.map(({ title: name }, i) => `<li><a href="#s${i}">${escapeMarkup(name)}</a></li>`);
  const links = `<ul class="contents">${contents.join('')}</ul>`;
  const folded = `<details><summary>${sections.length} parts</summary>${links}</details>`;
  const list = sections.length > many ? `${folded}\n` : sections.length > listed ? `${links}\n` : '';
  const page = htmlPage({ title, kind, style, lead: escapeMarkup(lead), main: list + parts.join('\n') });
  await files.writeWhole(path, new TextEncoder().encode(page));
}

async function sectionOf({ title, text, first, tiles, side, table: numbers }: TileSection, i: number): Promise<string> {
  const items: string[] = [];
  for (const tile of tiles) items.push(`<li>${await figure(tile)}</li>`);
  const list = items.length > 0 ? `<ul style="--side:${side}px">\n${items.join('\n')}\n</ul>` : '';
  const large = first ? `<div class="first">${await figure(first)}</div>\n` : '';
  return `<section aria-labelledby="s${i}">
<h2 id="s${i}">${escapeMarkup(title)}</h2>
${text.map((line) => `<p class="lead note" style="font-size:.95rem">${escapeMarkup(line)}</p>`).join('\n')}
${numbers ? table(numbers.header, numbers.rows) : ''}
<div class="tilesOf">${large}${list}</div>
</section>`;
}

async function figure({ picture, name, note, silent = false }: PictureTile): Promise<string> {
  const kinds = [...(isCoarse(picture) ? ['coarse'] : []), ...(silent ? ['silent'] : [])];
  const look = kinds.length > 0 ? ` class="${kinds.join(' ')}"` : '';
  const said = note === '' ? '' : `<span>${escapeMarkup(note)}</span>`;
  const alt = escapeMarkup(note === '' ? name : `${name}: ${note}`);
  return `<figure><img${look} src="${await pictureUri(picture)}" alt="${alt}"><figcaption><b>${escapeMarkup(name)}</b>${said}</figcaption></figure>`;
}

/** Few pixels as they are, many as a photo is kept. */
async function pictureUri(picture: CanvasPicture): Promise<string> {
  const { default: sharp } = await import('sharp');
  const { width, height, data } = picture;
  const image = sharp(data, { raw: { width, height, channels: 4 } });
  return isCoarse(picture)
    ? dataUri(await image.png({ compressionLevel: 9 }).toBuffer(), 'image/png')
    : dataUri(await image.flatten({ background: '#ffffff' }).jpeg({ quality: 86 }).toBuffer(), 'image/jpeg');
}
