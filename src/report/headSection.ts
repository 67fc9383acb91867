import { formatCount } from '../platform/textTable.js';
import { figure, formatPercent, formatSeconds, section, table } from './html.js';
import type { RunResult } from './runResult.js';

/** How a run's classifier was solved; empty where it was trained by steps. */
export function headSection({ head }: RunResult, drawing: string | undefined): string {
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
    drawing === undefined
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

const short = (C: number): string => String(Number(C.toPrecision(3)));
