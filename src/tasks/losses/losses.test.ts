import { expect, test } from 'vitest';
import { gradients } from '../../autodiff/gradients.js';
import { GraphBuilder, type Node, type Value } from '../../graph/index.js';
import { evaluate } from '../../ops/evaluateNodes.js';
import { add } from '../../ops/allOperators.js';
import { Random } from '../../tensor/index.js';
import type { JointLoss } from '../../training/jointLoss.js';
import { columns, highest } from './lossParts.js';
import { fcosLoss, retinanetLoss } from './pyramidLosses.js';
import { ssdLoss } from './ssdLoss.js';

const [examples, places, classes] = [2, 12, 4];

/** Rows [label, numbers from 0.2 to 1.2], of which every fourth has a thing; with −1 where `neither`. */
function targetsOf(width: number, neither: boolean): Float64Array {
  const random = new Random([3]);
  return Float64Array.from({ length: examples * places * width }, (_, i) => {
    if (i % width !== 0) return random.uniform(0.2, 0.9);
    const place = i / width;
    return place % 4 === 1 ? 1 + (place % 3) : neither && place % 5 === 0 ? -1 : 0;
  });
}

test.each<[string, JointLoss, number, boolean]>([
  ['ssd', ssdLoss(places, classes), 0, false],
  ['fcos', fcosLoss(places, classes), 1, false],
  ['retinanet', retinanetLoss(places, classes), 0, true],
])('%s: its gradient is that of central differences, in double precision', (_, loss, more, neither) => {
  const graph = new GraphBuilder('loss');
  const width = classes + 4 + more;
  const prediction = graph.input('prediction', [examples, places, width]);
  const target = graph.input('target', [examples, ...loss.targets[0].shape]);
  const outputs = [
    columns(prediction, 0, classes),
    columns(prediction, classes, 4),
    ...(more ? [columns(prediction, classes + 4, 1)] : []),
  ];
  const total = Object.values(loss.emit(outputs, { places: target })).reduce((sum, part) => add(sum, part));
  const [gradient] = gradients(total, [prediction]);
  graph.output('total', total);
  graph.output('gradient', gradient!);
  const random = new Random([5]);
  const data = Float64Array.from({ length: examples * places * width }, (_, i) =>
    // Distances are positive.
    i % width >= classes ? random.uniform(0.1, 1.5) : random.uniform(-2, 2),
  );
  const wanted: Value = { shape: target.type.shape, data: targetsOf(target.type.shape[2], neither) };
  const { nodes } = graph.finish();
  const at = (node: Node, values: Float64Array): Float64Array =>
    evaluate(
      nodes,
      new Map<Node, Value>([
        [prediction, { shape: prediction.type.shape, data: values }],
        [target, wanted],
      ]),
    ).get(node)!.data;
  const found = at(gradient!, data);
  const step = 1e-6;
  for (let i = 0; i < data.length; i += 7) {
    const moved = (by: number): number =>
      at(
        total,
        data.map((value, k) => (k === i ? value + by : value)),
      )[0];
    expect(found[i]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 6);
  }
});

test('the highest of each row are taken, equal ones by their shares, and all where there are fewer', () => {
  const graph = new GraphBuilder('highest');
  const values = graph.input('values', [3, 5, 1]);
  const counts = graph.input('counts', [3, 1, 1]);
  const chosen = highest(values, counts);
  graph.output('chosen', chosen);
  const data = [0.3, 0.9, 0.1, 0.7, 0.2, 0.5, 0.5, 0.5, 0.1, 0.9, 0, 0.4, 0, 0.2, 0];
  const known = new Map<Node, Value>([
    [values, { shape: [3, 5, 1], data: Float64Array.from(data) }],
    [counts, { shape: [3, 1, 1], data: Float64Array.of(2, 2, 4) }],
  ]);
  const { data: taken } = evaluate(graph.finish().nodes, known).get(chosen)!;
  expect([...taken].slice(0, 5)).toEqual([0, 1, 0, 1, 0]);
  // Three are equal where the second is: each is taken by a third.
  [1 / 3, 1 / 3, 1 / 3, 0, 1].forEach((share, i) => expect(taken[5 + i]).toBeCloseTo(share, 12));
  expect([...taken].slice(10)).toEqual([0, 1, 0, 1, 0]);
});

test('ssd: of backgrounds that are all as wrong, three count for each thing, as in torchvision', () => {
  const [many, things] = [40, 2];
  const graph = new GraphBuilder('equal');
  const scores = graph.input('scores', [1, many, classes]);
  const codes = graph.input('codes', [1, many, 4]);
  const target = graph.input('target', [1, many, 5]);
  const { classification } = ssdLoss(many, classes).emit([scores, codes], { places: target });
  graph.output('classification', classification);
  const zeros = ({ type: { shape } }: Node): Value => ({
    shape,
    data: new Float64Array(shape.reduce((a, b) => a * b, 1)),
  });
  const labels = zeros(target);
  for (let i = 0; i < things; i++) labels.data[5 * 7 * i] = 1;
  const known = new Map<Node, Value>([
    [scores, zeros(scores)],
    [codes, zeros(codes)],
    [target, labels],
  ]);
  const { data } = evaluate(graph.finish().nodes, known).get(classification)!;
  // The things' own places and three others for each, all by the number of things.
  expect(data[0]).toBeCloseTo(4 * Math.log(classes), 6);
});
