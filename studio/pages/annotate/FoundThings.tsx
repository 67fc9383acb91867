import type { JSX } from 'preact';
import { classColour } from '../../design/classPalette.js';
import { theme } from '../../design/theme.js';
import { formatNumber } from '../../parts/formatNumber.js';
import { ClassPixels } from './ClassPixels.js';
import type { Found } from './learnt.js';

/** What `FoundThings` is given. */
export interface FoundThingsProps {
  readonly found: Found | undefined;
  readonly classNames: readonly string[];
  /** Pixels of the screen for one of the picture. */
  readonly scale: number;
  /** What is said with less is not shown. */
  readonly threshold: number;
}

/** What a model sees, over the picture: boxes dashed, with their scores. */
export function FoundThings({ found, classNames, scale, threshold }: FoundThingsProps): JSX.Element {
  const markOf = (name: string): ReturnType<typeof classColour> =>
    classColour(Math.max(0, classNames.indexOf(name)), theme.value);
  const { boxes = [], points = [], masks } = found ?? {};
  return (
    <g class="found" aria-hidden="true">
      {masks && (
        <ClassPixels
          {...masks}
          colourOf={(label) => (label === 0 ? undefined : markOf(masks.classNames[label]).colour)}
        />
      )}
      {boxes
        .filter(({ score }) => score >= threshold)
        .map(({ name, score, box: [left, top, right, bottom] }, i) => {
          const { colour, sign } = markOf(name);
          return (
            <g key={i}>
              <rect class="halo" x={left} y={top} width={right - left} height={bottom - top} />
              <rect class="drawn" x={left} y={top} width={right - left} height={bottom - top} stroke={colour} />
              <text x={left + 4 / scale} y={bottom - 5 / scale} font-size={13 / scale} stroke-width={3 / scale}>
                {`${sign} ${name} ${formatNumber(score, { digits: 2 })}`}
              </text>
            </g>
          );
        })}
      {points.map(({ name, x, y }, i) => (
        <g key={name}>
          <circle cx={x} cy={y} r={6 / scale} stroke={classColour(i, theme.value).colour} />
          <text x={x + 8 / scale} y={y + 4 / scale} font-size={12 / scale} stroke-width={3 / scale}>
            {name}
          </text>
        </g>
      ))}
    </g>
  );
}
