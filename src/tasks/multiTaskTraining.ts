import { AnnotatedSet } from '../data/annotated/annotatedSet.js';
import type { DataSet } from '../data/dataSet.js';
import { capitalize } from '../fit/compileOptions.js';
import type { History } from '../fit/history.js';
import { Model } from '../models/index.js';
import { reduceMean } from '../ops/allOperators.js';
import type { Preprocessing } from '../pictures/preprocessing.js';
import type { AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectNumber } from '../tensor/check.js';
import { StriateError } from '../tensor/index.js';
import { isJointLoss, type JointLoss } from '../training/jointLoss.js';
import { classObjective, labelledPictures } from './classHead.js';
import { Detector } from './detector.js';
import { detectorObjective, knownPlacesLoss } from './detectorTraining.js';
import {
  expectSuits,
  fitSets,
  taskFitKinds,
  taskFitOptions,
  type TaskFitOptions,
  type TaskObjective,
} from './fitTask.js';
import { KeypointDetector } from './keypointDetector.js';
import { keypointObjective } from './keypointTraining.js';
import { segmenterObjective } from './segmenterTraining.js';
import { networkOf, placesOfHeads, type MultiTaskData, type TaskHead, type TaskHeads } from './taskHeads.js';
import { TaskSet, type TaskPart } from './taskSet.js';

/** Options of `MultiTask.fit`. */
export interface MultiTaskFitOptions<Heads extends TaskHeads = TaskHeads> extends Omit<
  TaskFitOptions,
  'validationData'
> {
  /** How much each head's loss counts, by its name; 1 by default. */
  readonly lossWeights?: { readonly [Name in keyof Heads]?: number };
  /** What losses and the heads' own measures are taken of after every epoch, by the heads' names. */
  readonly validationData?: MultiTaskData<Heads>;
}

const accepts = {
  where: 'MultiTask.fit',
  kinds: { ...taskFitKinds, lossWeights: 'object' },
} as const satisfies AcceptedOptions<MultiTaskFitOptions>;

/** Heads, and the network of all. */
interface LearningHeads {
  readonly heads: TaskHeads;
  readonly model: Model;
  readonly preprocessing: Preprocessing;
}

/** What a head learns. */
function objectiveOf(where: string, head: TaskHead): TaskObjective {
  if (head instanceof Detector) {
    const objective = detectorObjective(where, head);
    return { ...objective, loss: knownPlacesLoss({ ...objective, ssd: head.plan.decoding.kind === 'ssd' }) };
  }
  if (head instanceof KeypointDetector) return keypointObjective(where, head);
  return head instanceof Model ? classObjective(where, head) : segmenterObjective(where, head);
}

/** A head's loss as one of all outputs of its own, with one target, whose parts are called by the head's name. */
function namedLoss(name: string, head: TaskHead, { loss }: TaskObjective): JointLoss {
  const all = { axes: [0], keepDims: false };
  if (isJointLoss(loss)) {
    const [{ name: target, shape, kind }] = loss.targets;
    const own = (part: string): string => name + capitalize(part);
    return {
      name,
      targets: [{ name, shape, kind }],
      parts: loss.parts.map(own),
      emit(outputs, { [name]: given }) {
        const parts = Object.entries(loss.emit(outputs, { [target]: given }));
        return Object.fromEntries(parts.map(([part, value]) => [own(part), value]));
      },
    };
  }
  const { outputShape } = networkOf(head);
  const classes = loss.targets === 'classes';
  const part = `${name}Loss`;
  return {
    name,
    targets: [{ name, shape: classes ? outputShape.slice(0, -1) : outputShape, kind: classes ? 'classes' : 'values' }],
    parts: [part],
    emit: ([output], { [name]: given }) => ({ [part]: reduceMean(loss.emit(output, given), all) }),
  };
}

