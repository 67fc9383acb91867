import type { Projection, ProjectionQuality } from '../projection/index.js';
import { formatCount } from '../platform/textTable.js';
import { formatPercent } from './html.js';

/** The pictures themselves, small and of one size: `PictureTiles`. */
export interface SmallPictures {
  /** Pixels of a picture. */
  readonly width: number;
  readonly height: number;
  /** One of them as an address (`data:…`). */
  uri(place: number): Promise<string>;
  /** All of them in one, row by row, and how many are in a row. */
  sheet(): Promise<{ readonly uri: string; readonly columns: number }>;
}

/** The pictures of a data set in the plane, with what is known of each. */
export interface ProjectedPictures {
  /** The model's name, and the data's. */
  readonly model: string;
  readonly data: string;
  readonly projection: Projection;
  /** Undefined where there are too few pictures to measure it. */
  readonly quality: ProjectionQuality | undefined;
  /** Class numbers, by picture. */
  readonly labels: ArrayLike<number>;
  readonly classNames: readonly string[];
  /** What the model took each for; undefined for a model without a classifier. */
  readonly predicted?: ArrayLike<number>;
  /** What it gave that class, 0 to 1. */
  readonly probabilities?: ArrayLike<number>;
  /** The names of its classes, where they are not the data's: then nothing is a mistake. */
  readonly predictedNames?: readonly string[];
  /** Where each picture was read from. */
  readonly files?: readonly string[];
  /** Of a data set without files: the place of each picture in it. */
  readonly places?: ArrayLike<number>;
  readonly tiles: SmallPictures;
}

/** How methods are called in titles. */
export const methodTitles = { pca: 'PCA', tsne: 't-SNE', umap: 'UMAP' } as const satisfies Record<
  Projection['method'],
  string
>;

/** Whether the model took a picture for another class than its own. */
export function isMistake({ labels, predicted, predictedNames }: ProjectedPictures, i: number): boolean {
  return predicted !== undefined && predictedNames === undefined && predicted[i] !== labels[i];
}

/** The name of the class that the model took a picture for. */
export function predictedName(pictures: ProjectedPictures, i: number): string | undefined {
  const { predicted, predictedNames, classNames } = pictures;
  return predicted && (predictedNames ?? classNames)[predicted[i]];
}

/** What a picture is called: its file, or its place. */
export function pictureName({ files, places, data }: ProjectedPictures, i: number): string {
  return files?.[i] ?? `picture ${places?.[i] ?? i} of ${data}`;
}

/** How many pictures each class has, and how many of these were mistaken. */
export function classCounts(pictures: ProjectedPictures): { readonly all: Int32Array; readonly wrong: Int32Array } {
  const all = new Int32Array(pictures.classNames.length);
  const wrong = new Int32Array(pictures.classNames.length);
  for (let i = 0; i < pictures.labels.length; i++) {
    all[pictures.labels[i]]++;
    if (isMistake(pictures, i)) wrong[pictures.labels[i]]++;
  }
  return { all, wrong };
}

/** The method with the options that matter most: `t-SNE, perplexity 30`. */
export function methodText({ method, parameters }: Projection): string {
  const shown = (name: string, text = name): string => {
    const value = parameters[name];
    return `, ${text} ${typeof value === 'number' ? Number(value.toPrecision(3)) : value}`;
  };
  const details = {
    pca: '',
    tsne: shown('perplexity'),
    umap: `${shown('nNeighbors', 'neighbours')}${shown('minDist', 'least distance')}`,
  };
  return `${methodTitles[method]}${details[method]}`;
}

/** What is kept of the neighbourhoods and of the variance, in sentences. */
export function qualityTexts({ projection, quality }: ProjectedPictures): string[] {
  const { explainedVarianceRatio: ratios, divergence } = projection;
  const told: string[] = [];
  if (ratios) {
    const shown = ratios.slice(0, 2);
    const sum = formatPercent(shown.reduce((a, b) => a + b, 0));
    told.push(`${sum} of the variance is shown (${shown.map(formatPercent).join(' + ')})`);
  }
  if (quality) {
    const { trustworthiness, accuracy, fullAccuracy, neighbors, looked } = quality;
    const sampled = looked < projection.points.shape[0] ? `, by a sample of ${formatCount(looked)}` : '';
    told.push(`trustworthiness ${trustworthiness.toFixed(3)}${sampled}`);
    if (accuracy !== undefined && fullAccuracy !== undefined) {
      const most = neighbors === 1 ? 'the nearest neighbour tells' : `${neighbors} neighbours tell`;
      told.push(`${most} the class of ${formatPercent(accuracy)} here, of ${formatPercent(fullAccuracy)} in full`);
    }
  }
  if (divergence !== undefined) told.push(`divergence ${divergence.toFixed(2)}`);
  return told;
}
