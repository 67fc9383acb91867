import type { JSX } from 'preact';
import { tasksOf } from '../../engine/engineThread.js';
import { formatNumber } from '../../parts/formatNumber.js';
import { Notice } from '../../parts/Notice.js';
import { PictureCanvas } from '../../parts/PictureCanvas.js';
import { useTask } from '../../parts/useTask.js';
import { say } from './strings.js';
import type { Subject } from './subject.js';
import type { Inside, tasks } from './tasks.js';
import type { UnitPlace } from './units.js';

const engine = tasksOf<typeof tasks>('inside');

/** What `FieldView` is given. */
export interface FieldViewProps {
  readonly subject: Subject;
  readonly inside: Inside;
  readonly call: number;
  readonly at: UnitPlace;
}

/** The receptive field of a number: what it can see, by the layers' windows, and what it does see, by its gradient. */
export function FieldView({ subject, inside, call, at }: FieldViewProps): JSX.Element {
  const { value, error, busy } = useTask(
    (c) => engine.field({ subject, call, at }, c),
    [subject.model.key, subject.picture.key, call, at.row, at.column, at.channel],
  );
  return (
    <section class="inside-field" aria-busy={busy}>
      <h2>{say.seesOf}</h2>
      {error && !busy && <Notice>{error.message}</Notice>}
      {value && (
        <>
          <p>
            {say.canSee(`${value.theoretical.height}×${value.theoretical.width}`)}{' '}
            {say.doesSee(formatNumber(value.effectiveSize, { digits: 0 }))}
          </p>
          <PictureCanvas
            picture={inside.seen}
            heat={value.effective}
            opacity={0.7}
            side={320}
            label={say.seesOf}
            marks={[{ ...value.visible, kind: 'chosen' }]}
          />
        </>
      )}
      <p class="hint">{value ? say.fieldHint : say.working}</p>
    </section>
  );
}
