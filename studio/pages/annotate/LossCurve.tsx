import type { JSX } from 'preact';
import { formatNumber } from '../../parts/formatNumber.js';
import type { LearnNews } from './learning.js';
import { say } from './strings.js';

const [width, height] = [220, 64];

/** The loss over the steps so far. */
export function LossCurve({ news: { curve, steps } }: { news: LearnNews }): JSX.Element {
  const losses = curve.map(([, loss]) => loss);
  const most = Math.max(1e-9, ...losses);
  const places = curve.map(([step, loss]) => `${(step / steps) * width} ${height - (loss / most) * (height - 2)}`);
  const now = losses.at(-1);
  return (
    <figure class="annotate-curve">
      <figcaption>
        {say.loss}
        {now !== undefined && <output class="number">{formatNumber(now, { digits: 3 })}</output>}
      </figcaption>
      <svg
        role="img"
        aria-label={say.lossNow(now === undefined ? '–' : formatNumber(now, { digits: 3 }))}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
      >
        {places.length > 1 && <path d={`M${places.join('L')}`} />}
      </svg>
    </figure>
  );
}
