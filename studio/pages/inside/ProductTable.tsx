import type { JSX } from 'preact';
import { colourAt, colourMap } from '../../design/colourMaps.js';
import { theme } from '../../design/theme.js';
import { formatNumber, fullNumber } from '../../parts/formatNumber.js';
import { isSum } from './rules/rule.js';
import { say } from './strings.js';
import type { Inside } from './tasks.js';
import type { UnitAnswer } from './unitTasks.js';
import type { Term } from './unitEvidence.js';
import type { UnitPlace } from './units.js';

/** Rows that are shown of each sign. */
const mostRows = 8;

/** What `ProductTable` is given. */
export interface ProductTableProps {
  readonly unit: UnitAnswer;
  readonly inside: Inside;
  readonly onDown: (input: number, to: UnitPlace) => void;
}

/** What made a number, strongest first: what speaks for it and what against, each a place to go on to. */
export function ProductTable({ unit, inside, onDown }: ProductTableProps): JSX.Element {
  const { how, terms, before } = unit;
  if (terms.length === 0) return <section />;
  const hasProducts = isSum(how);
  const sides = hasProducts
    ? ([
        [say.positive, terms.filter(({ product }) => product > 0), unit.positive],
        [say.negative, terms.filter(({ product }) => product < 0), unit.negative],
      ] as const)
    : ([[say.products, terms, undefined]] as const);
  const nameOf = (call: number): string => (call < 0 ? say.picture : inside.calls[call].name);
  const sources = [...new Set(before)];
  const most = Math.max(...terms.map(({ product }) => Math.abs(product)), 1e-12);
  return (
    <section class="inside-products">
      {sides.map(([title, list, share]) => (
        <div key={title}>
          <h2>
            {title}{' '}
            {share && (
              <span class="label">
                {formatNumber(share.sum)} · {say.terms(share.count)}
              </span>
            )}
          </h2>
          <table>
            <thead>
              <tr>
                <th>{sources.length === 1 ? say.fromLayer(nameOf(sources[0])) : say.from}</th>
                <th class="number">{say.value}</th>
                {hasProducts && <th class="number">{say.weight}</th>}
                {hasProducts && <th class="number">{say.product}</th>}
              </tr>
            </thead>
            <tbody>
              {list.slice(0, mostRows).map((term, i) => (
                <tr key={i}>
                  <td>
                    <button type="button" class="quiet" onClick={() => onDown(term.input, term)}>
                      {placeOf(term, sources.length > 1 ? nameOf(before[term.input]) : '')}
                    </button>
                  </td>
                  <td class="number" title={fullNumber(term.value)}>
                    {formatNumber(term.value)}
                  </td>
                  {hasProducts && (
                    <td class="number" title={fullNumber(term.weight)}>
                      × {formatNumber(term.weight, { digits: 3 })}
                    </td>
                  )}
                  {hasProducts && (
                    <td
                      class="number"
                      title={fullNumber(term.product)}
                      style={{ background: barOf(term.product, most) }}
                    >
                      = {formatNumber(term.product)}
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ))}
    </section>
  );
}

/** Where a number is, in words. */
export function placeOf({ row, column, channel }: Term | UnitPlace, layer: string): string {
  return `${layer === '' ? '' : `${layer} `}${say.channel(channel + 1)} (${row + 1}, ${column + 1})`;
}

/** A bar as long as a product is large, from the right, behind its number. */
export function barOf(product: number, most: number): string {
  const colour = colourAt(colourMap('diverging', theme.value), product > 0 ? 0.75 : 0.25);
  const length = `${(100 * Math.abs(product)) / most}%`;
  return `linear-gradient(to left, ${colour} ${length}, transparent ${length})`;
}
