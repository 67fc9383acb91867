import type { FrameSize } from '../../../geometry/index.js';
import { coderWeights, largestLog, type CoderWeights } from '../../../tasks/boxCoder.js';
import type { DetectionDecoding } from '../../../zoo/detection.js';
import type { ExportGraph } from './exportGraph.js';

/** What a detector's rows stand for, and which of them become detections. */
export interface DecodedRows {
  /** [x1, y1, x2, y2] of every row. */
  readonly defaults: Float32Array;
  /** How many rows each map has. */
  readonly places: readonly number[];
  readonly classes: number;
  /** The network's input. */
  readonly frame: FrameSize;
  readonly decoding: DetectionDecoding;
}

/** What the graph calls a detector's raw outputs of one picture: [rows, classes], [rows, 4] and [rows, 1]. */
export interface RawNames {
  readonly scores: string;
  readonly boxes: string;
  readonly centerness?: string | undefined;
}

/** What the graph calls the things that were found, by falling score. */
export interface DetectionNames {
  /** [n, 4]: [x1, y1, x2, y2] in pixels of the network's input. */
  readonly boxes: string;
  /** [n]. */
  readonly scores: string;
  /** [n], whole numbers. */
  readonly labels: string;
}

/** What may become detections, one behind the other. */
interface Candidates {
  readonly count: number;
  /** [count]: the network's rows. */
  readonly rows: string;
  /** [count]. */
  readonly scores: string;
  /** The labels of those at these places. */
  readonly labelsAt: (places: string) => string;
  /** The places of those that suppression keeps, in any order, from decoded boxes [count, 4]. */
  readonly kept: (boxes: string) => string;
}

const reshaped = (graph: ExportGraph, x: string, sizes: readonly number[]): string =>
  graph.op('Reshape', [x, graph.ints('shape', sizes)]);

/** Columns of a table, [rows, many] → [rows, columns.length]. */
const columnsOf = (graph: ExportGraph, x: string, columns: readonly number[]): string =>
  graph.op('Gather', [x, graph.ints('columns', columns)], { axis: 1 });

/** The first of an axis, as many as a list of one number says, or those from a number to before another. */
function part(graph: ExportGraph, x: string, axis: number, start: number, end: number | string): string {
  const last = typeof end === 'number' ? graph.ints('ends', [end]) : end;
  return graph.op('Slice', [x, graph.ints('starts', [start]), last, graph.ints('axes', [axis])]);
}

/** The highest of the last axis, and their places; of equal ones the first comes first. */
function highest(graph: ExportGraph, x: string, count: number): { values: string; places: string } {
  const [values, places] = graph.ops('TopK', [x, graph.ints('k', [count])], 2, { axis: -1 });
  return { values, places };
}

/** Non-maximum suppression of boxes [pictures, n, 4] by scores [pictures, classes, n]: [kept, 3] of picture, class and box. */
function suppressed(graph: ExportGraph, boxes: string, scores: string, decoding: DetectionDecoding): string {
  return graph.op('NonMaxSuppression', [
    boxes,
    scores,
    graph.ints('most', [decoding.detections]),
    graph.floats('iou_threshold', [decoding.nmsThreshold]),
    graph.floats('score_threshold', [decoding.scoreThreshold]),
  ]);
}

/** One column of a table of whole numbers, [n]. */
const column = (graph: ExportGraph, x: string, at: number): string => reshaped(graph, columnsOf(graph, x, [at]), [-1]);

/** SSD: of each class but the background, the best of all maps. Each class is a picture of its own to suppression. */
function ssdCandidates(graph: ExportGraph, raw: RawNames, { classes, defaults, decoding }: DecodedRows): Candidates {
  const rows = defaults.length / 4;
  const shares = graph.op('Softmax', [raw.scores], { axis: 1 });
  const byClass = part(graph, graph.op('Transpose', [shares], { perm: [1, 0] }), 0, 1, classes);
  const each = Math.min(decoding.candidates, rows);
  const { values, places } = highest(graph, byClass, each);
  return {
    count: (classes - 1) * each,
    rows: reshaped(graph, places, [-1]),
    scores: reshaped(graph, values, [-1]),
    labelsAt: (at) => graph.op('Add', [graph.op('Div', [at, graph.ints('each', [each])]), graph.ints('first', [1])]),
    kept(boxes) {
      const own = reshaped(graph, boxes, [classes - 1, each, 4]);
      const found = suppressed(graph, own, reshaped(graph, values, [classes - 1, 1, each]), decoding);
      const before = graph.op('Mul', [column(graph, found, 0), graph.ints('each', [each])]);
      return graph.op('Add', [before, column(graph, found, 2)]);
    },
  };
}

