import type { Model } from '../../../models/index.js';
import type { Detector, Segmenter } from '../../../tasks/index.js';
import type { OptionKinds } from '../../../tensor/acceptedOptions.js';
import { expectNumber, expectOneOf, expectWhole } from '../../../tensor/check.js';
import { StriateError } from '../../../tensor/index.js';
import type { PictureLayout } from '../import/importOptions.js';
import { elementTypes, type Draft, type ElementType, type ValueInfoProto } from '../proto.js';
import { exportDetections } from './exportDetections.js';
import type { ExportGraph } from './exportGraph.js';
import { delivered } from './exportShapings.js';
import { placeOf, plain, sizesIn, type ExportValue } from './exportValues.js';

/** What a file can give of a detector or a segmenter. */
export type Decoding = 'raw' | 'boxes' | 'labels';

/** What can be written: a model, or what finds boxes or masks with one. */
export type OnnxSource = Model | Detector | Segmenter;

/** Options that say what a file gives. */
export interface OutputOptions {
  /**
   * What the file gives of a detector or a segmenter: `'raw'`, what its network does; `'boxes'` (a detector's default), what
   * `detect` does, decoded and after suppression; `'labels'` (a segmenter's default), each pixel's class.
   */
  readonly decoding?: Decoding;
  /** Of `'boxes'`: what is said with less is left out; the detector's own by default. */
  readonly scoreThreshold?: number;
  /** Of `'boxes'`: how many things a picture has at most; the detector's own by default. */
  readonly maxDetections?: number;
}

/** The kinds of these options. */
export const outputOptionKinds = {
  decoding: 'string',
  scoreThreshold: 'number',
  maxDetections: 'number',
} as const satisfies OptionKinds<OutputOptions>;

/** How a file's outputs are written, and for how many pictures it is. */
export interface OutputsAs {
  /** 'N': as many as one likes. */
  readonly batch: 1 | 'N';
  readonly write: (graph: ExportGraph, values: readonly ExportValue[]) => Draft<ValueInfoProto>[];
}

/** What the options say of a source's outputs. */
export function outputsAs(source: OnnxSource, layout: PictureLayout, options: OutputOptions): OutputsAs {
  const { scoreThreshold, maxDetections } = options;
  const [usual, kind] =
    'defaults' in source
      ? (['boxes', 'a detector'] as const)
      : 'segment' in source
        ? (['labels', 'a segmenter'] as const)
        : (['raw', 'a model'] as const);
  const decoding = expectOneOf('exportOnnx', 'decoding', options.decoding ?? usual, ['raw', 'boxes', 'labels']);
  if (decoding !== 'raw' && decoding !== usual) {
    throw new StriateError({
      where: 'exportOnnx',
      rule: `decoding '${decoding}' is of ${decoding === 'boxes' ? 'detectors' : 'segmenters'}`,
      received: kind,
      advice:
        kind === 'a model'
          ? 'give what createDetector or createSegmenter made, not its model'
          : `use '${usual}' or 'raw'`,
    });
  }
  const unused = Object.entries({ scoreThreshold, maxDetections }).find(([, value]) => value !== undefined);
  if (unused && decoding !== 'boxes') {
    throw new StriateError({
      where: 'exportOnnx',
      rule: `${unused[0]} goes with decoding 'boxes' only`,
      received: `decoding '${decoding}' of ${kind}`,
    });
  }
  if (decoding === 'raw') {
    const { topology } = 'model' in source ? source.model : source;
    return { batch: 'N', write: (graph, values) => writtenRaw(graph, values, topology.outputNames, layout) };
  }
  if (!('defaults' in source)) return { batch: 'N', write: writtenLabels };
  const own = source.plan.decoding;
  const threshold = scoreThreshold ?? own.scoreThreshold;
  const most = maxDetections ?? own.detections;
  expectNumber('exportOnnx', 'scoreThreshold', threshold, { least: 0, most: 1 });
  expectWhole('exportOnnx', 'maxDetections', most);
  const chosen = { ...own, scoreThreshold: threshold, detections: most };
  return { batch: 1, write: (graph, values) => writtenBoxes(graph, values, source, chosen) };
}

/** The network's outputs as they are. */
function writtenRaw(
  graph: ExportGraph,
  values: readonly ExportValue[],
  wanted: readonly string[],
  layout: PictureLayout,
): Draft<ValueInfoProto>[] {
  const outputNames: string[] = [];
  return values.map((given, i) => {
    graph.beginLayer(wanted[i]);
    const value = delivered(graph, given, layout);
    const name = graph.nameOutput(value.name, wanted[i], outputNames);
    outputNames.push(name);
    return valueInfo({ ...value, name });
  });
}

/** Each pixel's class of a segmenter's scores. */
function writtenLabels(graph: ExportGraph, [scores]: readonly ExportValue[]): Draft<ValueInfoProto>[] {
  const [height, width] = scores.shape;
  graph.beginLayer('labels');
  const best = graph.op('ArgMax', [scores.name], { axis: placeOf(scores, 2), keepdims: 0 });
  const turned = scores.axes.indexOf(0) > scores.axes.indexOf(1);
  const name = graph.endLayer(turned ? graph.op('Transpose', [best], { perm: [0, 2, 1] }) : best);
  return [typed(graph.nameOutput(name, 'labels', []), elementTypes.int64, ['N', height, width])];
}

/** What a detector finds. */
function writtenBoxes(
  graph: ExportGraph,
  values: readonly ExportValue[],
  { defaults, places, classNames, model }: Detector,
  decoding: Detector['plan']['decoding'],
): Draft<ValueInfoProto>[] {
  graph.beginLayer('detections');
  const [scores, boxes, centerness] = values.map((value) => {
    const { name, shape } = plain(graph, value);
    return graph.op('Reshape', [name, graph.ints('shape', shape)]);
  });
  const [height, width] = model.inputShape;
  const rows = { defaults, places, classes: classNames.length, frame: { height, width }, decoding };
  const found = exportDetections(graph, { scores, boxes, centerness }, rows);
  const forms = {
    boxes: { elementType: elementTypes.float, sizes: ['n', 4] },
    scores: { elementType: elementTypes.float, sizes: ['n'] },
    labels: { elementType: elementTypes.int64, sizes: ['n'] },
  } as const satisfies Record<keyof typeof found, unknown>;
  const taken: string[] = [];
  return (Object.keys(forms) as (keyof typeof forms)[]).map((wanted) => {
    const name = graph.nameOutput(found[wanted], wanted, taken);
    taken.push(name);
    return typed(name, forms[wanted].elementType, forms[wanted].sizes);
  });
}

/** A value's type, the batch before its sizes. */
export function valueInfo(value: ExportValue, batch: 1 | 'N' = 'N'): Draft<ValueInfoProto> {
  return typed(value.name, elementTypes.float, [batch, ...sizesIn(value)]);
}

/** A value's type; sizes with a name are free. */
function typed(name: string, elemType: ElementType, sizes: readonly (number | string)[]): Draft<ValueInfoProto> {
  const dim = sizes.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}
