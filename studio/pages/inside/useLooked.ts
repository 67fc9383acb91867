import { useMemo } from 'preact/hooks';
import { tasksOf } from '../../engine/engineThread.js';
import { useTask } from '../../parts/useTask.js';
import { subjectPicture, type Subject, type SubjectModel } from './subject.js';
import type { Inside, tasks } from './tasks.js';

const engine = tasksOf<typeof tasks>('inside');

/** A picture that went through a model, or is on its way. */
export interface Looked {
  readonly subject: Subject | undefined;
  readonly inside: Inside | undefined;
  readonly error: Error | undefined;
}

/**
 * A picture in a model.
 *
 * @param model undefined where there is none yet, or nothing is to be looked at
 * @param name the picture's in the address; undefined to wait
 */
export function useLooked(model: SubjectModel | undefined, name: string | undefined): Looked {
  const picture = useTask(model && name !== undefined ? () => subjectPicture(name, model) : undefined, [name, model]);
  const isThere = model !== undefined && name !== undefined && picture.value !== undefined && !picture.error;
  // One and the same as long as it is, for what is drawn anew when it changes.
  const subject = useMemo(
    () => (isThere ? { model, picture: picture.value } : undefined),
    [isThere, model, picture.value],
  );
  const looked = useTask(subject && ((call) => engine.look(subject, call)), [subject?.model, subject?.picture]);
  const inside = subject && !looked.error ? looked.value : undefined;
  return { subject, inside, error: name === undefined ? undefined : (picture.error ?? looked.error) };
}
