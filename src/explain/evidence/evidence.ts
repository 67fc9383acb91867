import { expectOptions, type AcceptedOptions } from '../../tensor/acceptedOptions.js';
import { expectNumber, expectOneOf, expectSeed, expectWhole } from '../../tensor/check.js';
import { StriateError, type Tensor } from '../../tensor/index.js';
import { expectBaseline, type Baseline } from '../baseline.js';
import type { Subject } from '../subject.js';
import { confidenceChange, type ConfidenceChange } from './confidenceChange.js';
import { deletionCurve, insertionCurve, type EvidenceCurve } from './curves.js';
import { energyInside, type EnergyInside, type Region } from './energyInside.js';
import type { Exhibit } from './perturbed.js';
import { pixelOrder } from './pixelOrder.js';
import { road, type Road } from './road.js';

/** What is measured by asking the model again. */
const measures = ['insertion', 'deletion', 'road', 'confidence'] as const;

/** What is measured by asking the model again: curves of RISE, ROAD, and the change of confidence (drop and increase). */
export type EvidenceMeasure = (typeof measures)[number];

/** Options of the evidence that `explain` gives with its pictures. */
export interface EvidenceOptions {
  /** What is measured; all by default. */
  readonly measures?: readonly EvidenceMeasure[];
  /** Steps of the insertion and deletion curves; 50 by default. RISE's authors take 224. */
  readonly steps?: number;
  /** What pixels are put into for insertion; 'blurred' by default. */
  readonly insertionBaseline?: Baseline;
  /** What is left of pixels that are taken out, for deletion and the change of confidence; 'zero' by default. */
  readonly deletionBaseline?: Baseline;
  /** Shares of the pixels that ROAD replaces; 0.1, 0.2, … 0.9 by default. */
  readonly roadShares?: readonly number[];
  /** The part of the picture that the map's energy should lie in; or a function of the picture's place in the list. */
  readonly inside?: Region | ((picture: number) => Region);
  /** Seed of ROAD's noise, and of the order of equal numbers; 0 by default. */
  readonly seed?: number;
}

const accepts = {
  where: 'evidence',
  kinds: {
    measures: 'list',
    steps: 'number',
    insertionBaseline: 'string or object',
    deletionBaseline: 'string or object',
    roadShares: 'list',
    inside: 'function or list or object',
    seed: 'number',
  },
} satisfies AcceptedOptions<EvidenceOptions>;

/** How far an explanation may be trusted. */
export interface Evidence {
  /** How soon the most important pixels bring the class back: the larger its area, the better. */
  readonly insertion?: EvidenceCurve;
  /** How soon the class is lost without the most important pixels: the smaller its area, the better. */
  readonly deletion?: EvidenceCurve;
  /** Whether the most important pixels count for more than the least important ones, without holes to be seen. */
  readonly road?: Road;
  /** What is left of the class where only what the map shows is seen. */
  readonly confidence?: ConfidenceChange;
  /** How much of the map lies where it should. */
  readonly inside?: EnergyInside;
  /** The completeness gap of methods that promise a sum: its distance from the difference of scores, as a share of it. */
  readonly gap?: number;
}

/** Options with everything decided. */
export type CompleteEvidenceOptions = Required<Omit<EvidenceOptions, 'inside'>> & Pick<EvidenceOptions, 'inside'>;

/**
 * Options of evidence, `true` for all of it, with what was left out.
 *
 * @throws StriateError when one is unknown or wrong.
 */
export function evidenceOptions(given: true | EvidenceOptions): CompleteEvidenceOptions {
  const options = given === true ? {} : expectOptions(accepts, given);
  const complete: CompleteEvidenceOptions = {
    measures: options.measures ?? measures,
    steps: options.steps ?? 50,
    insertionBaseline: options.insertionBaseline ?? 'blurred',
    deletionBaseline: options.deletionBaseline ?? 'zero',
    roadShares: options.roadShares ?? [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
    seed: options.seed ?? 0,
    ...(options.inside !== undefined && { inside: options.inside }),
  };
  complete.measures.forEach((measure) => expectOneOf('evidence', 'a measure', measure, measures));
  expectWhole('evidence', 'steps', complete.steps);
  expectBaseline('evidence', complete.insertionBaseline);
  expectBaseline('evidence', complete.deletionBaseline);
  expectSeed('evidence', complete.seed);
  complete.roadShares.forEach((share) => expectNumber('evidence', 'a share of ROAD', share, { above: 0, below: 1 }));
  if (complete.roadShares.length > 0) return complete;
  throw new StriateError({ where: 'evidence', rule: 'roadShares needs a share', received: 'none' });
}

/**
 * The evidence of one picture's map.
 *
 * @param subject the pictures, with the target's probability as score
 * @param heat [H, W], the map at the picture's size
 */
export async function evidenceOf(
  subject: Subject,
  picture: number,
  heat: Tensor<'float32'>,
  gap: number | undefined,
  options: CompleteEvidenceOptions,
): Promise<Evidence> {
  const { inside, seed, steps } = options;
  const exhibit: Exhibit = {
    subject,
    picture,
    x: subject.picture(picture),
    heat: heat.data,
    order: pixelOrder(heat.data, seed),
  };
  const asked = (measure: EvidenceMeasure): boolean => options.measures.includes(measure);
  return {
    ...(asked('insertion') && { insertion: await insertionCurve(exhibit, options.insertionBaseline, steps) }),
    ...(asked('deletion') && { deletion: await deletionCurve(exhibit, options.deletionBaseline, steps) }),
    ...(asked('road') && { road: await road(exhibit, options.roadShares, seed) }),
    ...(asked('confidence') && { confidence: await confidenceChange(exhibit, options.deletionBaseline) }),
    ...(inside !== undefined && {
      inside: energyInside(heat, typeof inside === 'function' ? inside(picture) : inside),
    }),
    ...(gap !== undefined && { gap }),
  };
}

/** Evidence in lines for people, a measure each. */
export function evidenceLines({ insertion, deletion, road, confidence, inside, gap }: Evidence): string[] {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  return [
    ...(insertion ? [`insertion ${insertion.area.toFixed(3)} (area; higher is better)`] : []),
    ...(deletion ? [`deletion ${deletion.area.toFixed(3)} (area; lower is better)`] : []),
    ...(road ? [`ROAD ${road.score.toFixed(3)} (from −0.5 to 0.5; higher is better)`] : []),
    ...(confidence ? [`drop ${percent(confidence.drop)}${confidence.increase ? ', confidence increased' : ''}`] : []),
    ...(inside
      ? [
          `inside ${percent(inside.energy)} of the energy on ${percent(inside.area)} of the picture, largest ${inside.pointing ? 'inside' : 'outside'}`,
        ]
      : []),
    ...(gap === undefined ? [] : [`completeness gap ${percent(gap)}`]),
  ];
}
