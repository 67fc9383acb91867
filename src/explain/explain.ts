import type { Classifier } from '../classify/classify.js';
import { preparationFor, type PreprocessingChoice } from '../classify/preparation.js';
import { pictureBatches } from '../classify/pictureBatches.js';
import type { Model } from '../models/index.js';
import type { PictureSource } from '../pictures/pictureSource.js';
import type { CompletePreprocessing } from '../pictures/preprocessing.js';
import { expectOptions, type AcceptedOptions } from '../tensor/acceptedOptions.js';
import { expectOneOf, expectWhole, shown } from '../tensor/check.js';
import { formatShape, sameShape, sizeOf, StriateError, Tensor, type Shape } from '../tensor/index.js';
import { nameAdvice } from '../tensor/spellings.js';
import type { ScoreForm } from './classScores.js';
import { evidenceOf, evidenceOptions, type EvidenceOptions } from './evidence/evidence.js';
import { explanation, type Explanation } from './explanation.js';
import type { ExplanationMethod } from './explanationMethod.js';
import * as explanations from './explanations/index.js';
import { resizedMap } from './resizedMap.js';
import { Subject, type SubjectParts } from './subject.js';
import { resolveTarget, targetContext, type ResolvedTarget, type Target, type TargetContext } from './target.js';
import { isTask, taskTarget, type TaskModel, type TaskTarget } from './taskTarget.js';

/** `gradCam` as the command line spells it: `grad-cam`. */
type Kebab<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? First extends Lowercase<First>
    ? `${First}${Kebab<Rest>}`
    : `-${Lowercase<First>}${Kebab<Rest>}`
  : Name;

/** The library's methods, in both spellings. */
export type ExplanationName = keyof typeof explanations | Kebab<keyof typeof explanations>;

/** Options of `explain`. */
export interface ExplainOptions {
  /** A method's name, or a method with options: `explanations.integratedGradients({ steps: 200 })`; Grad-CAM by default. */
  readonly method?: ExplanationName | ExplanationMethod;
  /** What the explanation is about, for all pictures or in a list for each; by default the class found likeliest in each. */
  readonly target?: Target | TaskTarget | readonly (Target | TaskTarget)[];
  /** The layer that class activation maps are read from; by default the last map before the classifier. */
  readonly layer?: string;
  /** Whether a class counts by its score before softmax or sigmoid (the default) or by its probability. */
  readonly of?: ScoreForm;
  /** Whether each explanation has evidence of how far it may be trusted, or how that is measured; false by default. */
  readonly evidence?: boolean | EvidenceOptions;
  /** In place of what the model says: a name, a JSON file, or an object. */
  readonly preprocessing?: PreprocessingChoice;
  /** Pictures that are computed at once; 8 by default. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
  /** Called with how much of the work is done, by methods that take many passes. */
  readonly onProgress?: (done: number, total: number) => void;
}

const accepts = {
  where: 'explain',
  kinds: {
    method: 'string or object',
    target: 'number or string or function or list or object',
    layer: 'string',
    of: 'string',
    evidence: 'boolean or object',
    preprocessing: 'string or object',
    batchSize: 'number',
    signal: 'object',
    onProgress: 'function',
  },
} satisfies AcceptedOptions<ExplainOptions>;

/** What a model of several inputs takes, [N, …] each. */
export interface ExplainedInputs {
  readonly inputs: readonly Tensor<'float32'>[];
  /** Which of them is explained; the first that is a picture by default. */
  readonly picture?: number;
}

const inputsAccepts = {
  where: 'explain, inputs',
  kinds: { inputs: 'list', picture: 'number' },
} satisfies AcceptedOptions<ExplainedInputs>;

/**
 * A picture from any source; or numbers as the model takes them, [H, W, C] for one picture.
 */
export type ExplainedPicture = PictureSource | Tensor<'float32'>;

/**
 * Why a model says what it says of a picture: a map of what counts for a class, or for any other target. It works for models
 * trained here, the zoo's and those read from other programs' files; of a detector or a segmenter it is about a thing that was
 * found (`{ detection }`), a part of the picture (`{ class, region }`) or a class where it is found best, of a keypoint detector about a
 * point. One picture gives one explanation; a list of them, or a tensor [N, H, W, C], gives a list.
 *
 * @throws StriateError when there is no such method, target or layer, or a picture cannot be read.
 *
 * @example
 * const squeezenet = await openModel('squeezenet1_1-imagenet.onnx');
 * const { target, map } = await explain(squeezenet, 'elephants.jpg', { method: 'grad-cam' });
 */
