import { join } from 'node:path';
import type { LearningRateCurve } from '../models/index.js';
import { drawChart } from './draw.js';
import { figure, section, settingsTable, table } from './html.js';
import { htmlPage } from './htmlPage.js';
import { formatRate, learningRateChart, learningRateSpec } from './learningRateChart.js';
import { followPage } from './reportPalette.js';
import { makeFolder, writeInto } from './writeInto.js';

/** What a search for a learning rate was made with. */
export interface LearningRateSearch {
  readonly model: string;
  readonly data: string;
  readonly found: LearningRateCurve;
  /** Option → value: optimizer, batch, seed, … */
  readonly settings: Readonly<Record<string, string | number>>;
}

const meanings = {
  valley: 'halfway along the longest fall: the one to begin with',
  steepest: 'where the loss falls fastest',
  minimum: 'a tenth of the rate at the lowest loss',
} as const satisfies Record<keyof LearningRateCurve['suggestion'], string>;

/** The suggestions as rows of a table: name, rate, what it is; the first is the one to begin with. */
export function suggestionRows({ suggestion }: LearningRateCurve): [name: string, rate: string, meaning: string][] {
  return Object.entries(meanings).map(([name, meaning]) => {
    return [name, formatRate(suggestion[name as keyof typeof meanings]), meaning];
  });
}

/**
 * Writes `learning-rate.svg` and the self-contained page `learning-rate.html` into a folder.
 *
 * @returns the page's path
 */
export async function writeLearningRateReport(folder: string, search: LearningRateSearch): Promise<string> {
  await makeFolder(folder);
  const [chart, drawing] = await Promise.all([
    learningRateChart(search.found),
    drawChart(learningRateSpec(search.found)).then(followPage),
  ]);
  await Promise.all([
    writeInto(folder, 'learning-rate.svg', chart),
    writeInto(folder, 'learning-rate.html', searchPage(search, drawing)),
  ]);
  return join(folder, 'learning-rate.html');
}

function searchPage({ model, data, found, settings }: LearningRateSearch, drawing: string): string {
  const { learningRates, losses, smoothed, suggestion, diverged } = found;
  const title = `A learning rate for ${model} on ${data}`;
  const last = formatRate(learningRates[learningRates.length - 1]);
  const label =
    `Loss over learning rates from ${formatRate(learningRates[0])} to ${last}; ` +
    `suggested: ${formatRate(suggestion.valley)}`;
  const rows = learningRates.map((rate, i) => [formatRate(rate), losses[i].toFixed(4), smoothed[i].toFixed(4)]);
  return htmlPage({
    title,
    kind: 'learning-rate finder',
    lead: `Begin with <strong>${formatRate(suggestion.valley)}</strong>.`,
    main: [
      section(
        'curve',
        'The loss at every rate',
        `${figure(drawing, label)}
<p class="note">One step at each of ${learningRates.length} rates, on batch after batch, with the loss before the step;
${diverged ? `at ${last} it diverged` : `it stayed within bounds up to ${last}`}. The weights were put back
afterwards.</p>
<details><summary>The numbers</summary>
${table(['learning rate', 'loss', 'smoothed'], rows)}</details>`,
      ),
      section(
        'suggestions',
        'What it suggests',
        table(['suggestion', 'learning rate', 'what it is'], suggestionRows(found)),
      ),
      section('settings', 'How it was found', settingsTable(settings)),
    ].join('\n'),
  });
}
