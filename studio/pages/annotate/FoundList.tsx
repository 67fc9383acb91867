import type { JSX } from 'preact';
import { Group } from '../../parts/controls.js';
import { formatNumber, formatPercent } from '../../parts/formatNumber.js';
import type { Found } from './learnt.js';
import { say } from './strings.js';

/** What `FoundList` is given. */
export interface FoundListProps {
  readonly found: Found;
  readonly threshold: number;
}

/** What a model sees in the picture, in words and numbers. */
export function FoundList({ found: { boxes, masks, points }, threshold }: FoundListProps): JSX.Element {
  const lines = [
    ...(boxes ?? [])
      .filter(({ score }) => score >= threshold)
      .map(({ name, score, box }) => `${say.boxOf(name, box.map(Math.round))}, ${formatNumber(score, { digits: 2 })}`),
    ...(masks?.areas ?? [])
      .map((area, i) => `${masks!.classNames[i]}: ${formatPercent(area / (masks!.width * masks!.height), 1)}`)
      .slice(1),
    ...(points ?? []).map(
      ({ name, x, y, score }) => `${name}: ${Math.round(x)}, ${Math.round(y)}, ${formatNumber(score, { digits: 2 })}`,
    ),
  ];
  return (
    <Group title={say.found}>
      {lines.length === 0 && <p class="hint">{say.foundNothing}</p>}
      <ul class="annotate-list">
        {lines.map((line, i) => (
          <li key={i}>{line}</li>
        ))}
      </ul>
    </Group>
  );
}
