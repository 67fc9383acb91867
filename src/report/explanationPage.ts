import { basename } from 'node:path';
import { files } from '#platform';
import { legend, type CanvasPicture, type Explanation } from '../explain/index.js';
import { escapeMarkup } from '../platform/escapeMarkup.js';
import { dataUri } from './draw.js';
import { captionOf, viewsOf, type ExplainedFile } from './explainedFile.js';
import { formatPercent } from './html.js';
import { htmlPage } from './htmlPage.js';

/** Pixels of the longer side of the pictures on the page. */
const side = 560;

/** Between what a reader chooses: how much the heat covers the photo. */
const strengths = [
  { id: 'none', label: 'photo', opacity: 0 },
  { id: 'light', label: 'light', opacity: 0.4 },
  { id: 'usual', label: 'usual', opacity: 0.65 },
  { id: 'strong', label: 'strong', opacity: 0.85 },
  { id: 'heat', label: 'heat alone', opacity: 1 },
] as const;
const usual = 'usual' satisfies (typeof strengths)[number]['id'];

/** What the page has beyond the style of all pages. */
const style = `
.strength { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; align-items: center; gap: .3rem; margin: 1.6rem 0 0; padding: .5rem 0;
  border: 0; background: var(--ground); color: var(--quiet); font-size: .9rem; }
.strength legend { float: left; padding: 0; margin-right: .4rem; }
.strength label { padding: .15rem .7rem; border: 1px solid var(--rule); border-radius: 99px; cursor: pointer; }
.strength label:has(:checked) { background: var(--training); border-color: var(--training); color: var(--onTraining); }
.strength label:has(:focus-visible) { outline: 2px solid var(--training); outline-offset: 2px; }
.strength input { position: absolute; opacity: 0; pointer-events: none; }
.why { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(220px, 100%), 1fr)); gap: 1.25rem; margin: 0; padding: 0; list-style: none; }
.why + .why { margin-top: 1.25rem; }
.why > li { max-width: 560px; margin: 0; }
.why figure { height: 100%; padding: .75rem; background: var(--panel); border-radius: 10px; font-size: .9rem; }
.why img { display: block; width: 100%; }
.stack { position: relative; overflow: hidden; border-radius: 5px; }
.stack .over { position: absolute; inset: 0; height: 100%; opacity: .65; }
${strengths.map(({ id, opacity }) => `body:has(#${id}:checked) .over { opacity: ${opacity}; }`).join('\n')}
.why h3 { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 .8em; margin: .7rem 0 0; font-size: 1rem; overflow-wrap: anywhere; }
.why .photo + p { margin-top: .5rem; }
.why p { margin: .1rem 0 0; color: var(--quiet); overflow-wrap: anywhere; }
.bar { position: relative; height: 1.9rem; margin-top: .6rem; font-size: .82rem; font-variant-numeric: tabular-nums; }
.bar img { height: .6rem; border-radius: 3px; }
.bar span { position: absolute; bottom: 0; color: var(--quiet); white-space: nowrap; }
`;

/**
 * A self-contained page of photos with their explanations: each with what it is about, how it was made, its legend and what a
 * reader should know. How much the heat covers the photos is chosen on the page.
 */
export class ExplanationPage {
  private readonly sections: string[] = [];
  private readonly names: string[] = [];
  private readonly methods = new Set<string>();

  /** @param model the model's name */
  constructor(private readonly model: string) {}

  /** Adds a photo with its explanations. */
  async add(file: ExplainedFile): Promise<void> {
    const { photo, grey, over } = await viewsOf(file, side);
    const [name, ground] = [basename(file.picture), await jpegUri(grey)];
    let items = [
      `<figure><img class="photo" src="${await jpegUri(photo)}" alt="${escapeMarkup(name)}"><p>${escapeMarkup(file.picture)}</p></figure>`,
    ];
    const lists: string[] = [];
    for (const [i, explanation] of file.explanations.entries()) {
      this.methods.add(explanation.method);
      items.push(await figure(explanation, ground, over(explanation, 1)));
      // Methods for one target are side by side, those for the next below.
      if (explanation.target === file.explanations.at(i + 1)?.target) continue;
      lists.push(`<ul class="why">\n${items.map((item) => `<li>${item}</li>`).join('\n')}\n</ul>`);
      items = [];
    }
    this.names.push(name);
    this.sections.push(`<section>\n<h2>${escapeMarkup(name)}</h2>\n${lists.join('\n')}\n</section>`);
  }

  /** @throws StriateError when the file cannot be written. */
  async write(path: string): Promise<void> {
    const { names, sections, methods, model } = this;
    const title = names.length === 1 ? `Why ${names[0]}?` : `Why? ${names.length} pictures`;
    const choices = strengths
      .map(({ id, label }) => {
        const checked = id === usual ? ' checked' : '';
        return `<label><input type="radio" name="strength" id="${id}"${checked}>${label}</label>`;
      })
      .join('\n');
    const page = htmlPage({
      title,
      kind: 'explanation',
      style,
      lead: `What ${escapeMarkup(model)} looks at, by ${escapeMarkup([...methods].join(', '))}.`,
      main: `<fieldset class="strength"><legend>Heat over the photo</legend>\n${choices}\n</fieldset>\n${sections.join('\n')}`,
    });
    await files.writeWhole(path, new TextEncoder().encode(page));
  }
}

/** One explanation: its heat over the photo, and what is to be known of it. */
async function figure(explanation: Explanation, ground: string, heat: CanvasPicture): Promise<string> {
  const { target, probability, by, reading } = captionOf(explanation);
  const { bar, ticks } = legend(explanation, { width: 256, height: 1 });
  const marks = ticks.map(({ at, text }) => {
    const shift = at === 0 ? '' : `transform:translateX(-${100 * at}%);`;
    return `<span style="left:${100 * at}%;${shift}">${text}</span>`;
  });
  const { gap } = explanation;
  const said = [
    ...(gap === undefined
      ? []
      : [`Its sum is ${formatPercent(gap)} away from the difference of scores that it stands for.`]),
    ...explanation.notes,
  ];
  return `<figure>
<div class="stack"><img src="${ground}" alt=""><img class="over" src="${await jpegUri(heat)}" alt="${escapeMarkup(`heat of ${explanation.method} for ${target}`)}"></div>
<figcaption><h3><span>${escapeMarkup(target)}</span><span>${probability}</span></h3>
<p>${escapeMarkup(`${by}: ${reading}`)}</p>
<div class="bar"><img src="${await pngUri(bar)}" alt="">${marks.join('')}</div>
${said.map((note) => `<p>${escapeMarkup(note)}</p>`).join('\n')}</figcaption></figure>`;
}

async function jpegUri({ width, height, data }: CanvasPicture): Promise<string> {
  const { default: sharp } = await import('sharp');
  const raw = { width, height, channels: 4 } as const;
  return dataUri(await sharp(data, { raw }).removeAlpha().jpeg({ quality: 84 }).toBuffer(), 'image/jpeg');
}

async function pngUri({ width, height, data }: CanvasPicture): Promise<string> {
  const { default: sharp } = await import('sharp');
  return dataUri(
    await sharp(data, { raw: { width, height, channels: 4 } })
      .png()
      .toBuffer(),
    'image/png',
  );
}
