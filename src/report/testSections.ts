import { escapeMarkup } from '../platform/escapeMarkup.js';
import { formatCount } from '../platform/textTable.js';
import type { ClassScore, ConfusedPair, TestScores } from './classScores.js';
import { projectionStyle } from './projectionSection.js';
import { figure, formatPercent, section, table, type PageSection } from './html.js';
import { insideSection, insideStyle, type InsideDrawings } from './insideSection.js';
import { mistakesSection, mistakesStyle, type MistakeDrawings } from './mistakesSection.js';
import type { RunResult } from './runResult.js';

/** What pages of runs and of evaluations have in common. */
export type TestedModel = Pick<RunResult, 'test' | 'inside' | 'layers' | 'architecture' | 'parameters'> & {
  readonly data: Pick<RunResult['data'], 'classNames' | 'inputShape'>;
};

/** The same, with what is read off its confusion matrix once for all sections. */
export type ScoredTest = TestedModel & { readonly scores: TestScores };

/** The drawings of a test, made beforehand. */
export interface TestDrawings extends InsideDrawings {
  /** Inline SVG in the page's colours. */
  readonly confusion: string;
  /** The same; empty where nothing was measured. */
  readonly calibration: string;
  /** The pictures of each mistake, in the result's order. */
  readonly mistakes: readonly MistakeDrawings[];
  /** The map of the test pictures, as `projectionSection` makes it; undefined or empty where there is none. */
  readonly projection?: string;
}

/** More classes than this are shown by the worst recognised ones, all of them in a table to open. */
const classRows = 40;
/** Rows of a table to open: a page of a few megabytes. */
const tableRows = 10_000;

/** What pages of a test have beyond the style of all pages. */
export const testStyle = mistakesStyle + insideStyle + projectionStyle;

/** What pages tell of a test, and of the model that was tested. */
export const testSections: readonly PageSection<ScoredTest, TestDrawings>[] = [
  confusionSection,
  mistakesSection,
  insideSection,
  mapSection,
  calibrationSection,
  classesSection,
  modelSection,
];

/** The test pictures in two dimensions. */
function mapSection(_: ScoredTest, { projection = '' }: TestDrawings): string {
  return projection;
}

/** The confusion matrix beside the most frequent mistakes. */
function confusionSection({ scores }: ScoredTest, { confusion: drawing }: TestDrawings): string {
  const { classes, confusions } = scores;
  const worst = confusions.slice(0, 5);
  const list = worst
    .map(
      ({ label, predicted, times }) =>
        `<li><b>${escapeMarkup(label)}</b> taken for <b>${escapeMarkup(predicted)}</b>: ${times} ×</li>`,
    )
    .join('\n');
  const described = worst.map(({ label, predicted, times }) => `${label} for ${predicted} ${times} times`).join(', ');
  const text = `Confusion matrix of ${classes.length} classes. Most frequent: ${described || 'no mistakes'}`;
  return section(
    'confusion',
    'What it takes for what',
    `<div class="beside">
${figure(drawing, text)}
<div>
<p>Each row is a true class, each column what the model said; a full diagonal is a perfect model.</p>
${list === '' ? '<p>No picture was mistaken.</p>' : `<p>Most frequent mistakes:</p>\n<ol>\n${list}\n</ol>`}
</div>
</div>${classes.length > classRows ? everyConfusion(confusions) : ''}`,
  );
}

/** Of many classes, what the drawing cannot name: a table in which the reader's browser finds names. */
function everyConfusion(found: readonly ConfusedPair[]): string {
  if (found.length === 0) return '';
  const shown = found.slice(0, tableRows);
  const title = `${shown.length < found.length ? `The ${formatCount(tableRows)} most frequent` : 'All'} of ${formatCount(found.length)} pairs`;
  const rows = shown.map(({ label, predicted, times }) => [label, predicted, formatCount(times)]);
  return `\n<details><summary>${title}, to be searched</summary>\n${table(['true class', 'taken for', 'times'], rows)}</details>`;
}

/** Probabilities closer than this to what happens may be taken at their word. */
const honest = 0.02;

