import type { JSX } from 'preact';
import type { CanvasPicture } from 'striate/explain';
import { NumberCell } from '../../parts/NumberCell.js';
import { formatPercent } from '../../parts/formatNumber.js';
import { PictureCanvas } from '../../parts/PictureCanvas.js';
import type { Decision } from './corrections.js';
import { Reliability } from './Reliability.js';
import { say } from './strings.js';
import type { FoundHeat, HeatOf, Judged } from './tasks.js';

const percent = (share: number): string => formatPercent(share, 1);

/** The heat maps of a picture, as far as they have been computed. */
export type Heats = Readonly<Partial<Record<HeatOf, FoundHeat>>>;

/** Which heat maps a picture has, in the order in which they are computed: of a mistake those of its label, too. */
export function heatsOf(isWrong: boolean): readonly HeatOf[] {
  return isWrong ? ['guess', 'label', 'rather', 'against'] : ['guess', 'against'];
}

/** What `WhyPicture` is given. */
export interface WhyPictureProps {
  readonly judged: Judged;
  readonly index: number;
  /** As the model takes it, or small while that is on its way. */
  readonly picture: CanvasPicture | undefined;
  readonly heats: Heats;
  readonly decision: Decision | undefined;
}

/** The longer side of a picture, in pixels: two stand side by side. */
const side = 136;

/** Why a picture is where it is: label, guess, all that was measured, and whether the model's probabilities hold. */
export function WhyPicture({ judged, index, picture, heats, decision }: WhyPictureProps): JSX.Element {
  const { classNames, labels, guesses, probabilities, ofLabel, losses, suspicion, suggested, distances, files } =
    judged;
  const [label, guess] = [classNames[labels[index]], classNames[guesses[index]]];
  const isWrong = labels[index] !== guesses[index];
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
  const about: Readonly<Record<HeatOf, string>> = {
    guess: say.forClass(guess),
    label: say.forClass(label),
    rather: say.ratherThan(label, guess),
    against: say.againstClass(guess),
  };
  const method = heats.guess?.method;
  return (
    <>
      <section class="mistakes-why">
        <h2>{say.picture(index)}</h2>
        {files && <p class="hint">{files[index]}</p>}
        <div class="mistakes-maps" tabIndex={0} role="group" aria-label={say.maps}>
          <figure>
            {picture && <PictureCanvas picture={picture} side={side} label={say.picture(index)} />}
            <figcaption>{say.asSeen}</figcaption>
          </figure>
          {heatsOf(isWrong).map((of) => (
            <figure key={of} aria-busy={!heats[of]}>
              {picture && <PictureCanvas picture={picture} heat={heats[of]} side={side} label={about[of]} />}
              <figcaption>{about[of]}</figcaption>
            </figure>
          ))}
        </div>
        {method && <p class="hint">{say.heatHint(method)}</p>}
        <dl>
          <div>
            <dt>{say.label}</dt>
            <dd>{label}</dd>
          </div>
          <div>
            <dt>{say.guess}</dt>
            <dd>
              {guess}, {percent(probabilities[index])}
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
        <Reliability calibration={judged.calibration} />
        <p class="hint">{say.noise(percent(judged.noiseRate))}</p>
      </section>
    </>
  );
}
