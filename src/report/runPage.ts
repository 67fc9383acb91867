import { formatCount } from '../platform/textTable.js';
import { figure, formatPercent, formatSeconds, section, settingsTable, table, tiles } from './html.js';
import { headSection } from './headSection.js';
import { htmlPage } from './htmlPage.js';
import { epochRows } from './resultsCsv.js';
import type { RunResult } from './runResult.js';
import { classesSection, confusionSection, mistakesSection, modelSection, type TestDrawings } from './testSections.js';

/** The drawings of a run's page, made beforehand: inline SVG in the page's colours. */
export interface RunDrawings extends TestDrawings {
  /** Empty where there were no epochs. */
  readonly accuracy: string;
  readonly loss: string;
  /** What cross-validation gave for each penalty; undefined where none was chosen. */
  readonly penalties?: string | undefined;
}

/** A run as one self-contained HTML page: no request leaves it, and it follows the reader's light or dark setting. */
export function runPage(run: RunResult, drawings: RunDrawings): string {
  const title = `${run.model} on ${run.data.name}`;
  return htmlPage({
    title,
    kind: 'training run',
    lead: lead(run),
    main: [
      runTiles(run),
      headSection(run, drawings.penalties),
      curvesSection(run, drawings),
      confusionSection(run, drawings),
      mistakesSection(run, drawings),
      classesSection(run),
      modelSection(run),
      settingsSection(run),
      filesSection(run),
    ].join('\n'),
  });
}

function lead(run: RunResult): string {
  const wrong = Math.round((1 - run.test.accuracy) * run.data.test);
  return (
    `It recognises <strong>${formatPercent(run.test.accuracy)}</strong> of ${formatCount(run.data.test)} test pictures ` +
    `that it was not trained on; ${wrong === 0 ? 'it gets none wrong' : `it gets ${formatCount(wrong)} wrong`}.`
  );
}

function runTiles(run: RunResult): string {
  const { head } = run;
  const solving = head ? head.seconds.features + head.seconds.crossValidation + head.seconds.solving : 0;
  const seconds = run.epochs.reduce((sum, epoch) => sum + epoch.seconds, solving);
  const entries: [string, string][] = [
    ['Test accuracy', formatPercent(run.test.accuracy)],
    ['Test loss', run.test.loss.toPrecision(3)],
    ['Parameters', formatCount(run.parameters)],
    ...(head && run.epochs.length === 0 ? [] : [['Epochs', String(run.epochs.length)] as [string, string]]),
    ['Time', formatSeconds(seconds)],
  ];
  // A resumed run that was done already has trained none.
  if (run.imagesPerSecond > 0) entries.push(['Pictures/s', formatCount(Math.round(run.imagesPerSecond))]);
  return tiles(entries);
}

function curvesSection(run: RunResult, drawings: RunDrawings): string {
  const rows = epochRows(run.epochs, run.frozenEpochs);
  const last = rows.at(-1);
  if (last === undefined) return '';
  const { validation } = run.data;
  const describe = (name: string, value: number, second: number | undefined, format: (n: number) => string): string =>
    `${name} over ${run.epochs.length} epochs: at the end ${format(value)} in training` +
    (second === undefined || validation === undefined ? '' : `, ${format(second)} on the ${validation}`);
  const note =
    validation === 'test pictures'
      ? `<p class="note">This data set has no validation part, so the second line is measured on the test pictures, as in
textbooks. Weights were not chosen by it: the test result above is that of the last epoch.</p>`
      : '';
  return section(
    'curves',
    'How it learned',
    `<div class="pair">
${figure(drawings.accuracy, describe('Accuracy', last.accuracy, last.valAccuracy, formatPercent))}
${figure(
  drawings.loss,
  describe('Loss', last.loss, last.valLoss, (n) => n.toPrecision(3)),
)}
</div>
${note}
<details><summary>The numbers</summary>
${table(
  [
    'epoch',
    'loss',
    'accuracy',
    'validation loss',
    'validation accuracy',
    'seconds',
    ...(last.phase ? ['trained'] : []),
  ],
  rows.map((row) => [
    String(row.epoch),
    row.loss.toFixed(4),
    formatPercent(row.accuracy),
    row.valLoss?.toFixed(4) ?? '',
    row.valAccuracy === undefined ? '' : formatPercent(row.valAccuracy),
    row.seconds.toFixed(1),
    ...(row.phase ? [row.phase === 'frozen' ? 'the classifier' : 'everything'] : []),
  ]),
)}</details>`,
  );
}

function settingsSection(run: RunResult): string {
  const { data, settings, engine } = run;
  const pictures = `${data.name}: ${formatCount(data.training)} training, ${formatCount(data.test)} test pictures`;
  return section('settings', 'How it was run', settingsTable({ data: pictures, ...settings, engine }));
}

function filesSection({ head, epochs }: RunResult): string {
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
