import type { JSX } from 'preact';
import { formatNumber, formatPercent } from '../../parts/formatNumber.js';
import { useSize } from '../../parts/useSize.js';
import { curvePath, nearestPoint } from './points.js';
import { say } from './strings.js';
import { lastResult, type TrainingRun } from './trainingRuns.js';

/** What `Curves` is given. */
export interface CurvesProps {
  readonly run: TrainingRun | undefined;
  /** Earlier runs, in grey. */
  readonly others: readonly TrainingRun[];
  /** The step under the pointer. */
  readonly at: number | undefined;
  readonly onPoint: (step: number | undefined) => void;
}

/** Loss and accuracy over the steps: of learning a line, of held-out pictures a mark for each epoch. */
export function Curves({ run, others, at, onPoint }: CurvesProps): JSX.Element {
  return (
    <div class="train-curves">
      <Curve name="loss" run={run} others={others} at={at} onPoint={onPoint} />
      <Curve name="accuracy" run={run} others={others} at={at} onPoint={onPoint} />
    </div>
  );
}

/** A result of held-out pictures. */
interface Mark {
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

const height = 168;
const room = { left: 34, right: 10, top: 8, bottom: 20 } as const;
const columns = { loss: { column: 1, held: 'valLoss' }, accuracy: { column: 2, held: 'valAccuracy' } } as const;

function Curve({ name, run, others, at, onPoint }: CurvesProps & { name: 'loss' | 'accuracy' }): JSX.Element {
  const [element, { width: whole }] = useSize<HTMLDivElement>();
  const width = Math.max(40, whole - room.left - room.right);
  const inner = height - room.top - room.bottom;
  const { column, held } = columns[name];
  const steps = Math.max(1, run?.steps ?? 1, ...others.map((other) => other.step));
  const [low, high] = rangeOf(name, run, others);
  const frame = { width, height: inner, steps, low, high };
  const y = (value: number): number => inner - ((Math.min(high, Math.max(low, value)) - low) / (high - low)) * inner;
  const points = run?.points ?? new Float32Array(0);
  const chosen = at === undefined ? -1 : nearestPoint(points, at);
  const mark = (step: number, value: number): Mark => ({ x: (step / steps) * width, y: y(value), value });
  const marks = (run?.results ?? []).map((result, i) =>
    mark(((i + 1) * run!.steps) / run!.settings.epochs, result[held]),
  );
  if (run?.solved) marks.push(mark(run.steps, run.solved[held]));
  const now = (run && lastResult(run)?.[held]) ?? points.at(column - 3);
  const point = (event: PointerEvent): void => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    onPoint(Math.max(0, ((event.clientX - box.left - room.left) / width) * steps));
  };
  return (
    <figure class="train-curve" ref={element}>
      <figcaption>
        {say[name]}
        {now !== undefined && <output class="number">{shown(name, now)}</output>}
      </figcaption>
      <svg
        width={width + room.left + room.right}
        height={height}
        role="img"
        aria-label={say.curveLabel(say[name], now === undefined ? '–' : shown(name, now))}
        onPointerMove={point}
        onPointerLeave={() => onPoint(undefined)}
      >
        <g transform={`translate(${room.left} ${room.top})`}>
          {[low, (low + high) / 2, high].map((value) => (
            <g key={value}>
              <line class="grid" x1={0} x2={width} y1={y(value)} y2={y(value)} />
              <text class="tick" x={-6} y={y(value) + 4} text-anchor="end">
                {name === 'loss'
                  ? formatNumber(value, { digits: high > 2 ? 1 : 2 })
                  : formatNumber(value, { digits: 1 })}
              </text>
            </g>
          ))}
          {others.map((other) => (
            <path key={other.id} class="earlier" d={curvePath(other.points, column, frame)} />
          ))}
          <path class="learning" d={curvePath(points, column, frame)} />
          {marks.map((mark, i) => (
            <path key={i} class="held" d={`M${mark.x} ${mark.y - 5}l5 5l-5 5l-5 -5z`} />
          ))}
          {chosen >= 0 && (
            <g class="chosen">
              <line
                x1={(points[3 * chosen] / steps) * width}
                x2={(points[3 * chosen] / steps) * width}
                y1={0}
                y2={inner}
              />
              <circle cx={(points[3 * chosen] / steps) * width} cy={y(points[3 * chosen + column])} r={4} />
            </g>
          )}
          <text class="tick" x={width} y={inner + 16} text-anchor="end">
            {say.atStep(formatNumber(steps, { digits: 0 }))}
          </text>
        </g>
      </svg>
    </figure>
  );
}

function shown(name: 'loss' | 'accuracy', value: number): string {
  return name === 'loss' ? formatNumber(value, { digits: 3 }) : formatPercent(value, 1);
}

/** Accuracy from 0 to 1; loss from 0 to a little above where the curve began. */
function rangeOf(
  name: 'loss' | 'accuracy',
  run: TrainingRun | undefined,
  others: readonly TrainingRun[],
): readonly [number, number] {
  if (name === 'accuracy') return [0, 1];
  const first = [run, ...others].flatMap((one) => {
    if (!one) return [];
    return one.points.length > 0 ? [one.points[1]] : one.solved ? [one.solved.valLoss] : [];
  });
  const highest = Math.max(0.1, ...first);
  const unit = 10 ** Math.floor(Math.log10(highest));
  return [0, Math.ceil((2 * highest) / unit) * (unit / 2)];
}
