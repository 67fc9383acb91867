import { useMemo } from 'preact/hooks';
import type { JSX } from 'preact';
import { classColour } from '../../design/classPalette.js';
import { theme } from '../../design/theme.js';
import type { Extent, LabelledBox } from './boxes.js';
import { ClassPixels } from './ClassPixels.js';
import { maskOf } from './paint.js';
import { hidden, unplaced } from './points.js';

/** What `PaintedThings` is given. */
export interface PaintedThingsProps extends Extent {
  readonly things: readonly LabelledBox[];
  /** The chosen thing; −1 for none. */
  readonly chosen: number;
  readonly pointNames: readonly string[];
  /** Pixels of the screen for one of the picture. */
  readonly scale: number;
}

/** What was painted in a picture, and the points of its things; the chosen one's with their names. */
export function PaintedThings({ things, chosen, pointNames, scale, width, height }: PaintedThingsProps): JSX.Element {
  const labels = useMemo(() => {
    if (!things.some(({ mask }) => mask)) return undefined;
    const all = new Uint16Array(width * height);
    for (const thing of things) maskOf(thing)?.paint(all, thing.label + 1);
    return all;
  }, [things, width, height]);
  return (
    <g class="painted" aria-hidden="true">
      {labels && (
        <ClassPixels
          key={theme.value}
          {...{ width, height, labels }}
          colourOf={(label) => (label === 0 ? undefined : classColour(label - 1, theme.value).colour)}
        />
      )}
      {things.map(({ points = [] }, thing) =>
        points.map(([x, y, how], i) => {
          if (how === unplaced) return null;
          return (
            <g key={`${thing} ${i}`} class={how === hidden ? 'point hidden' : 'point'}>
              <circle
                cx={x}
                cy={y}
                r={(thing === chosen ? 6 : 4) / scale}
                stroke={classColour(i, theme.value).colour}
              />
              {thing === chosen && (
                <text x={x + 8 / scale} y={y + 4 / scale} font-size={12 / scale} stroke-width={3 / scale}>
                  {pointNames[i]}
                </text>
              )}
            </g>
          );
        }),
      )}
    </g>
  );
}
