import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { formatNumber } from '../../parts/formatNumber.js';
import type { Decision } from './corrections.js';
import { PictureCanvas, type Heat } from './PictureCanvas.js';
import type { MistakesState } from './state.js';
import { say } from './strings.js';
import type { Judged } from './tasks.js';

/** Pictures that are shown at first, and more at a time. */
const atOnce = 48;

/** What `Wall` is given. */
export interface WallProps {
  readonly judged: Judged;
  /** Which pictures, in order. */
  readonly shown: readonly number[];
  readonly chosen: number | undefined;
  /** Of the picture under the pointer. */
  readonly heat: (Heat & { readonly index: number }) | undefined;
  readonly standing: ReadonlyMap<number, Decision>;
  readonly state: MistakesState;
  readonly onHover: (index: number | undefined) => void;
}

/** Pictures with truth, guess and probability; pointing at one shows what speaks for the guess. */
export function Wall({ judged, shown, chosen, heat, standing, state, onHover }: WallProps): JSX.Element {
  const [count, setCount] = useState(atOnce);
  const { cell, lasso, like } = state.values.value;
  useEffect(() => setCount(atOnce), [shown]);
  const { classNames, labels, guesses, probabilities } = judged;
  const filters = [
    cell && { said: say.allCells, run: () => state.change({ cell: null, at: -1 }) },
    lasso.length > 0 && { said: say.noLasso, run: () => state.change({ lasso: [], at: -1 }) },
    like >= 0 && { said: say.noLike, run: () => state.change({ like: -1, at: -1 }) },
  ].filter((one) => one !== null && one !== false);
  return (
    <section class="mistakes-wall" aria-label={say.wallName}>
      <div class="row">
        <h2>
          {cell ? `${classNames[cell[0]]} → ${classNames[cell[1]]} · ` : ''}
          {say.wallTitle(shown.length)}
        </h2>
        <span class="buttons">
          {filters.map(({ said, run }) => (
            <button key={said} type="button" class="quiet" onClick={run}>
              × {said}
            </button>
          ))}
        </span>
      </div>
      {shown.length === 0 && <p class="hint">{say.nothing}</p>}
      <ul onPointerLeave={() => onHover(undefined)}>
        {shown.slice(0, count).map((index) => {
          const [truth, guess] = [classNames[labels[index]], classNames[guesses[index]]];
          const share = `${formatNumber(100 * probabilities[index], { digits: 0 })} %`;
          const said = labels[index] === guesses[index] ? truth : `${truth} → ${guess}`;
          const decision = standing.get(index);
          return (
            <li key={index}>
              <button
                type="button"
                class={`mistakes-tile${decision ? ` is-${decision.decision.replace(' ', '-')}` : ''}`}
                aria-label={say.tile(index, said, share)}
                data-mark={decision && markOf(decision, classNames)}
                aria-current={index === chosen}
                onPointerEnter={() => onHover(index)}
                onFocus={() => onHover(index)}
                onBlur={() => onHover(undefined)}
                onClick={() => state.change({ at: index })}
              >
                <PictureCanvas
                  judged={judged}
                  index={index}
                  heat={heat?.index === index ? heat : undefined}
                  side={64}
                />
                <span class="caption">
                  {said} <span class="label">{share}</span>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      {shown.length > count && (
        <button type="button" onClick={() => setCount(count + 2 * atOnce)}>
          {say.more(shown.length - count)}
        </button>
      )}
    </section>
  );
}

/** What was decided, in a corner of the picture. */
function markOf(decision: Decision, classNames: readonly string[]): string {
  if (decision.decision === 'relabel') return classNames[decision.label];
  return decision.decision === 'right' ? '✓' : '✕';
}
