import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { tasksOf } from '../../engine/engineThread.js';
import { formatNumber, formatPercent, fullNumber } from '../../parts/formatNumber.js';
import { Notice } from '../../parts/Notice.js';
import { useTask } from '../../parts/useTask.js';
import { byMerit, methodNames, type MeasuredMethod, type MethodName } from './methods.js';
import type { InsideState } from './state.js';
import { say } from './strings.js';
import type { Subject } from './subject.js';
import type { tasks } from './tasks.js';

const engine = tasksOf<typeof tasks>('inside');

/** How far the map of each method may be trusted, best first; a click shows its map. */
export function MethodTable({ subject, state }: { subject: Subject; state: InsideState }): JSX.Element {
  const { target, method, compare } = state.values.value;
  const [come, setCome] = useState<readonly MeasuredMethod[]>([]);
  const found = useTask(
    compare
      ? (call) => {
          setCome([]);
          return engine.compareMethods({ subject, target }, { ...call, onNews: setCome });
        }
      : undefined,
    [subject, target, compare],
  );
  if (!compare) {
    return (
      <button type="button" onClick={() => state.change({ compare: true })}>
        {say.compareAll}
      </button>
    );
  }
  const rows = byMerit(found.busy ? come : (found.value ?? []));
  const hasBoxes = rows.some(({ inside }) => inside !== undefined);
  const cell = (value: number | undefined, write = formatNumber): JSX.Element => (
    <td class="number" title={value === undefined ? undefined : fullNumber(value)}>
      {value === undefined ? '' : write(value)}
    </td>
  );
  return (
    <section aria-busy={found.busy}>
      <h2>{say.allMethods}</h2>
      {found.error && !found.busy && <Notice>{found.error.message}</Notice>}
      {found.busy && <p role="status">{say.measured(come.length, methodNames.length - 1)}</p>}
      <div class="inside-products">
        <table>
          <thead>
            <tr>
              <th>{say.method}</th>
              <th class="number">{say.insertion}</th>
              <th class="number">{say.deletion}</th>
              <th class="number">{say.drop}</th>
              {hasBoxes && <th class="number">{say.boxes}</th>}
            </tr>
          </thead>
          <tbody>
            {rows.map((one) => (
              <tr key={one.method} class={one.method === method ? 'chosen' : ''}>
                <td>
                  <button
                    type="button"
                    class="quiet"
                    disabled={one.refused !== undefined}
                    title={one.refused}
                    aria-pressed={one.method === method}
                    onClick={() => state.change({ method: one.method as MethodName })}
                  >
                    {one.method}
                  </button>
                </td>
                {one.refused !== undefined ? (
                  <td colSpan={hasBoxes ? 4 : 3}>{say.notForThis}</td>
                ) : (
                  <>
                    {cell(one.insertion)}
                    {cell(one.deletion)}
                    {cell(one.drop, (share) => formatPercent(share, 0))}
                    {hasBoxes && cell(one.inside, (share) => formatPercent(share, 0))}
                  </>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="hint">{say.methodsHint}</p>
    </section>
  );
}
