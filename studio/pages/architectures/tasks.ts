import { openModel, preparePicture, Random, sizeOf, StriateError, Tensor, zoo, type Model } from 'striate';
import { drawArchitecture } from 'striate/explain';
import type { TaskContext, Tasks } from '../../engine/protocol.js';
import { blocksOf, depthOf, largestActivations, type ArchitectureBlock } from './blocks.js';
import { problem } from './problems.js';

/** A model: of the zoo by its name, or a file that was dropped. */
export interface AskedModel {
  /** As in the address. */
  readonly name: string;
  /** Undefined of models of the zoo. */
  readonly file?: { readonly name: string; readonly blob: Blob } | undefined;
}

/** What the zoo knows of an architecture before it is made. */
export interface ZooRow {
  readonly name: string;
  readonly family: string;
  readonly description: string;
  readonly parameters: number;
  readonly paper: { readonly title: string; readonly authors: string; readonly year: number; readonly url: string };
}

/** A model in numbers. */
export interface ArchitectureFacts {
  readonly name: string;
  /** [H, W, C] */
  readonly input: readonly number[];
  readonly layers: number;
  readonly parameters: number;
  readonly statistics: number;
  readonly flops: number;
  readonly multiplyAdds: number;
  readonly depth: number;
  /** Of the last map. */
  readonly receptiveField: readonly number[] | null;
  /** Bytes: weights, and the activations that must be kept at once. */
  readonly memory: { readonly weights: number; readonly activations: number };
}

/** A model's facts, or why there are none. */
export type FoundFacts = { readonly facts: ArchitectureFacts } | { readonly name: string; readonly problem: string };

/** A model as it is drawn. */
export interface ArchitectureDrawing {
  readonly name: string;
  readonly blocks: readonly ArchitectureBlock[];
  /** An SVG document. */
  readonly picture: string;
}

/** How long predictions of one picture take. */
export interface MeasuredTime {
  /** The middle one of all, in milliseconds. */
  readonly milliseconds: number;
  readonly times: readonly number[];
}

/** How long frames take. */
export interface MeasuredFrames extends MeasuredTime {
  /** What of it passes until the frame is the network's input. */
  readonly preparing: number;
}

function list(): ZooRow[] {
  return zoo.list().map((name) => {
    const { family, description, parameters, paper } = zoo.describe(name);
    return { name, family, description, parameters, paper: { ...paper } };
  });
}

/** Facts of many models, each told as soon as it is known. */
async function facts(models: readonly AskedModel[], task: TaskContext): Promise<void> {
  for (const [i, asked] of models.entries()) {
    task.progress({ done: i, total: models.length, what: asked.file?.name ?? asked.name });
    try {
      task.news({ facts: factsOf(asked.name, await opened(asked)) } satisfies FoundFacts);
    } catch (error) {
      task.news({ name: asked.name, problem: (error as Error).message } satisfies FoundFacts);
    }
    // Others may want to be answered meanwhile.
    await new Promise((resolve) => setTimeout(resolve));
    if (task.signal.aborted) return;
  }
}

function factsOf(name: string, model: Model): ArchitectureFacts {
  const { parameters, statistics, flops, multiplyAdds, layers } = model.summarize();
  const map = layers.findLast(({ output, receptiveField }) => receptiveField && output.length === 3 && output[0] > 1);
  return {
    name,
    input: model.inputs[0].shape,
    layers: layers.length,
    parameters,
    statistics,
    flops,
    multiplyAdds,
    depth: depthOf(model),
    receptiveField: map?.receptiveField ?? null,
    memory: { weights: 4 * (parameters + statistics), activations: 4 * largestActivations(model) },
  };
}

async function draw(asked: AskedModel): Promise<ArchitectureDrawing> {
  const model = await opened(asked);
  const title = asked.file?.name ?? asked.name;
  return { name: asked.name, blocks: blocksOf(model), picture: drawArchitecture(model, { title, columns: 1 }) };
}

async function opened({ name, file }: AskedModel): Promise<Model> {
  if (!file) return zoo.create(name);
  return (await openModel(file.blob, { name: file.name })).model;
}

/** Predictions that are measured, at most, and how long that may take. */
const [mostRuns, enough] = [15, 2500];

async function measure(asked: AskedModel, task: TaskContext): Promise<MeasuredTime> {
  const what = asked.file?.name ?? asked.name;
  task.progress({ done: 0, what });
  const model = await opened(asked);
  if (model.inputs.length > 1) {
    throw new StriateError({ where: what, rule: problem.severalInputs });
  }
  const input = picture(model.inputs[0].shape);
  return timed(model, task, async (i) => {
    task.progress({ done: i, total: mostRuns, what });
    await model.predict(input);
    return 0;
  });
}

/** Frames of a camera's size through `mobilenet_v2`: cut, scaled and normalized, then predicted. */
async function frames(_: undefined, task: TaskContext): Promise<MeasuredFrames> {
  const name = 'mobilenet_v2';
  const { preprocessing } = zoo.describe(name);
  const model = zoo.create(name);
  const frame = { width: 640, height: 480, data: noise(640 * 480 * 4) };
  return timed(model, task, async (i) => {
    task.progress({ done: i, total: mostRuns, what: name });
    const started = performance.now();
    const x = preparePicture(frame, preprocessing);
    const preparing = performance.now() - started;
    await model.predict(x.reshape([1, ...x.shape]));
    return preparing;
  });
}

/** Runs something again and again; the first two times, which compile and warm up, do not count. */
async function timed(
  model: Model,
  { engine, signal }: TaskContext,
  run: (i: number) => Promise<number>,
): Promise<MeasuredFrames> {
  model.useEngine({ engine });
  try {
    await run(0);
    await run(0);
    const times: number[] = [];
    const prepared: number[] = [];
    const began = performance.now();
    while (times.length < mostRuns && performance.now() - began < enough) {
      const started = performance.now();
      prepared.push(await run(times.length));
      times.push(performance.now() - started);
      await new Promise((resolve) => setTimeout(resolve));
      signal.throwIfAborted();
    }
    return { milliseconds: middle(times), times, preparing: middle(prepared) };
  } finally {
    await model.dispose();
  }
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function picture(shape: readonly number[]): Tensor<'float32'> {
  const bytes = noise(sizeOf(shape));
  return new Tensor(
    'float32',
    [1, ...shape],
    Float32Array.from(bytes, (byte) => byte / 255),
  );
}

function noise(length: number): Uint8ClampedArray {
  const random = new Random(1);
  return Uint8ClampedArray.from({ length }, () => 256 * random.uniform());
}

/** What the page has computed. */
export const tasks = { list, facts, draw, measure, frames } satisfies Tasks;
