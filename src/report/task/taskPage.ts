import type { EpochResult } from '../../fit/history.js';
import { formatCount } from '../../platform/textTable.js';
import {
  figure,
  formatPercent,
  formatSeconds,
  section,
  settingsTable,
  table,
  tiles,
  type PageSection,
} from '../html.js';
import { htmlPage } from '../htmlPage.js';
import type { LayerRow, TestedOn } from '../runResult.js';
import { modelSection } from '../testSections.js';
import { judgedBoxes, shownFrom } from './judgedPictures.js';
import { marksLegend, seenStyle } from './seenPictures.js';
import { inWords, lossParts } from './taskCharts.js';
import { headline, type BoxTrial, type TaskTrial } from './taskTrial.js';

/** Everything that the page of a run, or an evaluation, of boxes, masks or points shows. */
export interface TaskResult {
  readonly model: string;
  readonly parameters: number;
  readonly layers: readonly LayerRow[];
  /** The architecture's picture: an SVG document. */
  readonly architecture: string;
  readonly inputShape: readonly number[];
  readonly testedOn: TestedOn | 'training';
  readonly trial: TaskTrial;
  /** How it was learned; undefined of an evaluation. */
  readonly training?: {
    readonly pictures: number;
    readonly epochs: readonly EpochResult[];
    readonly imagesPerSecond: number;
    readonly engine: string;
    readonly settings: Readonly<Record<string, string | number>>;
  };
}

/** The drawings of such a page, made beforehand: HTML and inline SVG; empty where there is none. */
export interface TaskDrawings {
  readonly worst: readonly string[];
  readonly best: readonly string[];
  readonly measure: string;
  readonly loss: string;
  readonly parts: string;
  readonly precisionRecall: string;
  readonly byIou: string;
  readonly bySize: string;
  readonly confusion: string;
}

/** From top to bottom. */
const sections: readonly PageSection<TaskResult, TaskDrawings>[] = [
  tilesSection,
  picturesSection,
  learningSection,
  precisionSection,
  confusionSection,
  classesSection,
  ({ layers, architecture, parameters, inputShape }) =>
    modelSection({ layers, architecture, parameters, data: { inputShape } }),
  settingsSection,
  filesSection,
];

/** One self-contained HTML page: no request leaves it, and it follows the reader's light or dark setting. */
export function taskPage(result: TaskResult, drawings: TaskDrawings): string {
  const { trial, model, training } = result;
  return htmlPage({
    title: `${model} on ${trial.set.name}`,
    kind: training ? 'training run' : 'evaluation',
    lead: leadOf(result),
    style: seenStyle,
    main: sections.map((write) => write(result, drawings)).join('\n'),
  });
}

const number = (value: number): string => (value >= 0 ? value.toFixed(3) : '–');

/** How boxes of all pictures came out. */
function outcomes(trial: BoxTrial): Record<'right' | 'mistaken' | 'missed' | 'invented', number> {
  const counts = { right: 0, mistaken: 0, missed: 0, invented: 0 };
  for (const picture of trial.truth.keys()) for (const { outcome } of judgedBoxes(trial, picture)) counts[outcome]++;
  return counts;
}

function leadOf({ trial, testedOn }: TaskResult): string {
  const on = `${formatCount(trial.set.size)} ${testedOn} pictures`;
  if (trial.task === 'segment')
    return `It names <strong>${formatPercent(trial.result.pixelAccuracy)}</strong> of the pixels of ${on} rightly.`;
  if (trial.task === 'keypoints') {
    const reach = formatPercent(trial.threshold).replace('.0', '');
    return `It sees <strong>${formatPercent(trial.pck)}</strong> of the points of ${on} within ${reach} of their thing’s size.`;
  }
  const { right, mistaken, missed, invented } = outcomes(trial);
  const all = right + mistaken + missed;
  const share = all === 0 ? '' : ` (${formatPercent(right / all)})`;
  return (
    `It finds <strong>${formatCount(right)} of ${formatCount(all)}</strong> things${share} in ${on}; ` +
    `${formatCount(mistaken)} it takes for others, and ${formatCount(invented)} of its boxes are of nothing.`
  );
}

function tilesSection({ trial, parameters, training }: TaskResult): string {
  const [name, value] = headline(trial);
  const measured: [string, string][] = [[name, number(value)]];
  if (trial.task === 'detect') measured.push(['mAP, IoU 0.50–0.95', number(trial.result.figures.map)]);
  else if (trial.task === 'segment') measured.push(['Boundary F', number(trial.result.meanBoundaryF)]);
  else measured.push(['Similarity (OKS)', number(trial.oks)]);
  const entries: [string, string][] = [...measured, ['Parameters', formatCount(parameters)]];
  if (training) {
    const { epochs, imagesPerSecond } = training;
    entries.push(
      ['Epochs', String(epochs.length)],
      ['Time', formatSeconds(epochs.reduce((sum, one) => sum + one.seconds, 0))],
    );
    if (imagesPerSecond > 0) entries.push(['Pictures/s', formatCount(Math.round(imagesPerSecond))]);
  }
  return tiles(entries);
}

/** The pictures that were understood worst and best. */
function picturesSection({ trial }: TaskResult, { worst, best }: TaskDrawings): string {
  const grid = (cards: readonly string[]): string =>
    `<div class="seen${trial.task === 'segment' ? ' wideCards' : ''}">\n${cards.join('\n')}\n</div>`;
  const note = trial.task === 'detect' ? `<p class="note">Boxes that are said with ${shownFrom} or more.</p>` : '';
  return [
    worst.length > 0 ? section('worst', 'Where it goes wrong most', `${marksLegend(trial)}${grid(worst)}${note}`) : '',
    best.length > 0
      ? section('best', 'Where it does best', `${worst.length > 0 ? '' : marksLegend(trial)}${grid(best)}`)
      : '',
  ].join('\n');
}

