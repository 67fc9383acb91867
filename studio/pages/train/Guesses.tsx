import type { JSX } from 'preact';
import { formatPercent } from '../../parts/formatNumber.js';
import type { TrainingLook } from './looks.js';
import { PictureTile } from './PictureTile.js';
import { say } from './strings.js';

/** Held-out pictures, each with what the network takes it for now, how surely, and whether that is right. */
export function Guesses({ look, classNames }: { look: TrainingLook; classNames: readonly string[] }): JSX.Element {
  return (
    <section class="train-guesses">
      <h2>{say.guesses}</h2>
      <ul>
        {(look.pictures ?? []).map((picture, i) => {
          const row = look.probabilities[i];
          const guess = row.reduce((best, value, k) => (value > row[best] ? k : best), 0);
          const truth = look.truths[i];
          const isRight = guess === truth;
          const percent = formatPercent(row[guess], 0);
          const sentence = say.guess(classNames[guess], percent, classNames[truth]);
          return (
            <li key={i} class={isRight ? 'right' : 'wrong'} title={sentence}>
              <PictureTile picture={picture} label={sentence} />
              <span class="says" aria-hidden="true">
                <b>
                  {isRight ? '✓' : '✗'} {classNames[guess]}
                </b>
                <span class="number">{percent}</span>
              </span>
              <span class="bar" aria-hidden="true">
                <span style={{ width: `${100 * row[truth]}%` }} />
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
