import { escapeMarkup } from '../platform/escapeMarkup.js';
import { formatCount } from '../platform/textTable.js';
import { classColours } from './classColours.js';
import { section } from './html.js';
import { classCounts, methodText, pictureName, qualityTexts, type ProjectedPictures } from './projectedPictures.js';
import { projectionViewer, type ViewerData } from './projectionViewer.js';

/** What a page with a projection has beyond the style of all pages. */
export const projectionStyle = `
:root { color-scheme: light dark; }
.projection { display: grid; grid-template-columns: minmax(0, 1fr) minmax(11rem, auto); gap: 1rem; align-items: start; }
@media (max-width: 700px) { .projection { grid-template-columns: minmax(0, 1fr); } }
.projection .map { position: relative; }
.projection .map > canvas { display: block; width: 100%; aspect-ratio: var(--proportions); max-height: max(360px, 82vh); background: var(--panel); border-radius: 10px; cursor: crosshair; touch-action: pan-y; }
.projection .nearer { position: absolute; right: .6rem; top: .6rem; display: flex; gap: .3rem; }
.projection button { font: inherit; color: inherit; cursor: pointer; }
.projection .nearer button { min-width: 2rem; height: 2rem; padding: 0 .5rem; background: var(--ground); border: 1px solid var(--rule); border-radius: 6px; }
.projection .card { position: absolute; width: 158px; padding: .6rem; background: var(--ground); border: 1px solid var(--rule); border-radius: 8px; box-shadow: 0 4px 18px #0003;
  font-size: .82rem; line-height: 1.35; pointer-events: none; overflow-wrap: anywhere; }
.projection .card[hidden] { display: none; }
.projection .card canvas { display: block; margin: 0 auto .4rem; max-width: 100%; border-radius: 4px; }
.projection .card p { margin: .1rem 0 0; }
.projection .card p:first-of-type { font-weight: 600; }
.projection .card p:last-of-type { color: var(--quiet); font-size: .76rem; }
.projection .legend { max-height: min(78vh, 720px); overflow-y: auto; font-size: .9rem; }
.projection .legend label { display: block; padding: .15rem 0; cursor: pointer; }
.projection .legend ul { margin: .6rem 0 0; padding: 0; list-style: none; }
.projection .legend li { margin: 0; }
.projection .legend button { display: flex; align-items: baseline; gap: .5rem; width: 100%; padding: .18rem .3rem; background: none; border: 0; border-radius: 5px; text-align: left; }
.projection .legend button:hover { background: var(--panel); }
.projection .legend button.dim { opacity: .4; }
.projection .legend i { flex: none; width: .8rem; height: .8rem; border-radius: 3px; background: light-dark(var(--on-light), var(--on-dark)); }
.projection .legend span { margin-left: auto; padding-left: .6rem; color: var(--quiet); font-variant-numeric: tabular-nums; white-space: nowrap; }
.projection .legend b { min-width: 4.6rem; font-weight: 400; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
`;

/** A projection to look around in: a map with the pictures, a legend to pick classes out, and how far it may be believed. */
export async function projectionSection(pictures: ProjectedPictures, title: string, lead = ''): Promise<string> {
  const { labels, classNames, projection } = pictures;
  const { all, wrong } = classCounts(pictures);
  const { of } = classColours(all);
  const mistakes = wrong.reduce((sum, count) => sum + count, 0);
  const entries = classNames.flatMap((name, label) => {
    if (all[label] === 0) return [];
    const missed = wrong[label] > 0 ? ` <b class="wrong">${formatCount(wrong[label])} wrong</b>` : '';
    const colours = `--on-light:${of[label].light};--on-dark:${of[label].dark}`;
    return [
      `<li><button type="button" data-class="${label}" aria-pressed="false"><i style="${colours}"></i>${escapeMarkup(name)}<span>${formatCount(all[label])}</span>${missed}</button></li>`,
    ];
  });
  const onlyMistakes = mistakes > 0 ? '<label><input type="checkbox" name="mistakes"> mistakes alone</label>' : '';
  const ringed =
    mistakes > 0 ? ' Mistakes are ringed; a corner has the colour of the class that they were taken for.' : '';
  const described = `${formatCount(labels.length)} pictures by ${methodText(projection)}, coloured by class`;
  const body = `<p>${lead}Each point is a picture: near each other are those in which the network sees the same.${ringed}</p>
<p class="note">${escapeMarkup(`${methodText(projection)}: ${qualityTexts(pictures).join('; ')}.`)}</p>
<div class="projection">
<div class="map"><canvas style="--proportions:${proportions(pictures)}" tabindex="0" role="img" aria-label="${escapeMarkup(described)}"></canvas>
<div class="nearer"><button type="button" name="nearer" aria-label="nearer">+</button><button type="button" name="farther" aria-label="farther">−</button><button type="button" name="whole">whole</button></div>
<div class="card" hidden><canvas></canvas><p></p><p></p><p></p></div></div>
<div class="legend"><label><input type="checkbox" name="pictures" checked> pictures</label>${onlyMistakes}
<ul>
${entries.join('\n')}
</ul></div>
</div>
<script>(${projectionViewer.toString()})(document.currentScript.previousElementSibling, ${inScript(await viewerData(pictures))});</script>
<noscript>The map is drawn by this page's own script.</noscript>`;
  return section('projection', title, body);
}

async function viewerData(pictures: ProjectedPictures): Promise<ViewerData> {
  const { projection, labels, classNames, predicted, predictedNames, probabilities, tiles } = pictures;
  const { data, shape } = projection.points;
  const [count, columns] = shape;
  const { of } = classColours(classCounts(pictures).all);
  const column = (c: number): number[] =>
    Array.from({ length: count }, (_, i) => (c < columns ? data[i * columns + c] : 0));
  const [x, y] = [column(0), column(1)];
  const [[left, wide], [low, high]] = [range(x), range(y)];
  const scale = Math.max(wide, 1e-9);
  const { uri, columns: inRow } = await tiles.sheet();
  return {
    places: x.flatMap((value, i) => [round((value - left) / scale), round((y[i] - low) / scale)]),
    aspect: round(Math.max(high, 1e-9) / scale),
    labels: Array.from(labels),
    predicted: predicted ? Array.from(predicted) : [],
    percents: probabilities ? Array.from(probabilities, (share) => Math.round(share * 100)) : [],
    names: Array.from({ length: count }, (_, i) => pictureName(pictures, i)),
    classes: classNames,
    others: predictedNames ?? null,
    light: of.map(({ light }) => light),
    dark: of.map(({ dark }) => dark),
    sheet: uri,
    columns: inRow,
    tile: [tiles.width, tiles.height],
  };
}

/** Width by height of the map: as its points are, not too flat nor too high for a page. */
function proportions({ projection }: ProjectedPictures): string {
  const { data, shape } = projection.points;
  const [[, wide], [, high]] = [0, 1].map((c) => range(Array.from(data).filter((_, at) => at % shape[1] === c)));
  return Math.min(1.9, Math.max(1, wide / Math.max(high, 1e-9))).toFixed(3);
}

function range(values: readonly number[]): [low: number, span: number] {
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  return [low, values.reduce((a, b) => Math.max(a, b), -Infinity) - low];
}

function round(value: number): number {
  return Number(value.toFixed(5));
}

/** A value as a script of a page holds it: nothing in it can end the script. */
function inScript(value: object): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
