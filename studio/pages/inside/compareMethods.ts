/** In the worker: how all methods do on one picture. */
import { StriateError } from 'striate';
import { energyInside, explain } from 'striate/explain';
import type { TaskContext } from '../../engine/protocol.js';
import { methodNames, type MeasuredMethod } from './methods.js';
import { lookInto } from './session.js';
import type { Subject } from './subject.js';

/** Steps of the curves: few, as there are many methods. */
const steps = 10;

/** Explains a picture by every method and measures each; rows are told of as they come, the quick ones first. */
export async function compareMethods(
  { subject, target }: { readonly subject: Subject; readonly target: string },
  context: TaskContext,
): Promise<readonly MeasuredMethod[]> {
  const { engine, signal } = context;
  const { opened } = await lookInto(subject, engine);
  const boxes = opened.preparation?.preprocessing.fit === 'stretch' ? subject.picture.boxes : [];
  const methods = methodNames.filter((name) => name !== 'none');
  const rows: MeasuredMethod[] = [];
  for (const [done, method] of methods.entries()) {
    context.progress({ done, total: methods.length, what: method });
    try {
      const found = await explain(opened, subject.picture.source, {
        method: method as 'grad-cam',
        ...(target !== '' && { target }),
        evidence: { steps, measures: ['insertion', 'deletion', 'confidence'] },
        signal,
      });
      const { insertion, deletion, confidence } = found.evidence!;
      rows.push({
        method,
        insertion: insertion!.area,
        deletion: deletion!.area,
        drop: confidence!.drop,
        ...(boxes.length > 0 && { inside: energyInside(found.heat(), boxes).energy }),
      });
    } catch (error) {
      if (signal.aborted || !(error instanceof StriateError)) throw error;
      rows.push({ method, refused: error.message });
    }
    context.news([...rows]);
  }
  return rows;
}
