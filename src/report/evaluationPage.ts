import { classScores, macroAverages } from './classScores.js';
import { formatCount, formatPercent, table } from './html.js';
import { htmlPage } from './htmlPage.js';
import type { PageDrawings } from './page.js';
import { classes, confusion, mistakes, model, section, type TestedModel } from './pageSections.js';

/** Everything that the page of an evaluation tells. */
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

/** An evaluation as one self-contained HTML page, which follows the reader's light or dark setting. */
export function evaluationPage(
  result: EvaluationResult,
  drawings: Pick<PageDrawings, 'confusion' | 'mistakes'>,
): string {
  const { test, data } = result;
  const title = `${result.model} on ${data.name}`;
  const wrong = data.pictures - test.confusion.reduce((sum, row, i) => sum + row[i], 0);
  return htmlPage({
    title,
    kind: 'evaluation',
    lead: `It recognises <strong>${formatPercent(test.accuracy)}</strong> of ${formatCount(data.pictures)} pictures; ${
      wrong === 0 ? 'it gets none wrong' : `it gets ${formatCount(wrong)} wrong`
    }.`,
    main: [
      tiles(result),
      confusion(result, drawings),
      mistakes(result, drawings),
      classes(result),
      model(result),
      settings(result),
    ].join('\n'),
  });
}

function tiles({ test, data, parameters }: EvaluationResult): string {
  const { precision, recall, f1 } = macroAverages(classScores(test.confusion, data.classNames));
  const entries: readonly (readonly [string, string])[] = [
    ['Accuracy', formatPercent(test.accuracy)],
    ['Loss', test.loss.toPrecision(3)],
    ['Mean precision', formatPercent(precision)],
    ['Mean recall', formatPercent(recall)],
    ['Mean F1', formatPercent(f1)],
    ['Parameters', formatCount(parameters)],
  ];
  const items = entries.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join('\n');
  return `<dl class="tiles">\n${items}\n</dl>`;
}

function settings({ data, settings: asked, engine }: EvaluationResult): string {
  const rows = [
    ['data', `${data.name}: ${formatCount(data.pictures)} pictures`],
    ...Object.entries(asked).map(([name, value]) => [name, String(value)]),
    ['engine', engine],
  ];
  return section('settings', 'How it was tried', table(['setting', 'value'], rows));
}
