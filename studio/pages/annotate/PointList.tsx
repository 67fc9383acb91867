import type { JSX } from 'preact';
import { classColour } from '../../design/classPalette.js';
import { theme } from '../../design/theme.js';
import type { LabelledBox } from './boxes.js';
import { NameList, type NameListProps } from './NameList.js';
import { hidden, nextPoint, pointsOf, seen, unplaced, withPointAs } from './points.js';
import { say } from './strings.js';

/** What `PointList` is given. */
export interface PointListProps extends Pick<NameListProps, 'names' | 'onRename' | 'onAdd' | 'onRemove'> {
  /** The thing whose points are placed; undefined for a new one. */
  readonly thing: LabelledBox | undefined;
  /** Which is placed next; −1 for the first that is not placed. */
  readonly point: number;
  readonly onChoose: (point: number) => void;
  readonly onChange: (thing: LabelledBox) => void;
}

/** The points by their names: which is placed next, and how each of the chosen thing's is. */
export function PointList({ thing, point, onChoose, onChange, ...list }: PointListProps): JSX.Element {
  const { length } = list.names;
  const next = point >= 0 ? point : nextPoint(thing, length);
  const points = pointsOf(thing, length);
  return (
    <NameList
      {...list}
      title={say.points}
      fieldSaid={say.pointName}
      removeSaid={say.removePoint}
      addSaid={say.addPoint}
      mark={(i) => (
        <button
          type="button"
          aria-pressed={i === next}
          aria-label={say.placePoint(list.names[i])}
          style={{ color: classColour(i, theme.value).colour }}
          onClick={() => onChoose(i)}
        >
          {points[i][2] === seen ? '●' : points[i][2] === hidden ? '◌' : '–'}
        </button>
      )}
    >
      <p class="hint">{next < 0 ? say.allPlaced : say.placeHint(list.names[next])}</p>
      {thing && next >= 0 && points[next][2] !== unplaced && (
        <div class="buttons">
          <button
            type="button"
            aria-pressed={points[next][2] === hidden}
            onClick={() => onChange(withPointAs(thing, next, points[next][2] === hidden ? seen : hidden, length))}
          >
            {say.isHidden}
          </button>
          <button type="button" onClick={() => onChange(withPointAs(thing, next, unplaced, length))}>
            {say.takePointAway}
          </button>
        </div>
      )}
    </NameList>
  );
}