export function explain(
  model: Classifier | TaskModel,
  picture: ExplainedPicture,
  options?: ExplainOptions,
): Promise<Explanation>;
export function explain(
  model: Classifier | TaskModel,
  pictures: readonly ExplainedPicture[] | ExplainedInputs,
  options?: ExplainOptions,
): Promise<Explanation[]>;
export async function explain(
  classifier: Classifier | TaskModel,
  pictures: ExplainedPicture | readonly ExplainedPicture[] | ExplainedInputs,
  options: ExplainOptions = {},
): Promise<Explanation | Explanation[]> {
  expectOptions(accepts, options);
  if (isTask(classifier)) return explainTask(classifier, pictures, options);
  if (isInputs(pictures)) expectOptions(inputsAccepts, pictures);
  const model = 'model' in classifier ? classifier.model : classifier;
  methodOf(options.method ?? 'grad-cam');
  const taken = await takeInputs(classifier, model, pictures, options);
  const count = taken.inputs[taken.pictureInput].shape[0];
  const context = await targetContext(model);
  const targets = await targetsFor(options.target as ExplainedTarget, count, (target) =>
    resolveTarget(target, context),
  );
  const results = await explained(context, taken, targets, options);
  return isSingle(pictures) ? results[0] : results;
}

/** What models that give no boxes or masks are asked about. */
type ExplainedTarget = Target | readonly Target[] | undefined;

/** Whether the result is one explanation instead of a list. */
function isSingle(pictures: ExplainedPicture | readonly ExplainedPicture[] | ExplainedInputs): boolean {
  return (
    !Array.isArray(pictures) && !(isInputs(pictures) || (pictures instanceof Tensor && pictures.shape.length === 4))
  );
}

/** What a detector or a segmenter says of each picture, one by one: each thing is read from a map of its own. */
async function explainTask(
  task: TaskModel,
  pictures: ExplainedPicture | readonly ExplainedPicture[] | ExplainedInputs,
  options: ExplainOptions,
): Promise<Explanation | Explanation[]> {
  const { model } = task;
  const { target, evidence, preprocessing, ...rest } = options;
  if (isInputs(pictures) || preprocessing !== undefined) {
    throw new StriateError({
      where: 'explain',
      rule: 'a model for boxes, masks or points takes pictures, and prepares them itself',
      received: isInputs(pictures) ? 'inputs' : 'preprocessing',
      advice: `give pictures, or tensors ${formatShape(model.inputs[0].shape)}, without preprocessing`,
    });
  }
  const given = Array.isArray(pictures) ? (pictures as readonly ExplainedPicture[]) : [pictures as ExplainedPicture];
  const list = given.flatMap((one) => (one instanceof Tensor && one.shape.length === 4 ? picturesIn(one) : [one]));
  if (Array.isArray(target) && target.length !== list.length) throw wrongCount(target.length, list.length);
  const context = await targetContext(model);
  const results: Explanation[] = [];
  for (const [i, picture] of list.entries()) {
    const isTensor = picture instanceof Tensor;
    const whole = { scaleX: 1, scaleY: 1, left: 0, top: 0 };
    const prepared = isTensor
      ? { x: picture, frame: whole, size: { height: picture.shape[0], width: picture.shape[1] } }
      : await task.prepare(picture);
    expectInput(model, prepared.x.shape, 0);
    const own = (Array.isArray(target) ? target[i] : target) as Target | TaskTarget | undefined;
    const { target: resolved, inside, box } = await taskTarget(task, own, prepared);
    const { frame, size } = prepared;
    const place = {
      ...{ top: frame.top, left: frame.left },
      ...{ height: frame.scaleY * size.height, width: frame.scaleX * size.width },
    };
    const taken = {
      inputs: [prepared.x.reshape([1, ...prepared.x.shape])],
      pictureInput: 0,
      preprocessing: isTensor ? undefined : task.preprocessing,
    };
    const measured = evidence && { measures: [], inside, ...(evidence === true ? {} : evidence) };
    const [found] = await explained(context, taken, [resolved], { ...rest, evidence: measured });
    results.push({ ...found, place, ...(box && { box }) });
  }
  return isSingle(pictures) ? results[0] : results;
}

/** The pictures of a tensor [N, H, W, C]. */
function picturesIn(batch: Tensor<'float32'>): Tensor<'float32'>[] {
  return Array.from({ length: batch.shape[0] }, (_, i) => batch.slice(i, i + 1).reshape(batch.shape.slice(1)));
}