/** Trains heads together; `MultiTask.fit`. */
export async function fitHeads(
  { heads, model, preprocessing }: LearningHeads,
  data: MultiTaskData<TaskHeads>,
  options: MultiTaskFitOptions,
): Promise<History> {
  const { where } = accepts;
  const { lossWeights = {}, validationData, ...rest } = taskFitOptions(accepts, options);
  const given = namesIn('data', data, heads);
  if (given.length === 0) {
    const advice = `give some by their names, such as { ${Object.keys(heads)[0]}: set }`;
    throw new StriateError({ where, rule: 'no head has data', advice });
  }
  for (const name of namesIn('lossWeights', lossWeights, heads))
    expectNumber(where, name, lossWeights[name], { least: 0 });
  // In the heads' order, whatever that of the data is.
  const learning = Object.keys(heads)
    .filter((name) => given.includes(name))
    .map((name) => {
      const objective = objectiveOf(where, heads[name]);
      return { name, objective, loss: namedLoss(name, heads[name], objective) };
    });
  const places = placesOfHeads(heads);
  const pictures = picturesOf(where, model, preprocessing);
  const taskSet = (of: MultiTaskData<TaskHeads>): TaskSet =>
    new TaskSet(
      learning.map(({ name, objective }) => {
        const { figures, unknown } = objective;
        return {
          ...pictures(name, objective, of[name]),
          figures: Object.fromEntries(figures.map((figure) => [name + capitalize(figure), figure])),
          outputs: (all) => all.slice(...places.get(name)!),
          unknown,
        };
      }),
    );
  const joint: JointLoss = {
    name: 'multiTask',
    targets: learning.flatMap(({ loss }) => loss.targets),
    parts: learning.flatMap(({ loss }) => loss.parts),
    emit: (outputs, targets) =>
      Object.fromEntries(
        learning.flatMap(({ name, loss }) => Object.entries(loss.emit(outputs.slice(...places.get(name)!), targets))),
      ),
  };
  const weights = learning.flatMap(({ name, loss }) => loss.parts.map(() => lossWeights[name] ?? 1));
  const training = taskSet(data);
  for (const { name } of learning) {
    const head = heads[name];
    // As in `model.fit`.
    if (head instanceof Model) head.classNames ??= data[name]!.classNames;
  }
  const validation = validationData && taskSet(validationData);
  return fitSets(model, { where, loss: joint, lossWeights: weights }, training, validation, rest);
}

/** The heads that an object by their names says something of. */
function namesIn(what: string, given: Readonly<Record<string, unknown>>, heads: TaskHeads): readonly string[] {
  const names = Object.keys(given).filter((name) => given[name] !== undefined);
  const unknown = names.find((name) => !Object.hasOwn(heads, name));
  if (unknown === undefined) return names;
  const advice = `the heads are ${Object.keys(heads).join(', ')}`;
  throw new StriateError({ where: accepts.where, rule: `${what}: there is no head '${unknown}'`, advice });
}

/** Finds the pictures of heads, as the network wants them; a set that several heads have is one. */
function picturesOf(
  where: string,
  model: Model,
  preprocessing: Preprocessing,
): (
  head: string,
  objective: TaskObjective,
  set: AnnotatedSet | DataSet | undefined,
) => Pick<TaskPart, 'pictures' | 'task'> {
  const annotated = new Map<AnnotatedSet, AnnotatedSet>();
  const labelled = new Map<DataSet, ReturnType<typeof labelledPictures>>();
  return (head, { on, onLabelled }, set) => {
    if (!set) {
      const advice = 'give validationData for each head that has data';
      throw new StriateError({ where, rule: `'${head}' is trained, and has no validation data`, advice });
    }
    if (set instanceof AnnotatedSet) {
      const pictures = annotated.get(set) ?? set.prepared(preprocessing);
      expectSuits(where, model, pictures, head);
      annotated.set(set, pictures);
      return { pictures, task: on(pictures) };
    }
    if (!onLabelled) {
      const rule = `'${head}' needs annotated pictures, such as annotatedFolder gives`;
      throw new StriateError({ where, rule, received: `the labelled pictures of '${set.name}'` });
    }
    const pictures = labelled.get(set) ?? labelledPictures(where, set);
    expectSuits(where, model, pictures, head);
    labelled.set(set, pictures);
    return { pictures, task: onLabelled(pictures) };
  };
}
