import type { Classifier } from '../../classify/classify.js';
import type { PreprocessingChoice } from '../../classify/preparation.js';
import type { DataSet } from '../../data/dataSet.js';
import { drawTable } from '../../platform/textTable.js';
import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { expectSeed, expectWhole } from '../../tensor/check.js';
import { Random, StriateError, zeros } from '../../tensor/index.js';
import { explain, methodOf, type ExplainedPicture, type ExplanationName } from '../explain.js';
import type { ExplanationMethod } from '../explanationMethod.js';
import { evidenceOptions, type Evidence, type EvidenceMeasure, type EvidenceOptions } from './evidence.js';

/** Options of `rankExplanations`. */
export interface RankExplanationsOptions {
  /**
   * Names of methods, or methods; by default those of the library that need few passes, which leaves out RISE, Score-CAM and
   * Ablation-CAM.
   */
  readonly methods?: readonly (ExplanationName | ExplanationMethod)[];
  /** How many pictures are drawn from a data set; 16 by default. Lists are taken whole. */
  readonly count?: number;
  /** How methods are measured; curves have 20 steps by default. */
  readonly evidence?: EvidenceOptions;
  /** Seed of the pictures that are drawn; 0 by default. */
  readonly seed?: number;
  /** In place of what the model says: a name, a JSON file, or an object. */
  readonly preprocessing?: PreprocessingChoice;
  /** Pictures that are computed at once; 8 by default. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
  /** Called with how many methods are measured, of how many, and the name of the next. */
  readonly onProgress?: (done: number, total: number, next?: string) => void;
}

const accepts = {
  where: 'rankExplanations',
  kinds: {
    methods: 'list',
    count: 'number',
    evidence: 'object',
    seed: 'number',
    preprocessing: 'string or object',
    batchSize: 'number',
    signal: 'object',
    onProgress: 'function',
  },
} satisfies AcceptedOptions<RankExplanationsOptions>;

/** The library's methods that need few passes. */
const quick = [
  'cam',
  'gradCam',
  'gradCamPlusPlus',
  'hiResCam',
  'layerCam',
  'xGradCam',
  'eigenCam',
  'saliency',
  'gradientTimesInput',
  'smoothGrad',
  'integratedGradients',
  'guidedBackpropagation',
  'occlusion',
] as const satisfies readonly ExplanationName[];

/** What is always measured. */
const ranked = ['insertion', 'deletion', 'confidence'] as const satisfies readonly EvidenceMeasure[];

/** How a method does, the mean of all pictures. */
export interface RankedExplanation {
  readonly method: string;
  /** The area of the insertion curve: higher is better. */
  readonly insertion: number;
  /** The area of the deletion curve: lower is better. */
  readonly deletion: number;
  /** ROAD; undefined where it was not measured. */
  readonly road?: number;
  /** The average drop, from 0 to 1: lower is better. */
  readonly drop: number;
  /** In how many of the pictures confidence increases, from 0 to 1: higher is better. */
  readonly increase: number;
  /** Seconds a picture; the compilation of programs that are needed first is part of it. */
  readonly seconds: number;
}

/** Which methods explain a model best. */
export interface ExplanationRanking {
  /** The methods, the best first: by the area of insertion less that of deletion. */
  readonly rows: readonly RankedExplanation[];
  readonly best: RankedExplanation;
  /** How many pictures were explained. */
  readonly pictures: number;
  /** Methods that the model does not allow, with the reason. */
  readonly refused: readonly { readonly method: string; readonly reason: string }[];
  /** The ranking as a table for people. */
  toString(): string;
}

/**
 * Which method explains a model best on some pictures: each explains the class that the model finds likeliest, and is measured by
 * what the model says when the pixels it found are put in and taken out. Methods are sorted by the area of insertion less that of
 * deletion: either alone prefers maps of one kind, as scattered points destroy a picture early but bring nothing back.
 *
 * @param pictures a data set, prepared as the model wants it, or pictures from any sources
 * @throws StriateError when no method can explain the model, or a picture cannot be read.
 *
 * @example
 * const ranking = await rankExplanations(model, validation, { methods: ['saliency', 'occlusion'], count: 8 });
 * console.log(ranking.toString());
 * const { method } = ranking.best;
 */
