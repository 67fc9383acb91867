import { escapeMarkup } from '../platform/escapeMarkup.js';
import { formatCount } from '../platform/textTable.js';
import { isPhoto } from './drawnPictures.js';
import { formatPercent, section } from './html.js';
import type { RunResult } from './runResult.js';

/** The pictures of suspected labels, made beforehand. */
export interface SuspectDrawings {
  /** One address (`data:…`) for each of the first ones. */
  readonly suspects: readonly string[];
}

/** Training pictures whose labels are likely to be wrong, the worst first, a picture each. */
export function suspectsSection(
  { suspects, data }: Pick<RunResult, 'suspects' | 'data'>,
  drawings: SuspectDrawings,
): string {
  if (!suspects) return '';
  const { pictures, noiseRate, found } = suspects;
  const share = `By estimate ${formatPercent(Math.max(noiseRate, 0))} of the ${formatCount(pictures)} labels are wrong.`;
  const cards = drawings.suspects.map((drawing, i) => {
    const { index, file, label, suggested, quality, picture } = found[i];
    const name = escapeMarkup(file ?? `training picture ${index}`);
    const [own, other] = [label, suggested].map((number) => escapeMarkup(data.classNames[number]));
    const photo = picture && isPhoto(picture) ? ' class="photo"' : '';
    return `<li><figure>
<img src="${drawing}"${photo} title="${name}" alt="${name}: labelled ${own}, rather ${other}">
<figcaption><p>labelled <b class="wrong">${own}</b><span>${formatPercent(quality)}</span></p>
<p>rather <b>${other}</b></p></figcaption>
</figure></li>`;
  });
  const more = found.length > cards.length ? `, these are the ${cards.length} worst` : '';
  const body =
    found.length === 0
      ? '<p>No label of the training pictures looks wrong.</p>'
      : `<p>Training pictures judged by classifiers that were solved without them, on what the network sees in them; with the
probability that their label gets. ${share} <code>suspects.csv</code> lists all ${formatCount(found.length)} that are suspected${more}.
Look at each: some are only unusual.</p>
<ul class="mistakes">
${cards.join('\n')}
</ul>`;
  return section('suspects', 'Labels that may be wrong', body);
}
