import { formatCount } from '../platform/textTable.js';
import { testScores } from './classScores.js';
import { formatPercent, formatSeconds, section, settingsTable, tiles, type PageSection } from './html.js';
import { htmlPage } from './htmlPage.js';
import { rowsOf } from './resultsCsv.js';
import type { DrawnRun, RunResult } from './runResult.js';
import { suspectsSection, type SuspectDrawings } from './suspectsSection.js';
import { testSections, testStyle, type ScoredTest, type TestDrawings } from './testSections.js';
import { trainingSections, type TrainingDrawings } from './trainingSections.js';

/** The drawings of a run's page, made beforehand. */
export type RunDrawings = TrainingDrawings & TestDrawings & SuspectDrawings;

/** What a run's page shows, from top to bottom. */
const sections: readonly PageSection<DrawnRun & ScoredTest, RunDrawings>[] = [
  runTiles,
  ...trainingSections,
  ...testSections,
  suspectsSection,
  settingsSection,
  filesSection,
];

/** A run as one self-contained HTML page: no request leaves it, and it follows the reader's light or dark setting. */
export function runPage(run: RunResult, drawings: RunDrawings): string {
  const { testedOn = 'test' } = run.data;
  const scored = { ...run, epochs: rowsOf(run.epochs), scores: testScores(run.test.confusion, run.data.classNames) };
  const wrong = Math.round((1 - run.test.accuracy) * run.data.test);
  return htmlPage({
    title: `${run.model} on ${run.data.name}`,
    kind: 'training run',
    lead:
      `It recognises <strong>${formatPercent(run.test.accuracy)}</strong> of ${formatCount(run.data.test)} ${testedOn} pictures ` +
      `that it was not trained on; ${wrong === 0 ? 'it gets none wrong' : `it gets ${formatCount(wrong)} wrong`}.`,
    style: testStyle,
    main: sections.map((write) => write(scored, drawings)).join('\n'),
  });
}

function runTiles(run: DrawnRun): string {
  const { head } = run;
  const solving = head ? head.seconds.features + head.seconds.crossValidation + head.seconds.solving : 0;
  const seconds = run.epochs.reduce((sum, epoch) => sum + epoch.seconds, solving);
  const measured = run.data.testedOn === 'validation' ? 'Validation' : 'Test';
  const entries: [string, string][] = [
    [`${measured} accuracy`, formatPercent(run.test.accuracy)],
    [`${measured} loss`, run.test.loss.toPrecision(3)],
    ...Object.entries(run.test.metrics ?? {}).map(([name, value]): [string, string] => [
      `${measured} ${name}`,
      value.toFixed(4),
    ]),
    ['Parameters', formatCount(run.parameters)],
    ...(head && run.epochs.length === 0 ? [] : [['Epochs', String(run.epochs.length)] as [string, string]]),
    ['Time', formatSeconds(seconds)],
  ];
  // A resumed run that was done already has trained none.
  if (run.imagesPerSecond > 0) entries.push(['Pictures/s', formatCount(Math.round(run.imagesPerSecond))]);
  return tiles(entries);
}

function settingsSection(run: DrawnRun): string {
  const { data, settings, engine } = run;
  const pictures = `${data.name}: ${formatCount(data.training)} training, ${formatCount(data.test)} ${data.testedOn ?? 'test'} pictures`;
  return section('settings', 'How it was run', settingsTable({ data: pictures, ...settings, engine }));
}

function filesSection({ head, epochs, suspects }: DrawnRun): string {
  const solvedOnly = head !== undefined && epochs.length === 0;
  const best = solvedOnly
    ? 'the model with its solved classifier'
    : 'the weights of the epoch with the best validation accuracy';
  const lines = [
    `<code>best.safetensors</code>: ${best}; try them with
<code>striate predict best.safetensors picture.png</code>`,
    ...(solvedOnly
      ? []
      : [
          `<code>last.safetensors</code>: the last weights with the optimizer's state; <code>striate train --resume</code> goes on
from them`,
        ]),
    ...(head && head.penalties.length > 0
      ? ['<code>penalties.csv</code>, <code>head.json</code>: how the classifier was solved']
      : []),
    ...(suspects ? ['<code>suspects.csv</code>: training pictures whose labels may be wrong'] : []),
    solvedOnly
      ? '<code>run.json</code>: the arguments'
      : '<code>results.csv</code>, <code>run.json</code>: the epochs and the arguments',
    `${[...(head && head.penalties.length > 0 ? ['penalties'] : []), ...(solvedOnly ? [] : ['curves']), 'confusion']
      .map((name) => `<code>${name}.svg</code>`)
      .join(', ')} (and <code>.png</code>), <code>architecture.svg</code>: the
pictures on this page`,
  ];
  return section('files', 'In this folder', `<ul>\n${lines.map((line) => `<li>${line}</li>`).join('\n')}\n</ul>`);
}
