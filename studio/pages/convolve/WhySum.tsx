import type { JSX } from 'preact';
import { digitsOf, formatNumber } from '../../parts/formatNumber.js';
import { asTerm, termsOf, totalLine } from './arithmetic.js';
import { sizeFormula } from './geometry.js';
import type { Slide } from './slide.js';
import { say } from './strings.js';
import type { ConvolveMap, Grid } from './tasks.js';
import { channelNames } from './kernelWords.js';

/** The most numbers of a row that are written out. */
const mostInRow = 12;

/** Why a cell of the map is what it is: all products, channel by channel; and why the map is as large as it is. */
export function WhySum({ slide, maps }: { slide: Slide; maps: ConvolveMap | undefined }): JSX.Element {
  const { picture, settings, at, sum, height, width, isMatch, relu } = slide;
  const names = channelNames(picture.channels);
  const digits = digitsOf([sum.value]);
  const format = isMatch ? { digits: 2, cut: true } : { digits };
  const value = formatNumber(sum.value, format);
  const kept = Math.max(0, sum.value);
  const pooledPlace = [Math.floor(at[0] / 2), Math.floor(at[1] / 2)] as const;
  return (
    <>
      <section class="sum">
        <h2>{say.cell(at[0] + 1, at[1] + 1)}</h2>
        {sum.channels.map((channel, i) => {
          const { text, more } = termsOf(channel);
          return (
            <p key={i} class="terms">
              <span class="label">{names[i]}</span> {text === '' ? say.zeros : text}
              {more > 0 && <span class="label"> + … {say.moreTerms(more)}</span>} ={' '}
              <strong>{formatNumber(channel.sum, { digits: digitsOf([channel.sum]) })}</strong>
            </p>
          );
        })}
        {(sum.channels.length > 1 || sum.bias !== 0) && (
          <p class="total">
            <span class="label">{sum.bias === 0 ? say.together : say.withBias}</span> <strong>{totalLine(sum)}</strong>
          </p>
        )}
        {isMatch && (
          <p class="total">
            <span class="label">{say.divided(sum.divisor)}</span>{' '}
            <strong>
              {formatNumber(sum.total, { digits: digitsOf([sum.total]) })}/{sum.divisor} = {value}
            </strong>
          </p>
        )}
        {relu && (
          <p class="total">
            <span class="label">{say.relu}</span>{' '}
            <strong>
              max(0, {value}) = {formatNumber(kept, format)}
            </strong>
          </p>
        )}
        {maps?.pooled && (
          <p class="total">
            <span class="label">{say.pooledCell}</span>{' '}
            <strong>{poolLine(maps.map, maps.pooled, pooledPlace, isMatch)}</strong>
          </p>
        )}
      </section>
      {maps && (
        <section class="rows">
          <p>
            <span class="label">{say.row(at[0] + 1)}</span>{' '}
            <span class="number wrap">{rowLine(maps.map, at[0], isMatch)}</span>
          </p>
          {maps.pooled && (
            <p>
              <span class="label">{say.pooledRow(pooledPlace[0] + 1)}</span>{' '}
              <span class="number wrap">{rowLine(maps.pooled, pooledPlace[0], isMatch)}</span>
            </p>
          )}
          {isMatch && <p class="hint">{say.cut}</p>}
        </section>
      )}
      <section class="size">
        <h2>{say.sizeTitle}</h2>
        <p class="label">{say.letters}</p>
        {picture.height === picture.width ? (
          <p class="formula">{sizeFormula(picture.height, settings)}</p>
        ) : (
          <>
            <p class="formula">
              <span class="label">{say.rows}</span> {sizeFormula(picture.height, settings)}
            </p>
            <p class="formula">
              <span class="label">{say.columns}</span> {sizeFormula(picture.width, settings)}
            </p>
          </>
        )}
        <p>{say.positions(height * width, height, width)}</p>
      </section>
    </>
  );
}

function formatOf(grid: Grid, isMatch: boolean): { readonly digits: number; readonly cut: boolean } {
  return { digits: isMatch ? 2 : digitsOf(grid.data), cut: isMatch };
}

/** A row's numbers, the first of them where there are many. */
function rowLine(grid: Grid, row: number, isMatch: boolean): string {
  const numbers = [...grid.data.subarray(row * grid.width, (row + 1) * grid.width)];
  const said = numbers.slice(0, mostInRow).map((value) => formatNumber(value, formatOf(grid, isMatch)));
  return `${said.join(' ')}${numbers.length > mostInRow ? ' …' : ''}`;
}

/** What a pooled cell is the largest, or the mean, of; at the edge a window is clipped. */
function poolLine(map: Grid, pooled: Grid, [row, column]: readonly [number, number], isMatch: boolean): string {
  const format = formatOf(map, isMatch);
  const cells = [0, 1].flatMap((dy) => [0, 1].map((dx) => [2 * row + dy, 2 * column + dx] as const));
  const inside = cells.filter(([y, x]) => y < map.height && x < map.width).map(([y, x]) => map.data[y * map.width + x]);
  const value = pooled.data[row * pooled.width + column];
  const isMax = value === Math.max(...inside);
  const said = formatNumber(value, formatOf(pooled, isMatch));
  if (isMax) return `max(${inside.map((one) => formatNumber(one, format)).join(', ')}) = ${said}`;
  const terms = inside.map((one, i) => (i === 0 ? formatNumber(one, format) : asTerm(one, format)));
  return `(${terms.join(' + ')})/${inside.length} = ${said}`;
}