/** The reliability diagram beside what it means. */
function calibrationSection({ test }: TestedModel, { calibration: drawing }: TestDrawings): string {
  if (!test.calibration) return '';
  const { bins, expectedCalibrationError: error, brierScore, confidence, accuracy } = test.calibration;
  const claims = `it gives its answers ${formatPercent(confidence)} and is right in ${formatPercent(accuracy)}`;
  const direction = confidence > accuracy ? 'too sure of itself' : 'more often right than it says';
  const verdict =
    error < honest
      ? `Its probabilities may be taken at their word: ${claims}.`
      : Math.abs(confidence - accuracy) < error / 2
        ? `It is too sure of some pictures and not sure enough of others: in the mean ${claims}.`
        : `It is ${direction}: in the mean ${claims}.`;
  return section(
    'calibration',
    'How far its probabilities may be believed',
    `<div class="beside">
${figure(drawing, `Reliability diagram: share of right answers by confidence. Expected calibration error ${formatPercent(error)}`)}
<div>
<p>${verdict}</p>
<p>Each bar holds the pictures whose answers got about the same probability, and is as high as the share of them that was right;
pale bars hold few pictures. Of honest probabilities, bars end at the dashed line; the orange lines are how far off they are, in the
mean of all pictures <b>${formatPercent(error)}</b> (expected calibration error, ${bins.length} bins).</p>
<p>Brier score ${brierScore.toFixed(3)}: the squared distance between probabilities and truth, 0 is perfect, 2 the worst.</p>
</div>
</div>`,
  );
}

/** Recall, precision and F1 of every class, or of the worst of many. */
function classesSection({ scores }: ScoredTest): string {
  const { classes, averages } = scores;
  const shortened = classes.length > classRows;
  const percent = (share: number): string => (Number.isNaN(share) ? '–' : formatPercent(share));
  const rowsOf = (shown: readonly ClassScore[]): string[][] =>
    shown.map((score) => [
      score.name,
      formatCount(score.pictures),
      percent(score.recall),
      percent(score.precision),
      percent(score.f1),
      score.takenFor === undefined ? '' : `${score.takenFor.name} (${score.takenFor.times} ×)`,
    ]);
  const tried = shortened
    ? classes.filter(({ pictures }) => pictures > 0).sort((a, b) => a.recall - b.recall)
    : classes;
  const rows = rowsOf(shortened ? tried.slice(0, classRows) : tried);
  const header = [
    'class',
    'pictures',
    'recognised (recall)',
    'right when named (precision)',
    'F1',
    'most often taken for',
  ];
  // The last row is the mean of all classes, also where only the worst are shown.
  const mean = [averages.recall, averages.precision, averages.f1].map(percent);
  rows.push(['mean of all classes', '', ...mean, '']);
  return section(
    'classes',
    'Class by class',
    `${shortened ? `<p>The ${classRows} worst recognised of ${classes.length} classes.</p>\n` : ''}${table(header, rows)}${shortened ? everyClass(header, rowsOf(tried.slice(0, tableRows)), tried.length) : ''}`,
  );
}

function everyClass(header: readonly string[], rows: readonly string[][], classes: number): string {
  const title = rows.length < classes ? `The ${formatCount(rows.length)} worst recognised` : 'Every class';
  return `\n<details><summary>${title}, to be searched</summary>\n${table(header, rows)}</details>`;
}

/**
 * How a drawing lies on the page: one that needs more room than the text has may go to the edges of the window, and shrink a
 * little before it has to be scrolled.
 */
function placeOf(svg: string): string {
  const width = Number(/<svg[^>]*\swidth="([\d.]+)/.exec(svg)?.[1] ?? 0);
  return width > 992 ? `class="scroll wide" style="--least: ${Math.round(0.8 * width)}px"` : 'class="scroll"';
}

/** The architecture's picture and its table. */
export function modelSection(
  run: Pick<RunResult, 'layers' | 'architecture' | 'parameters'> & {
    readonly data: Pick<RunResult['data'], 'inputShape'>;
  },
): string {
  const rows = run.layers.map((layer) => [layer.name, layer.type, layer.output, formatCount(layer.parameters)]);
  return section(
    'model',
    'The model',
    `<div ${placeOf(run.architecture)} role="group" aria-label="architecture, to be scrolled where it is wide" tabindex="0">${run.architecture}</div>
<details><summary>Layer by layer</summary>
${table(['layer', 'type', 'output', 'parameters'], rows)}</details>
<p>${formatCount(run.parameters)} parameters; pictures of ${run.data.inputShape.join(' × ')}.</p>`,
  );
}
