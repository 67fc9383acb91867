import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { smallBackbone } from '../../test/fixtures/smallBackbone.js';
import { augmentation } from '../data/index.js';
import { scenes } from '../data/scenes.js';
import type { AnnotatedSet } from '../data/annotated/annotatedSet.js';
import { callbacks } from '../fit/callbacks/callbacks.js';
import type { History } from '../fit/history.js';
import type { Model } from '../models/index.js';
import { createDetector, createKeypointDetector, createSegmenter, type TaskFitOptions } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'striate-tasks-'));
afterAll(() => rmSync(folder, { recursive: true }));

const shapes = scenes({ seed: 1, train: 12, test: 4, size: 32, kinds: ['shapes'], things: [1, 2] });
const letters = scenes({ seed: 1, train: 12, test: 4, size: 32, kinds: ['xo'], things: [1, 1] });

const backbone = (): Model => smallBackbone(3);

/** A network for a task, as its training and its tests see it. */
interface Learner {
  readonly model: Model;
  readonly backbone?: Model | undefined;
  fit(set: AnnotatedSet, options: TaskFitOptions): Promise<History>;
  readonly measured: (set: AnnotatedSet) => Promise<number>;
}

const { classNames } = shapes.train;
/** A network for each task, and what tells how well it does on a set. */
const learners = {
  detector() {
    const detector = createDetector({ backbone: backbone(), classes: classNames, filters: 8, depth: 1 });
    return { ...learning(detector), measured: async (set) => (await detector.evaluate(set)).figures.map };
  },
  segmenter() {
    const segmenter = createSegmenter({ backbone: backbone(), head: 'unet', classes: classNames, filters: 8 });
    return { ...learning(segmenter), measured: async (set) => (await segmenter.evaluate(set)).meanIou };
  },
  keypoints() {
    const pose = createKeypointDetector({ backbone: backbone(), points: letters.train.pointNames, filters: 8 });
    return { ...learning(pose), measured: async (set) => (await pose.evaluate(set)).pck };
  },
} satisfies Record<string, () => Learner>;

const learning = (task: Omit<Learner, 'measured'>): Omit<Learner, 'measured'> => ({
  model: task.model,
  backbone: task.backbone,
  fit: (set, options) => task.fit(set, options),
});

const options = { epochs: 3, batchSize: 4, seed: 5, verbose: 0 } as const;

async function weightsOf({ model: net }: Learner): Promise<number[]> {
  return [...(await net.getWeights())].flatMap(([, { data }]) => [...data]);
}

/** Ends the training after so many batches. */
function stopAfter(batches: number): Pick<TaskFitOptions, 'signal' | 'callbacks'> {
  const stop = new AbortController();
  let done = 0;
  return {
    signal: stop.signal,
    callbacks: [{ onTrainBatchEnd: () => (++done === batches ? stop.abort() : undefined) }],
  };
}

describe.each(['detector', 'segmenter', 'keypoints'] as const)('training of a %s', (kind) => {
  const make = (): Learner => learners[kind]();
  const { train, test } = kind === 'keypoints' ? letters : shapes;
  const varied = train.augmented(augmentation({ widthShiftRange: 0.1, heightShiftRange: 0.1 }));

  it('that was interrupted and is resumed, from a file or where it stood, is equal to the bit', async () => {
    const whole = make();
    const { epochs } = await whole.fit(varied, { ...options, validationData: test });
    const weights = await weightsOf(whole);
    const first = make();
    const { interrupted } = await first.fit(varied, { ...options, ...stopAfter(5), validationData: test });
    expect(interrupted).toBe(true);
    const file = join(folder, `${kind}.safetensors`);
    await first.model.save(file, { optimizer: true });
    await first.fit(varied, { ...options, resumeFrom: first.model.trainingState!, validationData: test });
    expect(await weightsOf(first)).toEqual(weights);
    const again = make();
    const rest = await again.fit(varied, { ...options, resumeFrom: file, validationData: test });
    expect(await weightsOf(again)).toEqual(weights);
    const numbers = ({ seconds: _, ...others }: (typeof epochs)[number]): object => others;
    expect(rest.epochs.map(numbers)).toEqual(epochs.map(numbers));
    await expect(make().fit(varied, { ...options, resumeFrom: first.model.trainingState! })).rejects.toThrow(
      /not been trained before/,
    );
  });

  it('on a frozen backbone, whose maps are computed once for each picture or view, is the same as without', async () => {
    const run = async (
      more: TaskFitOptions,
    ): Promise<{ weights: number[]; history: Record<string, readonly number[]> }> => {
      const learner = make();
      learner.backbone!.freeze();
      const before = await weightsOf(learner);
      const { history } = await learner.fit(varied, { ...options, validationData: test, ...more });
      const weights = await weightsOf(learner);
      expect(weights).not.toEqual(before);
      return { weights, history: { ...history } };
    };
    const without = await run({});
    const kept = await run({ cacheFeatures: true, views: 3 });
    without.weights.forEach((value, i) => expect(Math.abs(kept.weights[i] - value)).toBeLessThan(1e-5));
    for (const name of Object.keys(without.history).filter((one) => one !== 'seconds'))
      without.history[name].forEach((value, epoch) => expect(kept.history[name][epoch]).toBeCloseTo(value, 4));
    await expect(run({ cacheFeatures: true })).rejects.toThrow(/views: 4/);
  });

  it('has the file of its best epoch by what it measures', async () => {
    const learner = make();
    const monitor = { detector: 'valMap', segmenter: 'valMeanIou', keypoints: 'valPck' }[kind];
    const filepath = join(folder, `${kind}-best.safetensors`);
    const { history, epochs } = await learner.fit(train, {
      ...options,
      epochs: 4,
      learningRate: 0.02,
      validationFreq: 2,
      validationData: test,
      callbacks: [
        callbacks.modelCheckpoint({ filepath, monitor, saveBestOnly: true }),
        callbacks.earlyStopping({ monitor, patience: 3, restoreBestWeights: true }),
      ],
    });
    expect(epochs.map((epoch) => monitor in epoch)).toEqual([false, true, false, true]);
    const best = Math.max(...history[monitor].filter((value) => value !== undefined));
    // As fit measured, so does evaluate: of what early stopping put back, and of the file.
    expect(await learner.measured(test)).toBeCloseTo(best, 5);
    const again = make();
    await again.model.loadWeights(filepath);
    expect(await again.measured(test)).toBeCloseTo(best, 5);
  });
});

it('a set of another size is brought to what the network takes, and its own classes are found by name', async () => {
  const large = scenes({ seed: 2, train: 4, test: 2, size: 48, kinds: ['xo'], things: [1, 1] });
  const pose = learners.keypoints();
  await pose.fit(large.train, { ...options, epochs: 1 });
  expect(await pose.measured(large.test)).toBeGreaterThanOrEqual(0);
  const turned = createSegmenter({ backbone: backbone(), classes: [...classNames].reverse() });
  const sized = scenes({ seed: 1, train: 4, test: 2, size: 48, kinds: ['shapes'] });
  const { history } = await turned.fit(sized.train, { ...options, epochs: 1, validationData: shapes.test });
  expect(history.valMeanIou[0]).toBeCloseTo((await turned.evaluate(shapes.test)).meanIou, 6);
});
