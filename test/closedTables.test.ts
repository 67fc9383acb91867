import { describe, expect, it } from 'vitest';
import type { UsualPreprocessing } from '../src/classify/preparation.js';
import type { FormatRows } from '../src/formats/formats.js';
import type { FieldsOf } from '../src/formats/onnx/modelProto.js';
import type { NodeProto, TensorProto } from '../src/formats/onnx/proto.js';
import type { ElementReaders } from '../src/formats/onnx/tensors.js';
import { many, one } from '../src/formats/onnx/wire.js';
import type { LossName } from '../src/training/lossNames.js';
import type { losses } from '../src/training/losses.js';
import type { MetricName } from '../src/training/metricNames.js';
import type { Metric } from '../src/training/metric.js';
import { metrics } from '../src/training/metrics.js';
import { zoo, type Architecture } from '../src/zoo/index.js';
import type { UsualRanks } from '../src/zoo/measurePreprocessing.js';
import { otherWeights, publishedWeights, type OtherWeights } from '../src/zoo/weights/published.js';

describe('a row that is left out of a table does not compile', () => {
  // The type checker is the test: an expected error that does not come is one.
  const tables = {
    // @ts-expect-error every field of a message of ONNX has its number and its kind
    onnxFields: (rest: Omit<FieldsOf<NodeProto>, 'domain'>): FieldsOf<NodeProto> => rest,
    // @ts-expect-error every type of elements is read
    onnxElements: (rest: Omit<ElementReaders, 16>): ElementReaders => rest,
    // @ts-expect-error every architecture says where it was published
    architecture: (rest: Omit<Architecture, 'paper'>): Architecture => rest,
    // @ts-expect-error an architecture without published weights says what to do
    weights: (rest: Omit<OtherWeights, 'xception'>): OtherWeights => rest,
    // @ts-expect-error every format is read
    formats: (rest: Omit<FormatRows, 'ONNX'>): FormatRows => rest,
    // @ts-expect-error every format says how its models' pictures are usually prepared
    usualPreprocessing: (rest: Omit<UsualPreprocessing, 'Keras 3'>): UsualPreprocessing => rest,
    // @ts-expect-error every name of preprocessing has a rank
    preprocessingRanks: (rest: Omit<UsualRanks, 'caffe'>): UsualRanks => rest,
    // @ts-expect-error every loss that compile takes by name is there when a program is built
    losses: (rest: Omit<typeof losses, 'huber'>): Record<LossName, unknown> => rest,
    // @ts-expect-error every metric that compile takes by name is there when a program is built
    metrics: (rest: Omit<typeof metrics, 'auc'>): Record<MetricName, unknown> => rest,
  };

  it('in any of them', () => {
    expect(Object.keys(tables)).toHaveLength(9);
  });
});

describe('a field of a message of ONNX', () => {
  const fields = {
    // @ts-expect-error comes once
    repeated: many(4, 'string') satisfies FieldsOf<NodeProto>['opType'],
    // @ts-expect-error is a text, no number
    kind: one(4, 'int') satisfies FieldsOf<NodeProto>['opType'],
    // @ts-expect-error is a list of numbers
    list: one(1, 'int') satisfies FieldsOf<TensorProto>['dims'],
  };

  it('is written as its type says', () => {
    expect(Object.keys(fields)).toHaveLength(3);
  });
});

describe('a metric', () => {
  it('is called in logs as compile checks it, before it is made', () => {
    for (const [name, make] of Object.entries(metrics)) {
      if (make !== metrics.iou) expect((make as () => Metric)().name).toBe(name);
    }
  });
});

describe('published weights', () => {
  it('or advice are there for every architecture', () => {
    expect([...Object.keys(publishedWeights), ...Object.keys(otherWeights)].sort()).toEqual(zoo.list().sort());
  });
});
