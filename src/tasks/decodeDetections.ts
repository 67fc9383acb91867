import { clipBox, nms, type Detection, type FrameSize } from '../geometry/index.js';
import type { DetectionDecoding } from '../zoo/detection.js';
import { decodeBoxes, decodeDistances, type CoderWeights } from './boxCoder.js';
import type { DefaultBoxes } from './defaultBoxes.js';

const { fround } = Math;

/** What a network gave of one picture, and what its rows stand for. */
export interface RawDetections {
  /** [places, classes], place by place. */
  readonly scores: Float32Array;
  /** [places, 4]. */
  readonly boxes: Float32Array;
  /** [places, 1]; of FCOS alone. */
  readonly centerness?: Float32Array | undefined;
  readonly defaults: DefaultBoxes;
  /** How many places each map has. */
  readonly places: readonly number[];
}

/** One row that may become a detection. */
interface Candidate {
  readonly row: number;
  readonly label: number;
  readonly score: number;
}

/** Step by step in single precision, as PyTorch has it, so that scores which are nearly equal keep their order. */
const sigmoid = (x: number): number => fround(1 / fround(1 + fround(Math.exp(-x))));

/** The best of them by falling score; of equal ones the first. */
const best = (candidates: Candidate[], count: number): Candidate[] =>
  candidates.sort((a, b) => b.score - a.score).slice(0, count);

/** SSD: of each class but the background, the best of all maps; scores by softmax over classes. */
function ssdCandidates({ scores }: RawDetections, classes: number, decoding: DetectionDecoding): Candidate[] {
  const byLabel = Array.from({ length: classes }, (): Candidate[] => []);
  for (let row = 0; row < scores.length / classes; row++) {
    const own = scores.subarray(row * classes, (row + 1) * classes);
    const largest = own.reduce((a, b) => Math.max(a, b), -Infinity);
    const shares = own.map((score) => Math.exp(score - largest));
    const sum = shares.reduce((a, b) => a + b, 0);
    for (let label = 1; label < classes; label++) {
      const score = fround(shares[label] / sum);
      if (score > decoding.scoreThreshold) byLabel[label].push({ row, label, score });
    }
  }
  return byLabel.flatMap((candidates) => best(candidates, decoding.candidates));
}

/** RetinaNet and FCOS: of each map, the best of all classes; scores by sigmoid, in FCOS times how near the middle is. */
function pyramidCandidates(
  { scores, centerness, places }: RawDetections,
  classes: number,
  decoding: DetectionDecoding,
): Candidate[] {
  const scoreOf = (i: number, row: number): number =>
    centerness ? fround(Math.sqrt(fround(sigmoid(scores[i]) * sigmoid(centerness[row])))) : sigmoid(scores[i]);
  let row = 0;
  return places.flatMap((count) => {
    const found: Candidate[] = [];
    for (const end = row + count; row < end; row++)
      for (let label = 0; label < classes; label++) {
        const score = scoreOf(row * classes + label, row);
        if (score > decoding.scoreThreshold) found.push({ row, label, score });
      }
    return best(found, decoding.candidates);
  });
}

/** How each kind's rows become candidates and boxes. */
const kinds: Readonly<
  Record<
    DetectionDecoding['kind'],
    {
      readonly candidates: (raw: RawDetections, classes: number, decoding: DetectionDecoding) => Candidate[];
      readonly boxes: (raw: RawDetections, rows: Int32Array) => Float32Array;
    }
  >
> = {
  ssd: { candidates: ssdCandidates, boxes: (raw, rows) => byCodes(raw, rows, [10, 10, 5, 5]) },
  retinanet: { candidates: pyramidCandidates, boxes: (raw, rows) => byCodes(raw, rows, [1, 1, 1, 1]) },
  fcos: { candidates: pyramidCandidates, boxes: ({ boxes, defaults }, rows) => decodeDistances(boxes, defaults, rows) },
};

const byCodes = ({ boxes, defaults }: RawDetections, rows: Int32Array, weights: CoderWeights): Float32Array =>
  decodeBoxes(boxes, defaults, rows, weights);

/**
 * What a detection network's raw outputs say of one picture, as torchvision's `postprocess_detections`: rows of too low scores
 * go, boxes are decoded and cut to the picture, and those that overlap a better one of their class go.
 *
 * @returns by falling score, boxes in pixels of the network's input
 */
export function decodeDetections(
  raw: RawDetections,
  classes: number,
  frame: FrameSize,
  decoding: DetectionDecoding,
): Detection[] {
  const { candidates, boxes: boxesOf } = kinds[decoding.kind];
  const found = candidates(raw, classes, decoding);
  const decoded = boxesOf(
    raw,
    Int32Array.from(found, ({ row }) => row),
  );
  const boxes = Float32Array.from(
    found.flatMap((_, i) => {
      const [x1, y1, x2, y2] = decoded.subarray(4 * i, 4 * i + 4);
      return [...clipBox([x1, y1, x2, y2], frame)];
    }),
  );
  const kept = nms(
    boxes,
    found.map(({ score }) => score),
    {
      labels: found.map(({ label }) => label),
      iouThreshold: decoding.nmsThreshold,
      maxDetections: decoding.detections,
    },
  );
  return [...kept].map((i) => {
    const { label, score } = found[i];
    return { label, score, box: [boxes[4 * i], boxes[4 * i + 1], boxes[4 * i + 2], boxes[4 * i + 3]] };
  });
}
