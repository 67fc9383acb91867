import { useMemo } from 'preact/hooks';
import type { JSX } from 'preact';
import { colourMap, rgbAt } from '../../design/colourMaps.js';
import { theme } from '../../design/theme.js';
import { confusionOf, type ConfusedPair } from './confusion.js';
import type { MistakesState } from './state.js';
import { say } from './strings.js';
import type { Judged } from './tasks.js';

/** The most classes that a matrix is drawn of; beyond, the confused pairs are listed. */
const mostClasses = 30;

/** The most pairs that are listed. */
const mostPairs = 40;

/** The confusion matrix, whose cells open their pictures. */
export function Matrix({
  judged,
  pairs,
  state,
}: {
  judged: Judged;
  pairs: readonly ConfusedPair[];
  state: MistakesState;
}): JSX.Element {
  const { classNames, labels, guesses } = judged;
  const { cell } = state.values.value;
  const open = (truth: number, guess: number): void => {
    const again = cell?.[0] === truth && cell[1] === guess;
    state.change({ cell: again ? null : [truth, guess], at: -1, like: -1 });
  };
  const counts = useMemo(
    () => (classNames.length > mostClasses ? [] : confusionOf(labels, guesses, classNames.length)),
    [judged],
  );
  const colours = colourMap('sequential', theme.value);
  if (classNames.length > mostClasses) {
    return (
      <section class="mistakes-matrix">
        <h2>{say.pairsTitle}</h2>
        <ul class="mistakes-pairs">
          {pairs.slice(0, mostPairs).map(({ truth, guess, count }) => (
            <li key={`${truth},${guess}`}>
              <button
                type="button"
                aria-pressed={cell?.[0] === truth && cell[1] === guess}
                onClick={() => open(truth, guess)}
              >
                {say.cellSaid(classNames[truth], classNames[guess], count)}
              </button>
            </li>
          ))}
        </ul>
      </section>
    );
  }
  const most = Math.max(1, ...counts.flatMap((row, i) => row.filter((_, j) => i !== j)));
  return (
    <section class="mistakes-matrix">
      <h2>{say.matrixTitle}</h2>
      <p class="hint">{say.matrixHint}</p>
      <div class="mistakes-scroll">
        <table>
          <thead>
            <tr>
              <td />
              {classNames.map((name) => (
                <th key={name} scope="col" title={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {counts.map((row, truth) => (
              <tr key={classNames[truth]}>
                <th scope="row" title={classNames[truth]}>
                  {classNames[truth]}
                </th>
                {row.map((count, guess) => {
                  const right = truth === guess;
                  const share = right || count === 0 ? 0 : 0.12 + 0.78 * (count / most);
                  const rgb = rgbAt(colours, share);
                  const style = right || count === 0 ? {} : { background: `rgb(${rgb.join(' ')})`, color: textOn(rgb) };
                  return (
                    <td key={guess}>
                      {count === 0 ? (
                        <span class="none">·</span>
                      ) : (
                        <button
                          type="button"
                          class={right ? 'right' : ''}
                          style={style}
                          aria-label={say.cellSaid(classNames[truth], classNames[guess], count)}
                          aria-pressed={cell?.[0] === truth && cell[1] === guess}
                          onClick={() => open(truth, guess)}
                        >
                          {count}
                        </button>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Black or white, whichever is at least 4.5:1 against a colour (https://www.w3.org/TR/WCAG22/#dfn-relative-luminance). */
function textOn(rgb: readonly number[]): string {
  const [r, g, b] = rgb.map((byte) =>
    byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? '#000000' : '#ffffff';
}
