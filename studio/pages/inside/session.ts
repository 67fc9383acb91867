import { openModel, preparePicture, StriateError, type Engine, type OpenedModel, type Tensor } from 'striate';
import { modelValues, type ModelValues } from './modelValues.js';
import { problem } from './problems.js';
import type { Subject, SubjectModel } from './subject.js';
import type { Value } from './units.js';

/** A model that is open in the worker. */
export interface OpenSubject {
  readonly opened: OpenedModel;
  /** All weights by their names; read when they are first asked for. */
  weights(): Promise<ReadonlyMap<string, Value>>;
}

/** A picture that went through a model. */
export interface LookedInto extends OpenSubject {
  readonly values: ModelValues;
  /** [H, W, C] as the model takes it. */
  readonly input: Tensor<'float32'>;
}

/** Models, and pictures in them, that were looked into last. */
const models = new Map<string, Promise<OpenSubject>>();
const pictures = new Map<string, Promise<LookedInto>>();
const mostKept = 2;

/** A subject's model and all that its layers give, computed once. */
export function lookInto({ model, picture }: Subject, engine: Engine): Promise<LookedInto> {
  return kept(pictures, `${model.key} ${picture.key}`, async () => {
    const subject = await openSubject(model, engine);
    const { preparation } = subject.opened;
    if (!preparation) {
      throw new StriateError({ where: model.name, rule: problem.noPictures, advice: problem.openPictures });
    }
    const input = await preparePicture(picture.source, preparation.preprocessing);
    return { ...subject, input, values: await modelValues(subject.opened.model, input) };
  });
}

function openSubject({ key, name, file, preprocessing }: SubjectModel, engine: Engine): Promise<OpenSubject> {
  return kept(models, key, async () => {
    const opened = await openModel(file, { name, engine, ...(preprocessing !== undefined && { preprocessing }) });
    let weights: Promise<ReadonlyMap<string, Value>> | undefined;
    return { opened, weights: () => (weights ??= opened.model.getWeights()) };
  });
}

/** What is kept under a key, made where it is not there; the oldest goes. What failed is not kept. */
function kept<T>(all: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const before = all.get(key);
  all.delete(key);
  const made = before ?? make();
  all.set(key, made);
  made.catch(() => all.delete(key));
  if (all.size > mostKept) all.delete(all.keys().next().value!);
  return made;
}
