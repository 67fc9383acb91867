import type { JSX } from 'preact';
import type { Calibration } from 'striate';
import { formatPercent } from '../../parts/formatNumber.js';
import { say } from './strings.js';

const percent = (share: number): string => formatPercent(share, 1);

/** The diagram's frame, in units of its own: room for the numbers on the left and below. */
const frame = { left: 30, top: 6, side: 150, below: 22 } as const;

/** How often the model is right, where it is so and so sure: on the diagonal its probabilities hold. */
export function Reliability({ calibration }: { calibration: Calibration }): JSX.Element {
  const { bins, accuracy, confidence, expectedCalibrationError } = calibration;
  const { left, top, side, below } = frame;
  const x = (share: number): number => left + share * side;
  const y = (share: number): number => top + (1 - share) * side;
  const most = Math.max(1, ...bins.map(({ count }) => count));
  return (
    <>
      <svg
        class="mistakes-reliability"
        viewBox={`0 0 ${left + side + 8} ${top + side + below}`}
        role="img"
        aria-label={say.reliability}
      >
        <rect class="ground" x={left} y={top} width={side} height={side} />
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <text x={left - 4} y={y(share) + 4} text-anchor="end">
              {100 * share}
            </text>
            <text x={x(share)} y={top + side + 14} text-anchor="middle">
              {100 * share}
            </text>
          </g>
        ))}
        {bins.map(({ from, to, count, accuracy: right, confidence: sure }) =>
          count === 0 ? null : (
            <g key={from}>
              <title>{say.calibrationBin(percent(from), percent(to), percent(right), count)}</title>
              <rect class="right" x={x(from) + 1} y={y(right)} width={x(to) - x(from) - 2} height={right * side} />
              <rect
                class="gap"
                x={x(from) + 1}
                y={y(Math.max(right, sure))}
                width={x(to) - x(from) - 2}
                height={Math.abs(right - sure) * side}
              />
              <rect
                class="count"
                x={x(from) + 1}
                y={top + side + 1}
                width={x(to) - x(from) - 2}
                height={3}
                opacity={0.15 + (0.85 * count) / most}
              />
            </g>
          ),
        )}
        <line class="even" x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} />
      </svg>
      <p class="hint">{say.reliabilityAxes}</p>
      <p>{say.calibrationSaid(percent(confidence), percent(accuracy), percent(expectedCalibrationError))}</p>
    </>
  );
}
