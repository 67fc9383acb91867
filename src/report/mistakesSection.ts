import type { Explanation } from '../explain/index.js';
import { escapeMarkup } from '../platform/escapeMarkup.js';
import { heatUri, isPhoto, pictureUri } from './drawnPictures.js';
import { formatPercent, section } from './html.js';
import type { Mistake, MistakeHeat, RunResult, TestResult } from './runResult.js';

type Heat = keyof MistakeHeat;

/** The pictures of a mistake, as addresses (`data:…`). */
export interface MistakeDrawings {
  readonly picture: string;
  /** Undefined where it was not explained. */
  readonly heat?: Readonly<Record<Heat, string>>;
}

/** The style of the section. */
export const mistakesStyle = `
.for, .explained .wrong { color: var(--for); }
.against, .explained .right { color: var(--against); }
.with-heat { grid-template-columns: repeat(auto-fill, minmax(min(228px, 100%), 1fr)); }
.explained figure { display: grid; grid-template-columns: 1fr 1fr; gap: .45rem; align-content: start; }
.mistakes .explained img { margin: 0; }
.mistakes img.heat { image-rendering: auto; }
.explained figcaption { display: contents; }
.explained p { margin: 0; overflow-wrap: anywhere; }
.mistakes .explained span { flex-basis: 100%; margin: 0; }
@media (max-width: 600px) { .with-heat { grid-template-columns: 1fr 1fr; gap: .5rem; } .with-heat figure { padding: .5rem; } }
`;

/** The pictures of mistakes, drawn. */
export function drawMistakes(mistakes: readonly Mistake[]): Promise<MistakeDrawings[]> {
  return Promise.all(
    mistakes.map(async ({ picture, heat }) => {
      const seen = await pictureUri(picture);
      if (!heat) return { picture: seen };
      // The two classes on one scale, so that they can be compared.
      const limit = Math.max(...[heat.predicted, heat.label].map(largestIn));
      const [difference, predicted, label] = await Promise.all([
        heatUri(heat.difference, picture),
        heatUri(heat.predicted, picture, limit),
        heatUri(heat.label, picture, limit),
      ]);
      return { picture: seen, heat: { difference, predicted, label } };
    }),
  );
}

/** The largest number of a map; of one with signs, by its size. */
function largestIn({ map, signed }: Explanation): number {
  return map.data.reduce((most, value) => Math.max(most, signed ? Math.abs(value) : value), 0);
}

/** The surest of the wrong answers, a picture each, where they were explained with what decided. Empty where there are none. */
export function mistakesSection(
  { test, data }: { readonly test: TestResult; readonly data: Pick<RunResult['data'], 'classNames'> },
  drawings: { readonly mistakes: readonly MistakeDrawings[] },
): string {
  const { mistakes, unexplained } = test;
  if (mistakes.length === 0) return '';
  const cards = mistakes.map((mistake, i) => card(mistake, data.classNames, drawings.mistakes[i]));
  const explained = mistakes.filter(({ heat }) => heat);
  const told = [
    '<p>Pictures that it got wrong, the surest first; with the probability it gave to each class.</p>',
    reading(explained),
    unexplained === undefined ? '' : `<p class="note">${escapeMarkup(unexplained)}</p>`,
  ];
  const list = `<ul class="mistakes${explained.length > 0 ? ' with-heat' : ''}">\n${cards.join('\n')}\n</ul>`;
  return section('mistakes', 'Its most confident mistakes', [...told.filter((text) => text !== ''), list].join('\n'));
}

/** What the maps are and how they were made, once for all. */
function reading([first]: readonly Mistake[]): string {
  if (!first?.heat) return '';
  const { method, layer, map } = first.heat.difference;
  const from =
    layer === undefined ? '' : `, on the ${map.shape.join('×')} places of <code>${escapeMarkup(layer)}</code>`;
  return `<p>Beside each, in <b class="for">red</b>, the places that spoke for the answer rather than the truth, and in
<b class="against">blue</b> those for the truth; below, what spoke for either by itself, the lighter the more. By ${escapeMarkup(method)}${from}.</p>`;
}

function card(mistake: Mistake, classNames: readonly string[], { picture, heat }: MistakeDrawings): string {
  const label = escapeMarkup(classNames[mistake.label]);
  const predicted = escapeMarkup(classNames[mistake.predicted]);
  const name = escapeMarkup(mistake.file ?? `test picture ${mistake.index}`);
  const photo = isPhoto(mistake.picture) ? ' class="photo"' : '';
  const seen = `<img src="${picture}"${photo} title="${name}" alt="${name}: a ${label} taken for ${predicted}">`;
  const truth = `<p>is <b class="right">${label}</b><span>${formatPercent(mistake.labelProbability)}</span></p>`;
  const answer = `<p>seen as <b class="wrong">${predicted}</b><span>${formatPercent(mistake.probability)}</span></p>`;
  if (!heat) return `<li><figure>\n${seen}\n<figcaption>${truth}\n${answer}</figcaption>\n</figure></li>`;
  const map = (one: Heat, shown: string): string =>
    `<img class="heat" src="${heat[one]}" alt="what speaks for ${shown}">`;
  return `<li class="explained"><figure>
${seen}${map('difference', `${predicted} rather than ${label}`)}
${map('predicted', predicted)}${map('label', label)}
<figcaption>${answer}
${truth}</figcaption>
</figure></li>`;
}
