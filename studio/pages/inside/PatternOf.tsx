import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { tasksOf } from '../../engine/engineThread.js';
import { Notice } from '../../parts/Notice.js';
import { useTask } from '../../parts/useTask.js';
import { PictureCanvas } from '../../parts/PictureCanvas.js';
import { say } from './strings.js';
import type { Subject } from './subject.js';
import type { tasks } from './tasks.js';

const engine = tasksOf<typeof tasks>('inside');

/** What `PatternOf` is given. */
export interface PatternOfProps {
  readonly subject: Subject;
  readonly layer: string;
  readonly filter: number;
}

/** What a filter looks for whatever the picture, found when it is asked for. */
export function PatternOf({ subject, layer, filter }: PatternOfProps): JSX.Element {
  const key = `${subject.model.key} ${layer} ${filter}`;
  const [asked, setAsked] = useState('');
  useEffect(() => setAsked(''), [key]);
  const isAsked = asked === key;
  const found = useTask(isAsked ? (call) => engine.patterns({ subject, layer, filters: [filter] }, call) : undefined, [
    isAsked,
    key,
  ]);
  const pattern = isAsked && !found.busy ? found.value?.find(({ unit }) => unit === filter) : undefined;
  return (
    <figure>
      <figcaption>{say.patternOf(filter + 1)}</figcaption>
      {found.error && isAsked && <Notice>{found.error.message}</Notice>}
      {pattern ? (
        <PictureCanvas picture={pattern.picture} side={150} label={say.patternOf(filter + 1)} />
      ) : (
        <button type="button" disabled={isAsked} onClick={() => setAsked(key)}>
          {isAsked ? say.finding : say.findPattern}
        </button>
      )}
    </figure>
  );
}