/** RetinaNet and FCOS: of each map, the best of all classes; a candidate has a score in its own class alone. */
function pyramidCandidates(graph: ExportGraph, raw: RawNames, { classes, places, decoding }: DecodedRows): Candidates {
  const shares = graph.op('Sigmoid', [raw.scores]);
  const near = raw.centerness && graph.op('Sigmoid', [raw.centerness]);
  const all = near ? graph.op('Sqrt', [graph.op('Mul', [shares, near])]) : shares;
  const count = graph.ints('classes', [classes]);
  let start = 0;
  let total = 0;
  const maps = places.map((own) => {
    const scores = reshaped(graph, part(graph, all, 0, start, start + own), [-1]);
    const most = Math.min(decoding.candidates, own * classes);
    const best = highest(graph, scores, most);
    const row = graph.op('Div', [best.places, count]);
    const label = graph.op('Sub', [best.places, graph.op('Mul', [row, count])]);
    const rows = graph.op('Add', [row, graph.ints('before', [start])]);
    start += own;
    total += most;
    return { rows, label, scores: best.values };
  });
  const joined = (names: readonly string[]): string => graph.op('Concat', names, { axis: 0 });
  const labels = joined(maps.map(({ label }) => label));
  const scores = joined(maps.map((map) => map.scores));
  return {
    count: total,
    rows: joined(maps.map(({ rows }) => rows)),
    scores,
    labelsAt: (at) => graph.op('Gather', [labels, at], { axis: 0 }),
    kept(boxes) {
      const each = reshaped(
        graph,
        graph.ints(
          'labels',
          Array.from({ length: classes }, (_, i) => i),
        ),
        [classes, 1],
      );
      const isOwn = graph.op('Equal', [each, reshaped(graph, labels, [1, total])]);
      const byClass = graph.op('Where', [isOwn, reshaped(graph, scores, [1, total]), graph.floats('none', [-1])]);
      const found = suppressed(
        graph,
        reshaped(graph, boxes, [1, total, 4]),
        reshaped(graph, byClass, [1, classes, total]),
        decoding,
      );
      return column(graph, found, 2);
    },
  };
}

/** Boxes of rows as `decodeBoxes` computes them. */
function boxesOfCodes(graph: ExportGraph, codes: string, defaults: string, [wx, wy, ww, wh]: CoderWeights): string {
  const low = columnsOf(graph, defaults, [0, 1]);
  const size = graph.op('Sub', [columnsOf(graph, defaults, [2, 3]), low]);
  const half = graph.floats('half', [0.5]);
  const divided = (columns: readonly number[], by: readonly number[]): string =>
    graph.op('Div', [columnsOf(graph, codes, columns), graph.floats('weights', by)]);
  const before = graph.op('Add', [low, graph.op('Mul', [half, size])]);
  const middle = graph.op('Add', [graph.op('Mul', [divided([0, 1], [wx, wy]), size]), before]);
  const grown = graph.op('Exp', [graph.op('Min', [divided([2, 3], [ww, wh]), graph.floats('largest', [largestLog])])]);
  const around = graph.op('Mul', [graph.op('Mul', [half, grown]), size]);
  return graph.op('Concat', [graph.op('Sub', [middle, around]), graph.op('Add', [middle, around])], { axis: 1 });
}

/** Boxes of rows as `decodeDistances` computes them. */
function boxesOfDistances(graph: ExportGraph, distances: string, defaults: string): string {
  const [low, high] = [columnsOf(graph, defaults, [0, 1]), columnsOf(graph, defaults, [2, 3])];
  const size = graph.op('Sub', [high, low]);
  const middle = graph.op('Mul', [graph.floats('half', [0.5]), graph.op('Add', [low, high])]);
  const away = (columns: readonly number[]): string => graph.op('Mul', [columnsOf(graph, distances, columns), size]);
  const edges = [graph.op('Sub', [middle, away([0, 1])]), graph.op('Add', [middle, away([2, 3])])];
  return graph.op('Concat', edges, { axis: 1 });
}

/** How each kind's rows become candidates and boxes. */
const kinds: Readonly<
  Record<
    DetectionDecoding['kind'],
    {
      readonly candidates: (graph: ExportGraph, raw: RawNames, rows: DecodedRows) => Candidates;
      readonly boxes: (graph: ExportGraph, codes: string, defaults: string) => string;
    }
  >
> = {
  ssd: { candidates: ssdCandidates, boxes: (graph, ...of) => boxesOfCodes(graph, ...of, coderWeights.ssd) },
  retinanet: {
    candidates: pyramidCandidates,
    boxes: (graph, ...of) => boxesOfCodes(graph, ...of, coderWeights.retinanet),
  },
  fcos: { candidates: pyramidCandidates, boxes: boxesOfDistances },
};

/** Writes what `decodeDetections` does behind a network of one picture: the same boxes in the same order. */
export function exportDetections(graph: ExportGraph, raw: RawNames, rows: DecodedRows): DetectionNames {
  const { candidates, boxes: boxesOf } = kinds[rows.decoding.kind];
  const found = candidates(graph, raw, rows);
  const ofRows = (table: string): string => graph.op('Gather', [table, found.rows], { axis: 0 });
  const defaults = graph.floats('defaults', rows.defaults, [rows.defaults.length / 4, 4]);
  const decoded = boxesOf(graph, ofRows(raw.boxes), ofRows(defaults));
  const { width, height } = rows.frame;
  const inside = graph.op('Max', [decoded, graph.floats('least', [0])]);
  const boxes = graph.op('Min', [inside, graph.floats('edges', [width, height, width, height])]);
  const kept = found.kept(boxes);
  // What was dropped falls behind all others, so that equal scores of several classes keep their order.
  const dropped = graph.op('Expand', [graph.floats('dropped', [-1]), graph.ints('shape', [found.count])]);
  const keptScores = graph.op('Gather', [found.scores, kept], { axis: 0 });
  const ranked = graph.op('ScatterElements', [dropped, kept, keptScores], { axis: 0 });
  const best = highest(graph, ranked, Math.min(found.count, rows.decoding.detections));
  const count = graph.op('Shape', [kept]);
  const places = part(graph, best.places, 0, 0, count);
  return {
    boxes: graph.op('Gather', [boxes, places], { axis: 0 }),
    scores: part(graph, best.values, 0, 0, count),
    labels: found.labelsAt(places),
  };
}