export async function rankExplanations(
  classifier: Classifier,
  pictures: DataSet | readonly ExplainedPicture[],
  options: RankExplanationsOptions = {},
): Promise<ExplanationRanking> {
  const { methods = quick, count = 16, seed = 0, evidence, onProgress, ...reading } = expectOptions(accepts, options);
  expectWhole('rankExplanations', 'count', count);
  expectSeed('rankExplanations', seed);
  const taken = isList(pictures) ? pictures : await drawnFrom(pictures, count, seed);
  const measures = new Set([...ranked, ...(evidence?.measures ?? [])]);
  const measured: EvidenceOptions = { steps: 20, ...evidence, measures: [...measures] };
  evidenceOptions(measured);
  const rows: RankedExplanation[] = [];
  const refused: { method: string; reason: string }[] = [];
  for (const [i, method] of methods.map(methodOf).entries()) {
    onProgress?.(i, methods.length, method.name);
    const timed = timedMethod(method);
    try {
      const found = await explain(classifier, taken, { ...reading, method: timed, evidence: measured });
      const all = found.flatMap((one) => one.evidence ?? []);
      rows.push({ method: method.name, ...means(all), seconds: timed.seconds() / found.length });
    } catch (error) {
      if (!(error instanceof StriateError) || !timed.failed()) throw error;
      refused.push({ method: method.name, reason: error.message });
    }
  }
  onProgress?.(methods.length, methods.length);
  rows.sort((a, b) => merit(b) - merit(a) || a.seconds - b.seconds);
  const [best] = rows;
  if (rows.length === 0) {
    throw new StriateError({
      where: 'rankExplanations',
      rule: 'none of the methods can explain the model',
      received: refused.map(({ reason }) => reason).join('; '),
    });
  }
  const ranking = { rows, best, pictures: taken.length, refused };
  return { ...ranking, toString: () => rankingText(ranking) };
}

function isList(pictures: DataSet | readonly ExplainedPicture[]): pictures is readonly ExplainedPicture[] {
  return Array.isArray(pictures);
}

/** What methods are sorted by. */
function merit({ insertion, deletion }: RankedExplanation): number {
  return insertion - deletion;
}

/** Some of a data set's pictures, as the model takes them. */
async function drawnFrom(data: DataSet, count: number, seed: number): Promise<ExplainedPicture[]> {
  const places = new Random(seed).shuffle(Array.from({ length: data.size }, (_, i) => i)).slice(0, count);
  const x = zeros([places.length, ...data.inputShape]);
  await data.fill(places, x.data, new Int32Array(places.length));
  return places.map((_, i) => x.slice(i, i + 1).reshape(data.inputShape));
}

/** A method that keeps the time it takes, and whether it is the one that failed. */
function timedMethod(method: ExplanationMethod): ExplanationMethod & { seconds(): number; failed(): boolean } {
  let [seconds, failed] = [0, false];
  return {
    ...method,
    async attribute(subject) {
      const start = performance.now();
      failed = true;
      const found = await method.attribute(subject);
      failed = false;
      seconds = (performance.now() - start) / 1000;
      return found;
    },
    seconds: () => seconds,
    failed: () => failed,
  };
}

function means(all: readonly Evidence[]): Omit<RankedExplanation, 'method' | 'seconds'> {
  const mean = (of: (one: Evidence) => number | undefined): number =>
    all.reduce((sum, one) => sum + (of(one) ?? NaN), 0) / all.length;
  return {
    insertion: mean(({ insertion }) => insertion?.area),
    deletion: mean(({ deletion }) => deletion?.area),
    drop: mean(({ confidence }) => confidence?.drop),
    increase: mean(({ confidence }) => confidence && Number(confidence.increase)),
    ...(all.every(({ road }) => road) && { road: mean(({ road }) => road?.score) }),
  };
}

function rankingText({ rows, best, pictures, refused }: Omit<ExplanationRanking, 'toString'>): string {
  const withRoad = rows.some(({ road }) => road !== undefined);
  const header = ['Method', 'Insertion', 'Deletion', ...(withRoad ? ['ROAD'] : []), 'Drop', 'Increase', 's/picture'];
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const cells = rows.map((row) => [
    row.method,
    row.insertion.toFixed(3),
    row.deletion.toFixed(3),
    ...(withRoad ? [row.road?.toFixed(3) ?? ''] : []),
    percent(row.drop),
    percent(row.increase),
    row.seconds.toPrecision(2),
  ]);
  const numbers = header.slice(1).map((_, i) => i + 1);
  return [
    ...drawTable(
      header,
      cells,
      header.map(() => 0),
      numbers,
    ),
    `${best.method} explains this model best on ${pictures} picture${pictures === 1 ? '' : 's'}: insertion less deletion is ${merit(best).toFixed(3)}.`,
    ...refused.map(({ method, reason }) => `Not for this model: ${method} (${reason})`),
  ].join('\n');
}
