import type { JSX } from 'preact';
import { formatNumber, formatPercent, fullNumber } from '../../parts/formatNumber.js';
import { placeOf } from './ProductTable.js';
import { say } from './strings.js';
import type { Heat } from './explainTasks.js';
import type { Inside } from './tasks.js';
import type { UnitAnswer } from './unitTasks.js';
import { isSum, type How, type Measured } from './rules/rule.js';

/** What `WhyUnit` is given. */
export interface WhyUnitProps {
  readonly inside: Inside;
  readonly unit: UnitAnswer;
}

/** Why a number is what it is, in sums. */
export function WhyUnit({ inside, unit }: WhyUnitProps): JSX.Element {
  const { at } = unit;
  const row = inside.calls[unit.call];
  const { how, positive, negative, bias, sum, activation, value, padded, terms } = unit;
  const hows: Readonly<Record<How, string>> = {
    sum: say.howSum,
    mean: say.howMean,
    largest: say.howLargest,
    smallest: say.howSmallest,
    product: say.howProduct,
    quotient: say.howQuotient,
    function: say.howFunction,
    copy: say.howCopy,
    share: say.howShare,
  };
  const [first] = terms;
  return (
    <section>
      <h2>{placeOf(at, row.name)}</h2>
      <p class="inside-value number" title={fullNumber(value)}>
        {formatNumber(value, { digits: 4 })}
      </p>
      <p class="label">{how === undefined ? say.notFollowed(row.className) : `${row.className}: ${hows[how]}`}</p>
      {isSum(how) && (
        <dl class="inside-sum">
          <dt>{say.positive}</dt>
          <dd class="number">{formatNumber(positive.sum, { digits: 4, sign: true })}</dd>
          <dt>{say.negative}</dt>
          <dd class="number">{formatNumber(negative.sum, { digits: 4 })}</dd>
          {bias !== undefined && <dt>{say.bias}</dt>}
          {bias !== undefined && <dd class="number">{formatNumber(bias, { digits: 4, sign: true })}</dd>}
          <dt>{say.sum}</dt>
          <dd class="number">{formatNumber(sum, { digits: 4 })}</dd>
        </dl>
      )}
      {unit.measured && <p class="hint">{measuredText(unit.measured)}</p>}
      {activation !== undefined && (
        <p>
          {activation}({formatNumber(sum, { digits: 4 })}) = {formatNumber(value, { digits: 4 })}
        </p>
      )}
      {how === 'copy' && !first && <p>{say.zeroOutside}</p>}
      {padded > 0 && <p class="hint">{say.padded(padded)}</p>}
    </section>
  );
}

/** What a layer that normalizes measured. */
function measuredText({ count, mean, deviation, length, divisor }: Measured): string {
  const written = (value: number): string => formatNumber(value, { digits: 3 });
  if (mean !== undefined && deviation !== undefined) return say.standardized(count, written(mean), written(deviation));
  if (length !== undefined) return say.dividedByLength(count, written(length));
  return say.dividedBy(count, written(divisor ?? 1));
}

/** The five likeliest classes. */
export function TopFive({ inside, title = say.topFive }: { inside: Inside; title?: string }): JSX.Element | null {
  if (inside.classes.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <ol class="inside-top">
        {inside.classes.map(({ name, probability }) => (
          <li key={name}>
            <span>{name}</span>{' '}
            <span class="number" title={fullNumber(probability)}>
              {formatNumber(probability)}
            </span>
            <span class="bar">
              <span style={{ width: `${100 * probability}%` }} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What a heat map is, and how far it may be trusted. */
export function WhyHeat({ heat }: { heat: Heat }): JSX.Element {
  const percent = (share: number): string => formatPercent(share, 0);
  return (
    <section>
      <h2>{say.heatOf(heat.method, heat.target)}</h2>
      {heat.layer !== undefined && <p class="label">{say.readFrom(heat.layer)}</p>}
      {heat.inside && <p>{say.onBoxes(percent(heat.inside.energy), percent(heat.inside.area))}</p>}
      {[...heat.evidence, ...heat.notes].map((line) => (
        <p key={line}>{line}</p>
      ))}
    </section>
  );
}
