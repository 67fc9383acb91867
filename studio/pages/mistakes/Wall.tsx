import { useEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { formatPercent } from '../../parts/formatNumber.js';
import { PictureCanvas, type HeatMap } from '../../parts/PictureCanvas.js';
import { useSize } from '../../parts/useSize.js';
import { useVisibleRows } from '../../parts/useVisibleRows.js';
import type { Decision } from './corrections.js';
import { vote } from './distances.js';
import type { MistakesState } from './state.js';
import { say } from './strings.js';
import type { Judged } from './tasks.js';
import type { Thumbnails } from './Thumbnails.js';

/** A tile with the gap below it, and how wide it is at least, in pixels. */
const tile = { row: 112, column: 92, gap: 8 } as const;

/** The longer side of a picture. */
const side = 64;

/** Neighbours that vote for the class of a picture. */
const voters = 10;

/** What `Wall` is given. */
export interface WallProps {
  readonly judged: Judged;
  readonly thumbnails: Thumbnails;
  /** Which pictures, in order. */
  readonly shown: readonly number[];
  readonly chosen: number | undefined;
  /** The picture that keys have gone to: the wall scrolls there. */
  readonly reached: number | undefined;
  /** Of the picture under the pointer. */
  readonly heat: (HeatMap & { readonly index: number }) | undefined;
  readonly standing: ReadonlyMap<number, Decision>;
  readonly state: MistakesState;
  readonly onHover: (index: number | undefined) => void;
}

/** Pictures with truth, guess and probability; pointing at one shows what speaks for the guess. Of thousands, only those are drawn that are near what is seen. */
export function Wall(props: WallProps): JSX.Element {
  const { judged, thumbnails, shown, chosen, reached, heat, standing, state, onHover } = props;
  const { cell, lasso, like, alike } = state.values.value;
  const { classNames, labels, guesses, probabilities } = judged;
  const [frame, { width }] = useSize<HTMLDivElement>();
  const columns = Math.max(2, Math.floor((width + tile.gap) / (tile.column + tile.gap)));
  const rows = Math.ceil(shown.length / columns);
  const [first, last] = useVisibleRows(frame, tile.row, rows);
  const scrolled = useRef(reached);
  useEffect(() => {
    if (reached === undefined || scrolled.current === reached) return;
    scrolled.current = reached;
    scrollTo(frame.current!, Math.floor(shown.indexOf(reached) / columns) * tile.row);
  }, [reached]);
  const head = useRef<HTMLDivElement>(null);
  const filter = `${String(cell)} ${String(lasso)} ${like}`;
  const filtered = useRef(filter);
  // Where the wall lies below what is seen, as on a phone, whoever asks for pictures is led to them.
  useEffect(() => {
    if (filtered.current === filter) return;
    filtered.current = filter;
    const { top } = head.current!.getBoundingClientRect();
    const box = boxAround(head.current!).getBoundingClientRect();
    if (top < box.top || top > box.bottom - tile.row) head.current!.scrollIntoView({ block: 'start' });
  }, [filter]);
  const filters = [
    cell && { said: say.allCells, run: () => state.change({ cell: null, at: -1 }) },
    lasso.length > 0 && { said: say.noLasso, run: () => state.change({ lasso: [], at: -1 }) },
    like >= 0 && { said: say.noLike, run: () => state.change({ like: -1, at: -1 }) },
  ].filter((one) => one !== null && one !== false);
  const neighbours = like >= 0 ? shown.filter((index) => index !== like).slice(0, voters) : [];
  const { label: voted, votes } = vote(labels, neighbours);
  return (
    <section class="mistakes-wall" aria-label={say.wallName}>
      <div class="row" ref={head}>
        <h2>
          {cell ? `${classNames[cell[0]]} → ${classNames[cell[1]]} · ` : ''}
          {say.wallTitle(shown.length)}
        </h2>
        <span class="buttons">
          {like >= 0 && (
            <button
              type="button"
              class="quiet"
              onClick={() => state.change({ alike: alike === 'model' ? 'pixels' : 'model' })}
            >
              {alike === 'model' ? say.byPixels : say.byModel}
            </button>
          )}
          {filters.map(({ said, run }) => (
            <button key={said} type="button" class="quiet" onClick={run}>
              × {said}
            </button>
          ))}
        </span>
      </div>
      {voted >= 0 && (
        <p class="hint">
          {alike === 'model' ? say.alikeByModel : say.alikeByPixels}{' '}
          {say.voted(votes, neighbours.length, classNames[voted], classNames[labels[like]])}
        </p>
      )}
      {shown.length === 0 && <p class="hint">{say.nothing}</p>}
      <div ref={frame}>
        <ul
          style={{
            gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
            gridAutoRows: `${tile.row - tile.gap}px`,
            gap: `${tile.gap}px`,
            paddingTop: `${first * tile.row}px`,
            paddingBottom: `${Math.max(0, rows - last) * tile.row}px`,
          }}
          onPointerLeave={() => onHover(undefined)}
        >
          {shown.slice(first * columns, last * columns).map((index, i) => {
            const [truth, guess] = [classNames[labels[index]], classNames[guesses[index]]];
            const share = formatPercent(probabilities[index], 0);
            const said = labels[index] === guesses[index] ? truth : `${truth} → ${guess}`;
            const decision = standing.get(index);
            const picture = thumbnails.get(index);
            return (
              <li key={index} aria-setsize={shown.length} aria-posinset={first * columns + i + 1}>
                <button
                  type="button"
                  class={`mistakes-tile${decision ? ` is-${decision.decision.replace(' ', '-')}` : ''}`}
                  aria-label={say.tile(index, said, share)}
                  title={judged.files?.[index]}
                  data-mark={decision && markOf(decision, classNames)}
                  aria-current={index === chosen}
                  onPointerEnter={() => onHover(index)}
                  onFocus={() => onHover(index)}
                  onBlur={() => onHover(undefined)}
                  onClick={() => state.change({ at: index })}
                >
                  <span class="sight">
                    {picture && (
                      <PictureCanvas
                        picture={picture}
                        heat={heat?.index === index ? heat : undefined}
                        side={side}
                        label=""
                      />
                    )}
                  </span>
                  <span class="caption">
                    <span class="said">{said}</span> <span class="label">{share}</span>
                  </span>
                </button>
              </li>
            );
          })}
        </ul>
      </div>
    </section>
  );
}

/** Scrolls whatever scrolls around an element, so that a row of it is seen. */
function scrollTo(element: HTMLElement, top: number): void {
  const box = boxAround(element);
  const at = element.getBoundingClientRect().top - box.getBoundingClientRect().top + top;
  if (at < 0 || at + tile.row > box.clientHeight) box.scrollBy({ top: at - box.clientHeight / 3 });
}

/** What scrolls around an element. */
const boxAround = (element: HTMLElement): Element => element.closest('.thing') ?? document.scrollingElement!;

/** What was decided, in a corner of the picture. */
function markOf(decision: Decision, classNames: readonly string[]): string {
  if (decision.decision === 'relabel') return classNames[decision.label];
  return decision.decision === 'right' ? '✓' : '✕';
}
