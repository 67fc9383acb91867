import type { JSX } from 'preact';
import type { Place } from '../../address/parameters.js';
import { ColourScale } from '../../parts/ColourScale.js';
import { MapCanvas } from '../../parts/MapCanvas.js';
import type { MapData } from '../../parts/drawMap.js';
import { digitsOf, formatNumber } from '../../parts/formatNumber.js';
import { useSize, type Size } from '../../parts/useSize.js';
import type { StudioPicture } from '../../pictures/picture.js';
import { mapOf } from '../../pictures/mapOf.js';
import { outputAt, span } from './geometry.js';
import { kernelSaid } from './kernelWords.js';
import type { Slide } from './slide.js';
import type { ConvolveState } from './state.js';
import { say } from './strings.js';
import type { ConvolveMap, Grid } from './tasks.js';
import { WindowProducts } from './WindowProducts.js';

/** What `SlidingWindow` is given. */
export interface SlidingWindowProps {
  readonly slide: Slide;
  readonly maps: readonly ConvolveMap[];
  readonly filter: number;
  readonly state: ConvolveState;
}

/** CSS pixels of a phone's width. */
const narrow = 600;

/** The widest gap between maps, in CSS pixels. */
const gap = 24;

/** The picture with the window on it, the map that grows, the pooled map; and the window's products, large. */
export function SlidingWindow({ slide, maps, filter, state }: SlidingWindowProps): JSX.Element {
  const [stage, size] = useSize<HTMLDivElement>();
  const { picture, settings, at, height, width, drawn, isMatch } = slide;
  const { padding, stride } = settings;
  const given = maps[filter] as ConvolveMap | undefined;
  const map = given?.map.height === height && given.map.width === width ? given.map : undefined;
  const pooled = map && given?.pooled;
  const pooledSize = pooled ?? { height: 0, width: 0 };
  const kernels = state.values.value.kernel;
  const productSide = productSideOf(slide, size.width);
  const cell = cellOf(slide, pooledSize.height, productSide, size);
  const half = Math.floor((span(settings) - 1) / 2);
  const middle: Place = [
    between(at[0] * stride - padding + half, picture.height),
    between(at[1] * stride - padding + half, picture.width),
  ];
  const point = (place: Place, change: 'step' | 'slide'): void => state.change({ at: place }, change);
  const range = map ? rangeOf(map, picture, isMatch) : undefined;
  const digits = isMatch ? 2 : map ? digitsOf(map.data) : 0;
  const numbers = (value: number): string => formatNumber(value, { digits, cut: isMatch });
  return (
    <div class="sliding" ref={stage}>
      {size.width > 0 && (
        <>
          <div class="maps">
            <figure>
              <figcaption>{say.pictureOf(picture.height, picture.width)}</figcaption>
              <MapCanvas
                label={say.pictureOf(picture.height, picture.width)}
                map={mapOf(picture)}
                side={cell * (picture.height + 2 * padding)}
                width={cell * (picture.width + 2 * padding)}
                margin={padding}
                at={middle}
                numbers={(value) => formatNumber(value, { digits: digitsOf(picture.data) })}
                marks={[
                  {
                    row: at[0] * stride - padding,
                    column: at[1] * stride - padding,
                    height: span(settings),
                    width: span(settings),
                    kind: 'chosen',
                    every: settings.dilation,
                  },
                ]}
                pointsAtMargin
                onPoint={([row, column], event) => {
                  // Keys move the window by a stride, whatever pixels lie between.
                  const [down, right] = [Math.sign(row - middle[0]), Math.sign(column - middle[1])];
                  const place: Place =
                    event === 'key'
                      ? [between(at[0] + down, height), between(at[1] + right, width)]
                      : [outputAt(row, height, settings), outputAt(column, width, settings)];
                  point(place, event === 'press' ? 'step' : 'slide');
                }}
              />
            </figure>
            <figure>
              <figcaption>
                {say.mapOf(height, width)} <span class="of">{kernelSaid(slide.kernel)}</span>
              </figcaption>
              {map && range ? (
                <MapCanvas
                  label={say.mapOf(height, width)}
                  map={{ ...map, ...range }}
                  side={cell * height}
                  width={cell * width}
                  drawn={drawn}
                  at={at}
                  numbers={numbers}
                  marks={[{ row: at[0], column: at[1], height: 1, width: 1, kind: 'chosen' }]}
                  onPoint={(place, event) => point(place, event === 'press' ? 'step' : 'slide')}
                />
              ) : (
                <div class="map" style={{ width: `${cell * width}px`, height: `${cell * height}px` }} />
              )}
              {range && cell < 26 && cell * width > 200 && <ColourScale {...range} />}
            </figure>
          </div>
          {kernels.length > 1 && (
            <div class="stack" role="radiogroup" aria-label={say.several}>
              {kernels.map((one, i) => {
                const own = maps[i] as ConvolveMap | undefined;
                return (
                  <button
                    key={i}
                    type="button"
                    class="thumb"
                    role="radio"
                    aria-checked={i === filter}
                    onClick={() => state.change({ filter: i })}
                  >
                    <span class="sight">
                      {own && (
                        <MapCanvas label="" side={56} map={{ ...own.map, ...rangeOf(own.map, picture, isMatch) }} />
                      )}
                    </span>
                    <span class="name">{kernelSaid(one)}</span>
                  </button>
                );
              })}
            </div>
          )}
          <div class="maps under">
            <WindowProducts slide={slide} state={state} filter={filter} side={productSide} />
            {pooled && range && (
              <figure>
                <figcaption>{say.pooledOf(pooled.height, pooled.width)}</figcaption>
                <MapCanvas
                  label={say.pooledOf(pooled.height, pooled.width)}
                  map={{ ...pooled, ...range }}
                  side={cell * pooled.height}
                  width={cell * pooled.width}
                  drawn={pooledDrawn(drawn, height, width)}
                  at={[Math.floor(at[0] / 2), Math.floor(at[1] / 2)]}
                  numbers={numbers}
                  marks={[
                    { row: Math.floor(at[0] / 2), column: Math.floor(at[1] / 2), height: 1, width: 1, kind: 'faint' },
                  ]}
                  onPoint={(place, event) =>
                    point(
                      [Math.min(height - 1, 2 * place[0]), Math.min(width - 1, 2 * place[1])],
                      event === 'press' ? 'step' : 'slide',
                    )
                  }
                />
              </figure>
            )}
          </div>
        </>
      )}
    </div>
  );
}

