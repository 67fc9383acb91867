import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenes } from '../../data/scenes.js';
import { labelMapOf } from '../../data/annotated/labelMapOf.js';
import type { Detection } from '../../geometry/annotation.js';
import { detectionConfusion, evaluateDetections, evaluateSegmentation } from '../../measures/index.js';
import { judgedBoxes, worstAndBest } from './judgedPictures.js';
import type { BoxTrial, MaskTrial, PointTrial, TaskTrial } from './taskTrial.js';
import { writeTaskReport } from './writeTaskReport.js';

const { train: set } = scenes({ seed: 4, train: 6, test: 1, size: 48, kinds: ['xo'], things: [2, 2], overlap: 0 });
const { classNames, pointNames } = set;
const truth = Array.from({ length: set.size }, (_, i) => set.annotations(i));

/** Picture 0: all found; 1: the first missed; 2: both taken for others; 3: as 0 and a box of nothing; the rest as 0. */
const found = truth.map((things, picture): Detection[] => {
  const named = things.map(({ label, box }) => ({ label: picture === 2 ? 1 - label : label, score: 0.9, box }));
  const nothing: Detection[] = picture === 3 ? [{ label: 0, score: 0.8, box: [0, 0, 3, 3] }] : [];
  return [...(picture === 1 ? named.slice(1) : named), ...nothing, { label: 0, score: 0.1, box: [1, 1, 9, 9] }];
});
const boxes: BoxTrial = {
  ...{ task: 'detect', set, truth, found },
  result: evaluateDetections(truth, found, { classNames }),
  confusion: detectionConfusion(truth, found, { classNames }),
};

const maps = truth.map((_, i) => labelMapOf(set.picture(i), { height: 48, width: 48 }));
const blank = maps.map((map, i) => (i === 4 ? { ...map, data: new Uint8Array(48 * 48) } : map));
const masks: MaskTrial = {
  ...{ task: 'segment', set, classNames: ['__background__', ...classNames], truth: maps, found: blank },
  result: evaluateSegmentation(maps, blank, 3),
};

const points: PointTrial = {
  ...{ task: 'keypoints', set, threshold: 0.1, pck: 0.8, oks: 0.9, perPoint: [1, 1, 1, 1, 0] },
  things: truth.map(([thing], picture) => ({
    ...{ picture, thing, oks: picture === 5 ? 0.2 : 1 },
    found: thing.points!.map(([x, y]) => [picture === 5 ? x + 20 : x, y, 0.9] as const),
  })),
};

describe('pictures of a trial', () => {
  it('have boxes that were found, taken for others, missed and of nothing, of scores that are shown', () => {
    const outcomes = [0, 1, 2, 3].map((picture) => judgedBoxes(boxes, picture).map(({ outcome }) => outcome));
    expect(outcomes).toEqual([
      ['right', 'right'],
      ['missed', 'right'],
      ['mistaken', 'mistaken'],
      ['right', 'right', 'invented'],
    ]);
    const [first] = judgedBoxes(boxes, 2);
    expect(first.name).toBe(`${classNames[1 - truth[2][0].label]} 0.90, is ${classNames[truth[2][0].label]}`);
  });

  it.each([
    ['boxes', boxes, [2, 1, 3]],
    ['masks', masks, [4]],
    ['points', points, [5]],
  ] as [string, TaskTrial, number[]][])('are ordered by how well they were understood: %s', (_, trial, expected) => {
    const { worst, best } = worstAndBest(trial, { worst: 8, best: 2 });
    expect(worst.map(({ picture }) => picture)).toEqual(expected);
    expect(best).toHaveLength(2);
    for (const { picture, quality } of best) {
      expect(expected).not.toContain(picture);
      expect(quality).toBe(1);
    }
  });
});

describe('the page', () => {
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'striate-task-page-'))));
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const epoch = { loss: 2, classification: 1.5, boxRegression: 0.5, valLoss: 2.2, valClassification: 1.6 };
  const epochs = [1, 2].map((seconds) => {
    return { ...epoch, valBoxRegression: 0.6, valMap: 0.2, valMap50: 0.4, learningRate: 0.01, seconds };
  });
  const common = { model: 'small <b>', parameters: 1234, layers: [], architecture: '<svg width="10"></svg>' };
  const training = { pictures: 6, epochs, imagesPerSecond: 10, engine: 'wasm', settings: { seed: 1 } };
  const made = async (name: string, trial: TaskTrial, learned: boolean): Promise<string> => {
    const rest = { inputShape: [48, 48, 3], testedOn: 'test', trial } as const;
    return readFile(
      await writeTaskReport(join(folder, name), { ...common, ...rest, ...(learned && { training }) }),
      'utf8',
    );
  };

  it('of a run shows boxes by what became of them, curves, loss in parts, confusion and each class', async () => {
    const page = await made('boxes', boxes, true);
    expect(page).toContain(
      'It finds <strong>9 of 12</strong> things (75.0 %) in 6 test pictures; 2 it takes for others, and 1 of',
    );
    for (const outcome of ['right', 'missed', 'mistaken', 'invented'])
      expect(page).toContain(`<rect class="${outcome}"`);
    for (const text of [
      'box regression',
      'Precision by recall',
      'Average precision by size',
      '(nothing)',
      'small &lt;b&gt;',
    ])
      expect(page).toContain(text);
    expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect((await readdir(join(folder, 'boxes'))).sort()).toEqual(
      ['architecture.svg', 'curves.png', 'curves.svg', 'index.html'].sort(),
    );
  });

  it('of masks shows what is there, what was seen and where that is wrong', async () => {
    const page = await made('masks', masks, false);
    expect(page).toContain('<small>what it saw</small>');
    expect(page).toContain('id="confusion"');
    expect(page).not.toContain('id="curves"');
  });

  it('of points joins where they are with where they were seen', async () => {
    const page = await made('points', points, false);
    for (const name of pointNames) expect(page).toContain(name);
    expect(page).toContain('<line class="mistaken"');
    expect(page).toContain('0 of 5 points near enough');
    expect(page).not.toContain('id="confusion"');
  });
});
