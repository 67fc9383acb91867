import type { JSX } from 'preact';
import type { MapData } from './drawMap.js';
import { formatNumber } from './formatNumber.js';
import { MapCanvas } from './MapCanvas.js';

/** Colours of the scale. */
const cells = 60;

/** Which numbers a map's colours are: from the lowest to the highest. */
export function ColourScale({ low, high, colours }: Pick<MapData, 'low' | 'high' | 'colours'>): JSX.Element {
  const digits = Math.max(Math.abs(low), Math.abs(high)) >= 10 ? 0 : 2;
  const data = Array.from({ length: cells }, (_, i) => low + ((high - low) * i) / (cells - 1));
  const map: MapData = { height: 4, width: cells, data: [...data, ...data, ...data, ...data], low, high, colours };
  return (
    <span class="scale number" aria-hidden="true">
      {formatNumber(low, { digits })}
      <MapCanvas label="" side={8} width={120} map={map} />
      {formatNumber(high, { digits })}
    </span>
  );
}
