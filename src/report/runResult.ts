import type { Explanation } from '../explain/index.js';
import type { EpochResult, History } from '../fit/history.js';
import type { HeadFit } from '../models/index.js';
import type { Inside } from './inside.js';
import type { Calibration } from '../training/calibrationSums.js';
import type { ProjectedPictures } from './projectedPictures.js';
import type { Confusion } from './confusionCounts.js';

/** A picture as the model saw it. */
export interface ReportPicture {
  readonly height: number;
  readonly width: number;
  /** 1 (grey) or 3 (RGB). */
  readonly channels: number;
  /** Height × width × channels numbers, 0 black to 1 white. */
  readonly values: Float32Array;
}

/** A test picture that the model got wrong. */
export interface Mistake {
  /** Its place in the test set. */
  readonly index: number;
  /** The file it was read from, where it was. */
  readonly file?: string;
  readonly picture: ReportPicture;
  readonly label: number;
  readonly predicted: number;
  /** What the model gave the class it chose, 0 to 1. */
  readonly probability: number;
  /** What it gave the right class, 0 to 1. */
  readonly labelProbability: number;
  /** Why it was got wrong, as `explainMistakes` finds; undefined where nobody asked. */
  readonly heat?: MistakeHeat;
}

/** Maps of what a model saw in a picture that it got wrong. */
export interface MistakeHeat {
  /** What speaks for the class that it chose. */
  readonly predicted: Explanation;
  /** What speaks for the right class. */
  readonly label: Explanation;
  /** What speaks for the class that it chose rather than the right one. */
  readonly difference: Explanation;
}

/** How the finished model does on pictures it has never seen. */
export interface TestResult {
  readonly loss: number;
  readonly accuracy: number;
  /** What was measured besides, by its name; undefined where nothing was. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** Counts of test pictures: row = true class, column = predicted class. */
  readonly confusion: Confusion;
  /** How far its probabilities may be believed; undefined where that was not measured. */
  readonly calibration?: Calibration;
  /** The most confident mistakes first. */
  readonly mistakes: readonly Mistake[];
  /** The test pictures in two dimensions; undefined where they cannot be shown so. */
  readonly projection?: ProjectedPictures;
  /** Why mistakes have no heat, in a sentence; undefined where they have, or nobody asked. */
  readonly unexplained?: string;
}

/** A training picture whose label may be wrong. */
export interface SuspectedLabel {
  /** Its place in the training set. */
  readonly index: number;
  /** The file it was read from, where it was. */
  readonly file: string | undefined;
  /** Of those that are shown. */
  readonly picture?: ReportPicture;
  readonly label: number;
  /** The likeliest other class. */
  readonly suggested: number;
  /** What its label gets of classifiers that have not seen it, 0 to 1. */
  readonly quality: number;
}

/** The training pictures whose labels may be wrong. */
export interface SuspectedLabels {
  /** How many pictures were judged. */
  readonly pictures: number;
  /** The estimated share of labels that are wrong. */
  readonly noiseRate: number;
  /** The worst first. */
  readonly found: readonly SuspectedLabel[];
}

/** A line of the model's table. */
export interface LayerRow {
  readonly name: string;
  readonly type: string;
  /** As printed: `(26, 26, 32)`. */
  readonly output: string;
  readonly parameters: number;
}

/** An epoch as reports show it; what was not measured is undefined. */
export interface EpochRow {
  /** Counted from 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
  /** Of the pictures that were not trained on. */
  readonly valLoss: number | undefined;
  readonly valAccuracy: number | undefined;
  /** Training and validation. */
  readonly seconds: number;
  /** What was measured besides, by its name in the logs: `precision`, `valPrecision`; undefined where nothing was. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** Of trainings in two phases: whether the classifier alone was trained. */
  readonly phase?: 'frozen' | 'fine-tuning';
}

/** The epochs of a training: its history, the history's epochs, or rows. */
export type RunEpochs = History | readonly EpochResult[] | readonly EpochRow[];

/** What a result was measured on, in the words of pages, the console and JSON objects. */
export type TestedOn = 'test' | 'validation';

/** Everything a run's page shows. */
export interface RunResult {
  readonly model: string;
  readonly parameters: number;
  readonly layers: readonly LayerRow[];
  /** The architecture's picture: an SVG document that follows the reader's light or dark setting. */
  readonly architecture: string;
  readonly data: {
    readonly name: string;
    readonly training: number;
    readonly test: number;
    /** What the pictures of the result are: those of validation where the data set has no others; 'test' by default. */
    readonly testedOn?: TestedOn;
    /** What `valLoss` and `valAccuracy` were measured on: `test pictures` or `validation pictures`; undefined for neither. */
    readonly validation: string | undefined;
    readonly classNames: readonly string[];
    readonly inputShape: readonly number[];
  };
  /** What the run was asked for, in the order to be shown: `{ optimizer: 'adam', batch: 64 }`. */
  readonly settings: Readonly<Record<string, string | number>>;
  /** `wasm, relaxed SIMD, 2 threads`. */
  readonly engine: string;
  /** How the classifier was solved, where it was not trained by steps. */
  readonly head?: HeadFit;
  /** What the training gave: `await model.fit(…)`, or rows as `epochRows` makes them. */
  readonly epochs: RunEpochs;
  readonly imagesPerSecond: number;
  readonly test: TestResult;
  /** As `lookInside` finds; undefined where nobody looked. */
  readonly inside?: Inside;
  /** Undefined where nothing was suspected because nobody looked. */
  readonly suspects?: SuspectedLabels;
}

/** A result whose epochs are rows, as pages draw it. */
export type DrawnRun = Omit<RunResult, 'epochs'> & { readonly epochs: readonly EpochRow[] };
