import { escapeMarkup } from '../platform/escapeMarkup.js';
import { canvasUri, heatUri } from './drawnPictures.js';
import { formatPercent, section } from './html.js';
import type { Inside } from './inside.js';

/** The pictures of what a model has inside, as addresses (`data:…`). */
export interface InsideDrawings {
  readonly inside?: {
    readonly kernels: readonly string[];
    readonly examples: readonly {
      readonly picture: string;
      readonly heat: string;
      readonly activations: readonly string[];
      readonly pattern: string | undefined;
    }[];
  };
}

/** The style of the section. */
export const insideStyle = `
.kernels { display: grid; grid-template-columns: repeat(auto-fill, minmax(34px, 1fr)); gap: 4px; max-width: 620px; margin: 0 0 2rem; }
.kernels img, .inside img { display: block; width: 100%; border-radius: 3px; }
.kernels img, .inside img.drawing { image-rendering: pixelated; }
.inside { display: grid; gap: .6rem; margin: 0; padding: 0; list-style: none; }
.inside li { display: grid; grid-template-columns: 6.5rem repeat(var(--columns), minmax(0, 128px)); gap: .6rem; align-items: center; margin: 0; }
.inside .head { color: var(--quiet); font-size: .85rem; align-items: end; overflow-wrap: anywhere; }
.inside .name { overflow-wrap: anywhere; }
.inside small { display: block; color: var(--quiet); font-variant-numeric: tabular-nums; }
@media (max-width: 600px) { .inside li { grid-template-columns: repeat(var(--columns), minmax(0, 1fr)); gap: .3rem; }
  .inside .name { grid-column: 1 / -1; display: flex; gap: .5em; align-items: baseline; } .inside .head { font-size: .62rem; } .inside .head .name { display: none; } }
`;

/** The pictures of the section, drawn. */
export async function drawInside(inside: Inside | undefined): Promise<InsideDrawings> {
  if (!inside) return {};
  const kernels = await Promise.all((inside.kernels?.pictures ?? []).map(canvasUri));
  const examples = await Promise.all(
    inside.examples.map(async ({ picture, heat, activations, pattern }) => ({
      picture: await canvasUri(picture),
      heat: await heatUri(heat, picture),
      activations: await Promise.all(activations.map(canvasUri)),
      pattern: pattern && (await canvasUri(pattern)),
    })),
  );
  return { inside: { kernels, examples } };
}

/** What a model looks at inside: its first kernels, and an example of each class on its way through. Empty where nobody looked. */
export function insideSection(
  { inside, data }: { readonly inside?: Inside; readonly data: { readonly classNames: readonly string[] } },
  drawings: InsideDrawings,
): string {
  if (!inside || !drawings.inside) return '';
  const notes = inside.notes.map((note) => `<p class="note">${escapeMarkup(note)}</p>`);
  const body = [
    kernelsPart(inside, drawings.inside.kernels),
    examplesPart(inside, drawings.inside, data.classNames.length),
  ];
  return section('inside', 'What it looks at inside', [...body, ...notes].filter((part) => part !== '').join('\n'));
}

function kernelsPart({ kernels }: Inside, drawn: readonly string[]): string {
  if (!kernels) return '';
  const more = kernels.count > drawn.length ? `, ${drawn.length} of ${kernels.count}` : '';
  const images = drawn.map((uri, i) => `<img src="${uri}" alt="kernel ${i}">`);
  return `<p>The filters that look at the picture itself, <code>${escapeMarkup(kernels.layer)}</code>${more}.</p>
<div class="kernels">${images.join('')}</div>`;
}

function examplesPart(
  { examples, layers }: Inside,
  drawings: NonNullable<InsideDrawings['inside']>,
  classes: number,
): string {
  if (examples.length === 0) return '';
  const patterns = drawings.examples.some(({ pattern }) => pattern !== undefined);
  const titles = ['picture', 'what speaks for it', ...layers.map(({ name, shape }) => `${name} ${shape}`)];
  if (patterns) titles.push('what that filter looks for');
  const head = `<li class="head"><span class="name"></span>${titles.map((title) => `<span>${escapeMarkup(title)}</span>`).join('')}</li>`;
  const items = examples.map(({ name, picture, heat }, i) => {
    const drawn = drawings.examples[i];
    const small = Math.max(picture.width, picture.height) <= 64 ? ' class="drawing"' : '';
    const own = escapeMarkup(name);
    const seen = heat.probability === undefined ? '' : `<small>${formatPercent(heat.probability)}</small>`;
    const maps = drawn.activations.map((uri, k) => {
      return `<img src="${uri}" class="drawing" alt="what ${escapeMarkup(layers[k].name)} gives for ${own}">`;
    });
    const pattern = drawn.pattern === undefined ? '' : `<img src="${drawn.pattern}" alt="what answers to ${own}">`;
    return `<li><span class="name"><b>${own}</b> ${seen}</span><img src="${drawn.picture}"${small} alt="${own}"><img src="${drawn.heat}" alt="what speaks for ${own}">${maps.join('')}${pattern}</li>`;
  });
  const some = classes > examples.length ? ` of ${examples.length} of its ${classes} classes` : ' of each class';
  return `<p>A picture${some} on its way through: what speaks for the class, and of some layers the four channels that answer to this
picture rather than to the others${patterns ? '; at the end what the first of the last four looks for' : ''}.</p>
<ul class="inside" style="--columns: ${titles.length}">
${head}
${items.join('\n')}
</ul>`;
}
