import { basename, dirname, relative, resolve, sep } from 'node:path';
import { files } from '#platform';
import { escapeMarkup } from '../platform/escapeMarkup.js';
import { formatCount } from '../platform/textTable.js';
import type { EmbeddingIndex } from '../retrieval/index.js';
import { dataUri } from './draw.js';
import { htmlPage } from './htmlPage.js';
import { thumbnailFile } from './thumbnail.js';

/** What was found for one picture. */
export interface SearchResult {
  /** The picture's path, as it was given. */
  readonly picture: string;
  /** The most similar first. */
  readonly neighbours: readonly SimilarPicture[];
}

/** A picture of the index. */
export interface SimilarPicture {
  /** Its path in the folder that the index was built from. */
  readonly name: string;
  /** Where it is, unless the folder was moved. */
  readonly path: string;
  /** Its number in the index. */
  readonly index: number;
  readonly label?: string;
  /** The cosine of the angle between the vectors, from −1 to 1. */
  readonly similarity: number;
}

/** Pixels of the longer side of the pictures on the page. */
const side = 240;

/** What the page has beyond the style of all pages. */
const style = `
.found { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 1rem; margin: 0; padding: 0; list-style: none; }
.found figure { height: 100%; padding: .6rem; background: var(--panel); border-radius: 10px; font-size: .85rem; }
.found .query figure { outline: 2px solid var(--validation); }
.found img, .found .gone { display: flex; align-items: center; justify-content: center; width: 100%; aspect-ratio: 1; object-fit: contain;
  margin-bottom: .5rem; border-radius: 4px; color: var(--quiet); }
.found figcaption { overflow-wrap: anywhere; }
.found b { font-variant-numeric: tabular-nums; }
.found small { display: block; color: var(--quiet); }
`;

/**
 * Writes a self-contained page that shows each query and what it found; pictures link to their files.
 *
 * @throws StriateError when the file cannot be written.
 */
export async function writeSearchPage(
  path: string,
  indexFile: string,
  index: EmbeddingIndex,
  results: readonly SearchResult[],
): Promise<void> {
  const title = results.length === 1 ? `Similar to ${basename(results[0].picture)}` : 'Similar pictures';
  const sections: string[] = [];
  for (const result of results) sections.push(await section(path, result));
  const by = index.model ? ` by ${escapeMarkup(index.model.name)}` : '';
  const page = htmlPage({
    title,
    kind: 'search',
    style,
    main: sections.join('\n'),
    lead:
      `The most similar of ${formatCount(index.size)} pictures in ${escapeMarkup(basename(indexFile))}: the cosine between\n` +
      `vectors of ${formatCount(index.dimensions)} numbers${by}, 1 for the same direction.`,
  });
  await files.writeWhole(path, new TextEncoder().encode(page));
}

async function section(page: string, { picture, neighbours }: SearchResult): Promise<string> {
  const query = await figure(page, picture, picture, '<b>looked for</b>');
  const found: string[] = [];
  for (const { path, name, label, similarity } of neighbours) {
    const caption = `<b>${similarity.toFixed(3)}</b>${label === undefined ? '' : ` ${escapeMarkup(label)}`}`;
    found.push(`<li>${await figure(page, path, name, caption)}</li>`);
  }
  return `<section>
<h2>${escapeMarkup(basename(picture))}</h2>
<ol class="found">
<li class="query">${query}</li>
${found.join('\n')}
</ol>
</section>`;
}

async function figure(page: string, path: string, name: string, caption: string): Promise<string> {
  const bytes = await thumbnailFile(path, side);
  const address = relative(dirname(resolve(page)), resolve(path))
    .split(sep)
    .map(encodeURIComponent)
    .join('/');
  const shown = bytes
    ? `<a href="${escapeMarkup(address)}"><img src="${dataUri(bytes, 'image/jpeg')}" alt="${escapeMarkup(name)}"></a>`
    : '<span class="gone">not found any more</span>';
  return `<figure>${shown}<figcaption>${caption}<small>${escapeMarkup(name)}</small></figcaption></figure>`;
}
