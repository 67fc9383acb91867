import type { JSX } from 'preact';
import { formatNumber, fullNumber } from '../../parts/formatNumber.js';
import { barOf, placeOf } from './ProductTable.js';
import { isSum } from './rules/rule.js';
import { say } from './strings.js';
import type { Inside } from './tasks.js';
import type { UnitAnswer } from './unitTasks.js';
import type { UnitPlace } from './units.js';

/** Rows that are shown of each layer. */
const mostRows = 8;

/** What `FeedTable` is given. */
export interface FeedTableProps {
  readonly unit: UnitAnswer;
  readonly inside: Inside;
  readonly onForward: (call: number, to: UnitPlace) => void;
}

/** The way forward: what a number brings to the units of the layers that take it, each a place to go on to. */
export function FeedTable({ unit, inside, onForward }: FeedTableProps): JSX.Element {
  const { feeds, value } = unit;
  return (
    <section class="inside-feeds" aria-label={say.feeds}>
      <h2>{say.feeds}</h2>
      {feeds.length === 0 && <p class="hint">{say.lastLayer}</p>}
      <div class="inside-products">
        {feeds.map(({ call, how, units, count }) => {
          const { name } = inside.calls[call];
          const hasProducts = isSum(how);
          const most = Math.max(...units.map(({ product }) => Math.abs(product)), 1e-12);
          return (
            <div key={call}>
              {units.length === 0 || (hasProducts && value === 0) ? (
                <>
                  <h3>{say.feedsLayer(name)}</h3>
                  <p class="hint">
                    {how === undefined ? say.notFollowed(name) : value === 0 ? say.feedsZero : say.feedsNothing}
                  </p>
                </>
              ) : (
                <table>
                  <thead>
                    <tr>
                      <th title={say.feedsAll(Math.min(mostRows, count), count)}>{say.feedsLayer(name)}</th>
                      {hasProducts && <th class="number">{say.weight}</th>}
                      {hasProducts && <th class="number">{say.brings}</th>}
                      <th class="number">{say.makes}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {units.slice(0, mostRows).map((to, i) => (
                      <tr key={i}>
                        <td>
                          <button type="button" class="quiet" onClick={() => onForward(call, to)}>
                            {nameOf(inside, call, to) ?? placeOf(to, '')}
                          </button>
                        </td>
                        {hasProducts && (
                          <td class="number" title={fullNumber(to.weight)}>
                            × {formatNumber(to.weight, { digits: 3 })}
                          </td>
                        )}
                        {hasProducts && (
                          <td
                            class="number"
                            title={fullNumber(to.product)}
                            style={{ background: barOf(to.product, most) }}
                          >
                            = {formatNumber(to.product)}
                          </td>
                        )}
                        <td class="number" title={fullNumber(to.value)}>
                          → {formatNumber(to.value)}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              )}
            </div>
          );
        })}
      </div>
    </section>
  );
}

/** The class that a unit of the answer stands for. */
function nameOf({ calls, labels }: Inside, call: number, { channel }: UnitPlace): string | undefined {
  const { shape } = calls[call];
  const isAnswer = shape.length === 1 && shape[0] === labels.length && call >= calls.length - 2;
  return isAnswer ? labels[channel] : undefined;
}