/** The explanations of pictures as a model takes them. */
async function explained(
  context: TargetContext,
  taken: TakenInputs,
  chosen: readonly ResolvedTarget[] | undefined,
  options: ExplainOptions,
): Promise<Explanation[]> {
  const method = methodOf(options.method ?? 'grad-cam');
  const count = taken.inputs[taken.pictureInput].shape[0];
  const { of = method.of ?? 'scores', batchSize = 8 } = options;
  const measured = options.evidence ? evidenceOptions(options.evidence) : undefined;
  const parts: SubjectParts = {
    context,
    inputs: taken.inputs,
    pictureInput: taken.pictureInput,
    targets: chosen,
    form: expectOneOf('explain', 'of', of, ['scores', 'probabilities']),
    layer: options.layer,
    preprocessing: taken.preprocessing,
    batchSize: Math.min(expectWhole('explain', 'batchSize', batchSize), Math.max(count, batchSize)),
    signal: options.signal,
    onProgress: options.onProgress,
  };
  const subject = new Subject(parts);
  const found = await method.attribute(subject);
  const results: Explanation[] = [];
  const targets: ResolvedTarget[] = [];
  for (let i = 0; i < count; i++) targets.push(await subject.targetOf(i));
  // Evidence is about probabilities, whatever the map is about.
  const judge = new Subject({ ...parts, targets: parts.targets ?? targets, form: 'probabilities' });
  for (const [i, target] of targets.entries()) {
    const label = target.kind === 'class' ? target.label : undefined;
    const row = (tensor: Tensor<'float32'>): Tensor<'float32'> => tensor.slice(i, i + 1).reshape(tensor.shape.slice(1));
    const map = row(found.map);
    const gap = found.gaps?.[i];
    const [height, width] = subject.pictureShape;
    results.push(
      explanation({
        method: method.name,
        at: method.at,
        layer: method.at === 'layer' ? (subject.map.source?.layer.name ?? subject.map.name) : undefined,
        signed: found.signed ?? method.signed,
        target: target.name,
        label,
        between: target.kind === 'class' ? target.between : undefined,
        probability: label === undefined ? undefined : (await subject.probabilitiesOf(i))?.[label],
        map,
        channels: found.channels && row(found.channels),
        input: row(subject.pictures),
        preprocessing: taken.preprocessing,
        gap,
        evidence: measured && (await evidenceOf(judge, i, resizedMap(map, height, width), gap, measured)),
        notes: found.notes ?? [],
      }),
    );
  }
  return results;
}

