import { formatCount } from '../platform/textTable.js';
import { figure, formatPercent, formatSeconds, section, table, type PageSection } from './html.js';
import { metricsOf } from './resultsCsv.js';
import type { DrawnRun } from './runResult.js';

/** The drawings of a training, made beforehand: inline SVG in the page's colours. */
export interface TrainingDrawings {
  /** Empty where there were no epochs. */
  readonly accuracy: string;
  readonly loss: string;
  /** What cross-validation gave for each penalty; empty where none was chosen. */
  readonly penalties: string;
}

/** What a run's page tells of its training: how its classifier was solved, and what its epochs gave. */
export const trainingSections: readonly PageSection<DrawnRun, TrainingDrawings>[] = [headSection, curvesSection];

/** How a run's classifier was solved; empty where it was trained by steps. */
function headSection({ head }: DrawnRun, { penalties: drawing }: TrainingDrawings): string {
  if (!head) return '';
  const { C, folds, penalties, crossValidated, training, validation, examples, features, seconds } = head;
  const best = penalties.find((one) => one.C === C);
  const held =
    folds === 1 ? 'a fifth of the pictures was held out' : `each of ${folds} parts of the pictures was held out once`;
  const chosen =
    crossValidated && best
      ? `Its penalty is the one with the lowest loss while ${held}: C = ${short(C)}, ` +
        `${formatPercent(crossValidated.accuracy)} of the held-out pictures right.`
      : `Its penalty is C = ${short(C)}; there was nothing to choose it by.`;
  const others = [
    `${formatPercent(training.accuracy)} of the pictures that it was solved on`,
    ...(validation ? [`${formatPercent(validation.accuracy)} of the validation pictures`] : []),
  ];
  const chart =
    drawing === ''
      ? ''
      : `${figure(drawing, `Accuracy and loss of held-out pictures over ${penalties.length} penalties; taken: C = ${short(C)}`)}
<details><summary>The numbers</summary>
${table(
  ['C', 'loss', 'accuracy'],
  penalties.map((one) => [short(one.C), one.loss.toFixed(4), formatPercent(one.accuracy)]),
)}</details>`;
  return section(
    'head',
    'How its classifier was solved',
    `<p>The layers before it stayed as they were and saw ${formatCount(examples)} pictures, once each
(${formatSeconds(seconds.features)}). On the ${formatCount(features)} numbers that they gave of each, standardized, the
classifier is a logistic regression, solved in ${formatSeconds(seconds.crossValidation + seconds.solving)}. ${chosen} With it, it
gets ${others.join(' and ')} right.</p>
${chart}`,
  );
}

/** A penalty as people read it. */
const short = (C: number): string => String(Number(C.toPrecision(3)));

/** A metric's name as a table's heading: `validation precision`. */
function metricTitle(name: string): string {
  return name.replace(/^val([A-Z])/, (_, first: string) => `validation ${first.toLowerCase()}`);
}

/** Accuracy and loss over the epochs; empty where there were none. */
function curvesSection(run: DrawnRun, drawings: TrainingDrawings): string {
  const { epochs } = run;
  const last = epochs.at(-1);
  if (last === undefined) return '';
  const { validation } = run.data;
  const measured = metricsOf(epochs);
  const describe = (name: string, value: number, second: number | undefined, format: (n: number) => string): string =>
    `${name} over ${epochs.length} epochs: at the end ${format(value)} in training` +
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
    ...measured.map(metricTitle),
    'seconds',
    ...(last.phase ? ['trained'] : []),
  ],
  epochs.map((row) => [
    String(row.epoch),
    row.loss.toFixed(4),
    formatPercent(row.accuracy),
    row.valLoss?.toFixed(4) ?? '',
    row.valAccuracy === undefined ? '' : formatPercent(row.valAccuracy),
    ...measured.map((name) => row.metrics?.[name]?.toFixed(4) ?? ''),
    row.seconds.toFixed(1),
    ...(row.phase ? [row.phase === 'frozen' ? 'the classifier' : 'everything'] : []),
  ]),
)}</details>`,
  );
}
