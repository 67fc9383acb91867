import type { JSX } from 'preact';
import { NumberCell } from '../../parts/NumberCell.js';
import { formatNumber } from '../../parts/formatNumber.js';
import type { Decision } from './corrections.js';
import { PictureCanvas, type Heat } from './PictureCanvas.js';
import { say } from './strings.js';
import type { Judged } from './tasks.js';

const percent = (share: number): string => `${formatNumber(100 * share, { digits: 1 })} %`;

/** Why a picture is where it is: label, guess, all that was measured, and whether the model's probabilities hold. */
export function WhyPicture({
  judged,
  index,
  heat,
  decision,
}: {
  judged: Judged;
  index: number;
  heat: Heat | undefined;
  decision: Decision | undefined;
}): JSX.Element {
  const { classNames, labels, guesses, probabilities, ofLabel, losses, suspicion, suggested, distances, files } =
    judged;
  const { bins, accuracy, confidence, expectedCalibrationError } = judged.calibration;
  const decided =
    decision &&
    { right: say.right, relabel: say.relabelTo, 'leave out': say.leaveOut }[decision.decision] +
      (decision.decision === 'relabel' ? ` ${classNames[decision.label]}` : '');
  const numbers = [
    [say.ofLabel, 100 * ofLabel[index], '%'],
    [say.lossOf, losses[index], undefined],
    [say.suspicion, 100 * suspicion[index], '%'],
    [say.distance, distances[index], '×'],
  ] as const;
  return (
    <>
      <section class="mistakes-why">
        <h2>{say.picture(index)}</h2>
        {files && <p class="hint">{files[index]}</p>}
        <div class="mistakes-pair">
          <PictureCanvas judged={judged} index={index} side={140} />
          <PictureCanvas judged={judged} index={index} heat={heat} side={140} />
        </div>
        <p class="hint">{say.heatHint}</p>
        <dl>
          <div>
            <dt>{say.label}</dt>
            <dd>{classNames[labels[index]]}</dd>
          </div>
          <div>
            <dt>{say.guess}</dt>
            <dd>
              {classNames[guesses[index]]}, {percent(probabilities[index])}
            </dd>
          </div>
          {numbers.map(([name, value, unit]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <NumberCell value={value} {...(unit && { unit })} />
              </dd>
            </div>
          ))}
          {decided && (
            <div>
              <dt>{say.decision}</dt>
              <dd>{decided}</dd>
            </div>
          )}
        </dl>
        {suggested[index] >= 0 && <p>{say.suspected2(classNames[suggested[index]])}</p>}
      </section>
      <section class="mistakes-why">
        <h2>{say.calibrationTitle}</h2>
        <div class="mistakes-bins" aria-hidden="true">
          {bins.map(({ from, to, count, accuracy: right, confidence: sure }) => (
            <span key={from} title={say.calibrationBin(percent(from), percent(to), percent(right), count)}>
              {count > 0 && (
                <>
                  <i style={{ height: `${100 * right}%` }} />
                  <b style={{ bottom: `${100 * sure}%` }} />
                </>
              )}
            </span>
          ))}
        </div>
        <p>{say.calibrationSaid(percent(confidence), percent(accuracy), percent(expectedCalibrationError))}</p>
        <p class="hint">{say.noise(percent(judged.noiseRate))}</p>
      </section>
    </>
  );
}