/** The library's methods by both spellings of their names. */
export function methodOf(method: ExplanationName | ExplanationMethod): ExplanationMethod {
  if (typeof method === 'object' && typeof method.attribute === 'function') return method;
  const names = Object.keys(explanations) as (keyof typeof explanations)[];
  const wanted = typeof method === 'string' ? method.replaceAll('+', '-plus').replaceAll('-', '').toLowerCase() : '';
  const found = names.find((name) => name.toLowerCase() === wanted);
  if (found) return explanations[found]();
  const kebab = names.map((name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
  throw new StriateError({
    where: 'explain',
    rule: `there is no method ${shown(method)}`,
    advice: nameAdvice(method, kebab),
  });
}

const wrongCount = (targets: number, pictures: number): StriateError =>
  new StriateError({
    where: 'explain',
    rule: 'target must be one for all pictures, or a list with one for each',
    received: `${targets} for ${pictures} pictures`,
  });

async function targetsFor(
  target: Target | readonly Target[] | undefined,
  count: number,
  resolve: (target: Target) => Promise<ResolvedTarget>,
): Promise<readonly ResolvedTarget[] | undefined> {
  if (target === undefined) return undefined;
  if (!Array.isArray(target)) return [await resolve(target as Target)];
  const targets = target as readonly Target[];
  if (targets.length !== count) throw wrongCount(targets.length, count);
  const resolved = await Promise.all(targets.map(resolve));
  const [first] = resolved;
  const alike = resolved.every(
    (one) => one.kind === first.kind && (one.kind !== 'unit' || first.kind !== 'unit' || one.value === first.value),
  );
  if (alike && (first.kind !== 'own' || count === 1)) return resolved;
  throw new StriateError({
    where: 'explain',
    rule: 'targets of a list must all be classes, or units of one layer',
    advice: 'explain the pictures one by one',
  });
}

function isInputs(pictures: unknown): pictures is ExplainedInputs {
  return typeof pictures === 'object' && pictures !== null && 'inputs' in pictures;
}

interface TakenInputs {
  readonly inputs: readonly Tensor<'float32'>[];
  readonly pictureInput: number;
  readonly preprocessing: CompletePreprocessing | undefined;
}

/** Pictures as the model takes them. */
async function takeInputs(
  classifier: Classifier,
  model: Model,
  pictures: ExplainedPicture | readonly ExplainedPicture[] | ExplainedInputs,
  options: ExplainOptions,
): Promise<TakenInputs> {
  if (isInputs(pictures)) {
    const { inputs, picture = model.inputs.findIndex(({ shape }) => shape.length === 3) } = pictures;
    const counts = new Set(inputs.map(({ shape }) => shape[0]));
    if (inputs.length !== model.inputs.length || counts.size !== 1) {
      throw new StriateError({
        where: 'explain',
        rule: `inputs must be ${model.inputs.length} tensors [N, …] for as many pictures`,
        received: inputs.map(({ shape }) => formatShape(shape)).join(', '),
      });
    }
    inputs.forEach((input, i) => expectInput(model, input.shape.slice(1), i));
    expectWhole('explain', 'picture', picture, 0, inputs.length - 1);
    return { inputs, pictureInput: picture, preprocessing: undefined };
  }
  const list = Array.isArray(pictures) ? (pictures as readonly ExplainedPicture[]) : [pictures as ExplainedPicture];
  if (list.length === 0) throw new StriateError({ where: 'explain', rule: 'needs a picture', received: 'none' });
  expectPictureInput(model);
  const tensors = list.filter((one) => one instanceof Tensor);
  if (tensors.length === list.length)
    return { inputs: [joined(model, tensors)], pictureInput: 0, preprocessing: undefined };
  if (tensors.length > 0) {
    throw new StriateError({ where: 'explain', rule: 'takes pictures or tensors, not both in one list' });
  }
  const opened = 'model' in classifier ? classifier : { preparation: undefined };
  const from = { chosen: options.preprocessing, file: model.name, format: 'Striate', option: 'preprocessing' } as const;
  const { preprocessing } =
    opened.preparation && options.preprocessing === undefined ? opened.preparation : await preparationFor(model, from);
  const sources = list as readonly PictureSource[];
  for await (const { x, problems } of pictureBatches(model, sources, { preprocessing, batchSize: sources.length })) {
    const [problem] = problems;
    if (!problem) return { inputs: [x], pictureInput: 0, preprocessing };
    const source = sources[problem[0]];
    throw new StriateError({
      where: typeof source === 'string' ? source : 'explain',
      rule: 'must be a picture',
      advice: problem[1],
    });
  }
  throw new StriateError({ where: 'explain', rule: 'needs a picture', received: 'none' });
}

/** Tensors [H, W, C] and [N, H, W, C] as one batch. */
function joined(model: Model, tensors: readonly Tensor<'float32'>[]): Tensor<'float32'> {
  const parts = tensors.map((one) => (one.shape.length === 3 ? one.reshape([1, ...one.shape]) : one));
  parts.forEach(({ shape }) => expectInput(model, shape.slice(1), 0));
  if (parts.length === 1) return parts[0];
  const count = parts.reduce((sum, { shape }) => sum + shape[0], 0);
  const data = new Float32Array(count * sizeOf(model.inputs[0].shape));
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return new Tensor('float32', [count, ...model.inputs[0].shape], data);
}

/** @throws StriateError when a model takes more than a picture, or none. */
function expectPictureInput({ name, inputs }: Model): void {
  if (inputs.length === 1 && inputs[0].shape.length === 3) return;
  const several = inputs.length > 1;
  throw new StriateError({
    where: 'explain',
    rule: `the model '${name}' takes ${several ? `${inputs.length} inputs` : 'no picture'}, ${inputs.map(({ shape }) => formatShape(shape)).join(' and ')}`,
    advice: several
      ? 'give a tensor [N, …] for each: explain(model, { inputs: [pictures, others] })'
      : 'maps lie over pictures, [height, width, channels]',
  });
}

function expectInput(model: Model, shape: Shape, i: number): void {
  const wanted = model.inputs[i].shape;
  if (sameShape(shape, wanted)) return;
  throw new StriateError({
    where: 'explain',
    rule: `the model '${model.name}' takes ${formatShape(wanted)}`,
    received: formatShape(shape),
    advice: 'give the picture itself, which is then brought to size, or a tensor of this shape',
  });
}
