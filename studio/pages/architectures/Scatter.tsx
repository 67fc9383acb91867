import type { JSX } from 'preact';
import { classColour } from '../../design/classPalette.js';
import { theme } from '../../design/theme.js';
import { useSize } from '../../parts/useSize.js';
import { axisOf, numberOf, written } from './measures.js';
import type { ModelRow } from './models.js';
import type { Cost } from './state.js';
import { say } from './strings.js';

const edges = { top: 14, right: 18, bottom: 38, left: 44 } as const;

/** What `Scatter` is given. */
export interface ScatterProps {
  readonly rows: readonly ModelRow[];
  readonly by: Cost;
  /** The data set that accuracies are of. */
  readonly on: string;
  readonly compared: readonly string[];
  readonly at: string;
  readonly onPoint: (name: string) => void;
  readonly onPick: (name: string) => void;
}

/** Published accuracy against a cost: families by colour and sign, and the names of those that are compared. */
export function Scatter({ rows, by, on, compared, at, onPoint, onPick }: ScatterProps): JSX.Element {
  const [element, { width }] = useSize<HTMLDivElement>();
  const height = Math.max(220, Math.min(380, Math.round(width * 0.52)));
  const points = rows.flatMap((row) => {
    const cost = numberOf[by](row);
    return row.accuracy?.on === on && cost !== undefined ? [{ row, cost, top1: row.accuracy.top1 }] : [];
  });
  const families = [...new Set(rows.filter(({ accuracy }) => accuracy?.on === on).map(({ zoo }) => zoo?.family ?? ''))];
  const now = theme.value;
  const most = Math.max(2, Math.floor((width - edges.left - edges.right) / 62));
  const x = axisOf(points.length > 0 ? points.map(({ cost }) => cost) : [1, 2], by !== 'year', most);
  const y = axisOf(points.length > 0 ? points.map(({ top1 }) => top1) : [0, 100], false, 7);
  const left = (value: number): number => edges.left + x.place(value) * (width - edges.left - edges.right);
  const top = (value: number): number => height - edges.bottom - y.place(value) * (height - edges.top - edges.bottom);
  const said = say[`by ${by}`];
  return (
    <div class="architectures-scatter" ref={element}>
      {width > 0 && points.length === 0 && <p class="hint">{say.noPoints}</p>}
      {width > 0 && points.length > 0 && (
        <svg width={width} height={height} role="img" aria-label={say.scatter(said, points.length)}>
          {y.ticks.map((tick) => (
            <g key={tick}>
              <line x1={edges.left} x2={width - edges.right} y1={top(tick)} y2={top(tick)} class="grid" />
              <text x={edges.left - 8} y={top(tick) + 4} text-anchor="end">
                {tick}
              </text>
            </g>
          ))}
          {x.ticks.map((tick) => (
            <g key={tick}>
              <line x1={left(tick)} x2={left(tick)} y1={edges.top} y2={height - edges.bottom} class="grid" />
              <text x={left(tick)} y={height - edges.bottom + 16} text-anchor="middle">
                {written(by, tick).replace(/\.0+(?= |$)/, '')}
              </text>
            </g>
          ))}
          <text x={width - edges.right} y={height - 6} text-anchor="end" class="axis">
            {said} →
          </text>
          <text x={edges.left + 4} y={edges.top + 2} class="axis">
            ↑ {say.top1(on)}
          </text>
          {points.map(({ row, cost, top1 }) => {
            const { colour, sign } = classColour(families.indexOf(row.zoo?.family ?? ''), now);
            const isChosen = compared.includes(row.name);
            return (
              <g
                key={row.name}
                class={`point${isChosen ? ' chosen' : ''}${row.name === at ? ' here' : ''}`}
                onPointerEnter={() => onPoint(row.name)}
                onClick={() => onPick(row.name)}
              >
                <title>{`${row.title}: ${top1} %, ${written(by, cost)}`}</title>
                <circle cx={left(cost)} cy={top(top1)} r={13} class="target" />
                <text x={left(cost)} y={top(top1) + 5} text-anchor="middle" style={{ fill: colour }} class="sign">
                  {sign}
                </text>
              </g>
            );
          })}
          {/* Names lie over all points, whose own order stays, so that the pointer does not enter one anew. */}
          {points
            .filter(({ row }) => row.name === at || compared.includes(row.name))
            .map(({ row, cost, top1 }) => {
              const toLeft = left(cost) > width * 0.72;
              return (
                <text
                  key={row.name}
                  x={left(cost) + (toLeft ? -16 : 16)}
                  y={top(top1) + 4}
                  text-anchor={toLeft ? 'end' : 'start'}
                  class="name"
                >
                  {row.title}
                </text>
              );
            })}
        </svg>
      )}
      {points.length > 0 && (
        <ul class="architectures-legend">
          {families.map((family, i) => {
            const { colour, sign } = classColour(i, now);
            return (
              <li key={family}>
                <span aria-hidden="true" style={{ color: colour }}>
                  {sign}
                </span>
                {family}
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}