function learningSection({ training }: TaskResult, { measure, loss, parts }: TaskDrawings): string {
  if (!training || training.epochs.length === 0) return '';
  const { epochs } = training;
  const last = epochs[epochs.length - 1];
  const names = [...new Set(epochs.flatMap((epoch) => Object.keys(epoch)))].filter((name) => name !== 'seconds');
  const drawn = [
    measure && figure(measure, `What it can do over ${epochs.length} epochs`),
    loss && figure(loss, `Loss over ${epochs.length} epochs: at the end ${last.loss.toPrecision(3)} in training`),
    parts && figure(parts, `Parts of the loss: ${lossParts(epochs).map(inWords).join(', ')}`),
  ];
  const cell = (value: number | undefined): string => (value === undefined ? '' : String(Number(value.toPrecision(4))));
  return section(
    'curves',
    'How it learned',
    `<div class="pair">
${drawn.filter(Boolean).join('\n')}
</div>
<details><summary>The numbers</summary>
${table(
  ['epoch', ...names.map(inWords), 'seconds'],
  epochs.map((epoch, i) => [String(i + 1), ...names.map((name) => cell(epoch[name])), epoch.seconds.toFixed(1)]),
)}</details>`,
  );
}

function precisionSection({ trial }: TaskResult, { precisionRecall, byIou, bySize }: TaskDrawings): string {
  if (trial.task !== 'detect') return '';
  const { figures } = trial.result;
  const told = `Average precision ${number(figures.map50)} at IoU 0.50, ${number(figures.map75)} at 0.75`;
  const curves = precisionRecall === '' ? '' : figure(precisionRecall, 'Precision by recall of each class at IoU 0.50');
  return section(
    'precision',
    'How far its boxes can be trusted',
    `<div class="pair">\n${curves}\n${figure(byIou, told)}\n${figure(bySize, 'Average precision by size')}\n</div>`,
  );
}

function confusionSection({ trial }: TaskResult, { confusion }: TaskDrawings): string {
  if (trial.task === 'keypoints') return '';
  const text =
    trial.task === 'detect'
      ? 'Each row is what is there, each column what it was taken for. The last column are things that were missed, the last row boxes of nothing.'
      : 'Each row is what is there, each column what it was taken for, in hundredths of the class’s pixels.';
  return section(
    'confusion',
    'What it takes for what',
    `<div class="beside">\n${figure(confusion, 'Confusion of classes')}\n<div><p>${text}</p></div>\n</div>`,
  );
}

function classesSection({ trial }: TaskResult): string {
  if (trial.task === 'detect') {
    const { missed, invented } = trial.confusion;
    const rows = trial.result.perClass.map(({ className, things, ...own }, i) => [
      ...[className, formatCount(things), number(own.averagePrecision50), number(own.averagePrecision)],
      ...[number(own.averageRecall), formatCount(missed[i]), formatCount(invented[i])],
    ]);
    const header = [
      'class',
      'things',
      'AP at IoU 0.50',
      'AP, 0.50–0.95',
      'average recall',
      'missed',
      'boxes of nothing',
    ];
    return section('classes', 'Class by class', table(header, rows));
  }
  if (trial.task === 'segment') {
    const { counts, iou, boundaryF } = trial.result;
    const rows = trial.classNames.map((name, i) => [
      name === '__background__' ? 'background' : name,
      formatCount(counts[i].reduce((a, b) => a + b, 0)),
      ...[number(iou[i]), number(boundaryF[i])],
    ]);
    return section('classes', 'Class by class', table(['class', 'pixels', 'IoU', 'boundary F'], rows));
  }
  const rows = trial.set.pointNames.map((name, i) => {
    const labelled = trial.things.filter(({ thing }) => (thing.points?.[i]?.[2] ?? 0) > 0).length;
    return [name, formatCount(labelled), number(trial.perPoint[i] ?? NaN)];
  });
  return section('classes', 'Point by point', table(['point', 'labelled', `PCK@${trial.threshold}`], rows));
}

function settingsSection({ trial, training, testedOn }: TaskResult): string {
  if (!training) return '';
  const data = `${trial.set.name}: ${formatCount(training.pictures)} training, ${formatCount(trial.set.size)} ${testedOn} pictures`;
  return section('settings', 'How it was run', settingsTable({ data, ...training.settings, engine: training.engine }));
}

function filesSection({ training, trial }: TaskResult): string {
  const boxes = `<code>annotations.json</code>, <code>detections.json</code>: COCO’s files, from which pycocotools gives the same figures;
<code>curves.csv</code>: precision by recall`;
  const lines = [
    ...(training
      ? [
          '<code>best.safetensors</code>: the weights of the best epoch; <code>striate predict best.safetensors picture.png</code> draws what they see',
          '<code>last.safetensors</code>: the last weights with the optimizer’s state; <code>striate train --resume</code> goes on from them',
          '<code>results.csv</code>, <code>run.json</code>: the epochs and the arguments',
        ]
      : ['<code>evaluation.json</code>: all numbers']),
    ...(trial.task === 'detect' ? [boxes] : []),
  ];
  return section('files', 'In this folder', `<ul>\n${lines.map((line) => `<li>${line}</li>`).join('\n')}\n</ul>`);
}