/** The side of the window's cells drawn large: smaller where three channels stand below each other. */
function productSideOf({ picture, kernel }: Slide, width: number): number {
  const most = picture.channels === 1 ? 132 : 96;
  return Math.max(72, Math.min(most, Math.floor((width - 130) / 3), Math.max(96, kernel.size * 40)));
}

/**
 * One size of cells for picture, map and pooled map, so that what is half as large looks half as large: the largest with which
 * picture and map stand side by side, and what is below them is still on the screen.
 */
function cellOf({ picture, settings, height, width }: Slide, pooled: number, productSide: number, size: Size): number {
  const across = picture.width + 2 * settings.padding + width;
  const down = Math.max(picture.height + 2 * settings.padding, height);
  const below = (cell: number): number => Math.max(picture.channels * (productSide + 34), pooled * cell + 30);
  const least = Math.min(4, (size.width - gap - 2) / across);
  // On a phone the products are scrolled to: the picture keeps its width.
  if (size.width < narrow)
    return Math.min(44, Math.max(1, Math.floor((size.width - 12) / across)), (size.height * 0.8) / down);
  for (let cell = 44; cell > least; cell -= cell > 8 ? 1 : 0.25) {
    if (cell * across + gap + 2 <= size.width && cell * down + below(cell) + 56 <= size.height) return cell;
  }
  return least;
}

/** The numbers of a map's first and last colours: signed maps have the ground's colour at zero. */
function rangeOf(map: Grid, picture: StudioPicture, isMatch: boolean): Pick<MapData, 'low' | 'high' | 'colours'> {
  if (isMatch && picture.low === -1) return { low: -1, high: 1, colours: 'diverging' };
  let most = 1e-9;
  for (const value of map.data) most = Math.max(most, Math.abs(value));
  return { low: -most, high: most, colours: 'diverging' };
}

/** How many cells of the pooled map have all that they are made of. */
function pooledDrawn(drawn: number, height: number, width: number): number {
  if (drawn >= height * width) return Infinity;
  const rows = Math.floor(drawn / width);
  const pooledWidth = Math.ceil(width / 2);
  return Math.floor(rows / 2) * pooledWidth + (rows % 2 === 1 ? Math.floor((drawn % width) / 2) : 0);
}

function between(value: number, size: number): number {
  return Math.min(size - 1, Math.max(0, value));
}
