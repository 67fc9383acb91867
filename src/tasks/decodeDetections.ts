import { nms, type Detection, type FrameSize } from '../geometry/index.js';
import { softmaxOf } from '../tensor/row.js';
import type { DetectionDecoding } from '../zoo/detection.js';
import { coderWeights, decodeBoxes, decodeDistances, type CoderWeights } from './boxCoder.js';
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

/** A thing that was found, and the network's row that says so. */
export interface DecodedDetection extends Detection {
  /** Which of the network's rows: a place of one of its maps. */
  readonly row: number;
}

/** What may become detections: rows of the outputs, each for one class. */
interface Candidates {
  readonly rows: Int32Array;
  readonly labels: Int32Array;
  readonly scores: Float32Array;
}

/** Step by step in single precision, as PyTorch has it, so that scores which are nearly equal keep their order. */
const sigmoid = (x: number): number => fround(1 / fround(1 + fround(Math.exp(-x))));

/** The places of the highest scores by falling score; of equal ones the first. */
function highest(scores: Float32Array, count: number): Int32Array {
  let places = Int32Array.from(scores.keys());
  if (scores.length > count) {
    // Numbers alone are sorted far faster than by a rule: first the score that is just high enough, then what has it.
    const least = scores.slice().sort()[scores.length - count];
    let equals = count - scores.reduce((above, score) => above + (score > least ? 1 : 0), 0);
    places = places.filter((i) => scores[i] > least || (scores[i] === least && equals-- > 0));
  }
  return places.sort((i, j) => scores[j] - scores[i] || i - j);
}

/** Of each group of candidates the best, one group behind the other. */
function bestOfEach(groups: readonly Candidates[], count: number): Candidates {
  const chosen = groups.map(({ scores }) => highest(scores, count));
  const total = chosen.reduce((sum, { length }) => sum + length, 0);
  const best = { rows: new Int32Array(total), labels: new Int32Array(total), scores: new Float32Array(total) };
  let at = 0;
  groups.forEach(({ rows, labels, scores }, group) => {
    for (const i of chosen[group]) {
      best.rows[at] = rows[i];
      best.labels[at] = labels[i];
      best.scores[at++] = scores[i];
    }
  });
  return best;
}

/** SSD: of each class but the background, the best of all maps; scores by softmax over classes. */
function ssdCandidates({ scores }: RawDetections, classes: number, decoding: DetectionDecoding): Candidates {
  const places = scores.length / classes;
  // Class by class, as they are chosen.
  const shares = new Float32Array(scores.length);
  for (let row = 0; row < places; row++) {
    const own = softmaxOf(scores.subarray(row * classes, (row + 1) * classes));
    for (let label = 0; label < classes; label++) shares[label * places + row] = own[label];
  }
  const groups = Array.from({ length: classes - 1 }, (_, i): Candidates => {
    const own = shares.subarray((i + 1) * places, (i + 2) * places);
    const rows = Int32Array.from(own.keys()).filter((row) => own[row] > decoding.scoreThreshold);
    const high = own.filter((score) => score > decoding.scoreThreshold);
    return { rows, labels: new Int32Array(rows.length).fill(i + 1), scores: high };
  });
  return bestOfEach(groups, decoding.candidates);
}

/** RetinaNet and FCOS: of each map, the best of all classes; scores by sigmoid, in FCOS times how near the middle is. */
function pyramidCandidates(
  { scores, centerness, places }: RawDetections,
  classes: number,
  { scoreThreshold, candidates }: DetectionDecoding,
): Candidates {
  // What certainly is below the threshold, its root as well, needs no sigmoid: logits, with a margin for single precision.
  const share = centerness ? scoreThreshold ** 2 : scoreThreshold;
  const floor = Math.log(share / (1 - share)) - 1e-3;
  let row = 0;
  const groups = places.map((count): Candidates => {
    const found: Record<keyof Candidates, number[]> = { rows: [], labels: [], scores: [] };
    for (const end = row + count; row < end; row++) {
      const near = centerness && sigmoid(centerness[row]);
      for (let label = 0; label < classes; label++) {
        const logit = scores[row * classes + label];
        if (logit < floor) continue;
        const own = sigmoid(logit);
        const score = near === undefined ? own : fround(Math.sqrt(fround(own * near)));
        if (!(score > scoreThreshold)) continue;
        found.rows.push(row);
        found.labels.push(label);
        found.scores.push(score);
      }
    }
    return {
      rows: new Int32Array(found.rows),
      labels: new Int32Array(found.labels),
      scores: new Float32Array(found.scores),
    };
  });
  return bestOfEach(groups, candidates);
}

/** How each kind's rows become candidates and boxes. */
const kinds: Readonly<
  Record<
    DetectionDecoding['kind'],
    {
      readonly candidates: (raw: RawDetections, classes: number, decoding: DetectionDecoding) => Candidates;
      readonly boxes: (raw: RawDetections, rows: Int32Array) => Float32Array;
    }
  >
> = {
  ssd: { candidates: ssdCandidates, boxes: (raw, rows) => byCodes(raw, rows, coderWeights.ssd) },
  retinanet: { candidates: pyramidCandidates, boxes: (raw, rows) => byCodes(raw, rows, coderWeights.retinanet) },
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
): DecodedDetection[] {
  const { candidates, boxes: boxesOf } = kinds[decoding.kind];
  const { rows, labels, scores } = candidates(raw, classes, decoding);
  const boxes = boxesOf(raw, rows);
  for (let at = 0; at < boxes.length; at += 2) {
    boxes[at] = Math.min(Math.max(boxes[at], 0), frame.width);
    boxes[at + 1] = Math.min(Math.max(boxes[at + 1], 0), frame.height);
  }
  const kept = nms(boxes, scores, { labels, iouThreshold: decoding.nmsThreshold, maxDetections: decoding.detections });
  return [...kept].map((i) => {
    const [x1, y1, x2, y2] = boxes.subarray(4 * i, 4 * i + 4);
    return { label: labels[i], score: scores[i], box: [x1, y1, x2, y2], row: rows[i] };
  });
}
