import { cleanLetter, input, layers, model, Tensor, type Model } from 'striate';
import type { TaskContext } from '../../engine/protocol.js';
import { drawLetter, letterSize, type LetterShape } from './letter.js';

/** Three strokes of an X; # is ink (1), . paper (−1). */
export const patterns = {
  diagonal: ['#..', '.#.', '..#'],
  crossing: ['#.#', '.#.', '#.#'],
  rising: ['..#', '.#.', '#..'],
} as const;

/** What the hand-made network makes of a letter. Maps are one after another, each row by row. */
export interface LetterVotes {
  readonly letter: Float32Array;
  /** 7×7 each: 1 is a perfect match. */
  readonly matched: readonly Float32Array[];
  readonly rectified: readonly Float32Array[];
  /** 4×4 each. */
  readonly pooled: readonly Float32Array[];
  /** What each place of the pooled maps says for X, and for O. */
  readonly ballots: { readonly X: readonly Float32Array[]; readonly O: readonly Float32Array[] };
  readonly votes: { readonly X: number; readonly O: number };
}

/** A place of the pooled maps votes for a letter in which it is stronger by more than this when drawn clean. */
const clear = 0.3;

const names = Object.keys(patterns) as (keyof typeof patterns)[];
let made: Promise<{ readonly network: Model; readonly weights: Float32Array }> | undefined;

/** Shows the lectures' hand-made network a letter. */
export async function letterVotes(shape: LetterShape, { engine }: TaskContext): Promise<LetterVotes> {
  const { network, weights } = await (made ??= toy(engine));
  const letter = drawLetter(shape);
  const [matched, rectified, pooled, votes] = await network.predictAll(
    new Tensor('float32', [1, letterSize, letterSize, 1], letter),
  );
  const small = mapsOf(pooled);
  // A flattened place is a row, a column and a map; its two weights are one after another.
  const ballot = (side: number): Float32Array[] =>
    small.map((map, k) => map.map((value, place) => value * weights[2 * (place * names.length + k) + side]));
  return {
    letter,
    matched: mapsOf(matched),
    rectified: mapsOf(rectified),
    pooled: small,
    ballots: { X: ballot(0), O: ballot(1) },
    votes: { X: votes.data[0], O: votes.data[1] },
  };
}

/** The network by hand: patterns, ReLU, pooling, and votes that follow from the two clean letters. */
async function toy(engine: TaskContext['engine']): Promise<{ network: Model; weights: Float32Array }> {
  const picture = input({ shape: [letterSize, letterSize, 1] });
  const match = layers.conv2d({ filters: names.length, kernelSize: 3, useBias: false, name: 'match' }).apply(picture);
  const rectified = layers.relu().apply(match);
  const pooled = layers.maxPooling2d({ poolSize: 2, ceilMode: true }).apply(rectified);
  const votes = layers.dense({ units: 2, useBias: false, name: 'votes' }).apply(layers.flatten().apply(pooled));
  const network = model({ inputs: picture, outputs: [match, rectified, pooled, votes], name: 'toy' });
  network.useEngine({ engine });
  // At each position the nine products are summed and divided by 9, so that 1 is a perfect match.
  const kernel = Float32Array.from({ length: 9 * names.length }, (_, i) => {
    const cell = Math.floor(i / names.length);
    return (patterns[names[i % names.length]][Math.floor(cell / 3)][cell % 3] === '#' ? 1 : -1) / 9;
  });
  const patternWeights = ['match/kernel', new Tensor('float32', [3, 3, 1, names.length], kernel)] as const;
  const voteWeights = (values: Float32Array): readonly [string, Tensor] => [
    'votes/kernel',
    new Tensor('float32', [values.length / 2, 2], values),
  ];
  await network.setWeights(new Map([patternWeights, voteWeights(new Float32Array(2 * 16 * names.length))]));
  const seen = async (letter: 'X' | 'O'): Promise<Float32Array> => {
    const maps = await network.predictAll(cleanLetter(letter).reshape([1, letterSize, letterSize, 1]));
    return maps[2].data;
  };
  const [x, o] = [await seen('X'), await seen('O')];
  const voters = [x.map((value, i) => Number(value - o[i] > clear)), o.map((value, i) => Number(value - x[i] > clear))];
  const counts = voters.map((side) => side.reduce((a, b) => a + b, 0));
  const weights = Float32Array.from({ length: 2 * x.length }, (_, i) => voters[i % 2][i >> 1] / counts[i % 2]);
  await network.setWeights(new Map([patternWeights, voteWeights(weights)]));
  return { network, weights };
}

/** The maps of a batch of one, each by itself. */
function mapsOf({ shape, data }: Tensor): Float32Array[] {
  const [, height, width, count] = shape;
  return Array.from({ length: count }, (_, k) =>
    Float32Array.from({ length: height * width }, (_unused, i) => data[i * count + k]),
  );
}
