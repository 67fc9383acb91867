import { formatCount } from '../platform/textTable.js';
import { testScores } from './classScores.js';
import { ConfusionCounts } from './confusionCounts.js';
import { formatPercent, section, settingsTable, tiles, type PageSection } from './html.js';
import { htmlPage } from './htmlPage.js';
import { testSections, testStyle, type ScoredTest, type TestDrawings, type TestedModel } from './testSections.js';

/** Everything that the page of an evaluation shows. */
export interface EvaluationResult extends TestedModel {
  /** The model's name. */
  readonly model: string;
  readonly data: TestedModel['data'] & {
    readonly name: string;
    /** How many pictures were tried. */
    readonly pictures: number;
  };
  /** What was asked for, in the order to be shown: `{ preprocessing: 'torch' }`. */
  readonly settings: Readonly<Record<string, string | number>>;
  /** `wasm, relaxed SIMD, 2 threads`. */
  readonly engine: string;
}

/** What an evaluation's page shows, from top to bottom. */
const sections: readonly PageSection<EvaluationResult & ScoredTest, TestDrawings>[] = [
  evaluationTiles,
  ...testSections,
  settingsSection,
];

/** An evaluation as one self-contained HTML page, which follows the reader's light or dark setting. */
export function evaluationPage(result: EvaluationResult, drawings: TestDrawings): string {
  const { test, data } = result;
  const title = `${result.model} on ${data.name}`;
  const scored = { ...result, scores: testScores(test.confusion, data.classNames) };
  const wrong = data.pictures - ConfusionCounts.of(test.confusion).right.reduce((sum, n) => sum + n, 0);
  return htmlPage({
    title,
    kind: 'evaluation',
    lead: `It recognises <strong>${formatPercent(test.accuracy)}</strong> of ${formatCount(data.pictures)} pictures; ${
      wrong === 0 ? 'it gets none wrong' : `it gets ${formatCount(wrong)} wrong`
    }.`,
    style: testStyle,
    main: sections.map((write) => write(scored, drawings)).join('\n'),
  });
}

function evaluationTiles({ test, parameters, scores }: EvaluationResult & ScoredTest): string {
  const { precision, recall, f1 } = scores.averages;
  return tiles([
    ['Accuracy', formatPercent(test.accuracy)],
    ['Loss', test.loss.toPrecision(3)],
    ['Mean precision', formatPercent(precision)],
    ['Mean recall', formatPercent(recall)],
    ['Mean F1', formatPercent(f1)],
    ['Parameters', formatCount(parameters)],
  ]);
}

function settingsSection({ data, settings, engine }: EvaluationResult): string {
  const pictures = `${data.name}: ${formatCount(data.pictures)} pictures`;
  return section('settings', 'How it was tried', settingsTable({ data: pictures, ...settings, engine }));
}
