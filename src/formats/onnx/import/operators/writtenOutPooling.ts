import { layers } from '../../../../layers/index.js';
import { Random, type Shape } from '../../../../tensor/index.js';
import { elementTypes } from '../../proto.js';
import { constant } from '../constantFolding.js';
import { batch } from '../dims.js';
import { pictureOrder, type ConstantValue, type SymbolicValue } from '../importedValue.js';
import type { OnnxNode } from '../onnxNode.js';
import { arrange, pictureValue, transposed } from '../valueLayout.js';

/** The means of an adaptive pooling of one channel. */
function adaptiveMeans(data: ConstantValue['data'], [height, width]: Shape, [rows, columns]: Shape): number[] {
  const bin = (i: number, count: number, size: number): readonly [number, number] => [
    Math.floor((i * size) / count),
    Math.ceil(((i + 1) * size) / count),
  ];
  return Array.from({ length: rows * columns }, (_, place) => {
    const [top, bottom] = bin(Math.floor(place / columns), rows, height);
    const [left, right] = bin(place % columns, columns, width);
    let sum = 0;
    for (let row = top; row < bottom; row++) for (let i = left; i < right; i++) sum += data[row * width + i];
    return sum / ((bottom - top) * (right - left));
  });
}

/**
 * PyTorch's newer exporter writes AdaptiveAvgPool2d out where its windows differ: all pixels of all windows are gathered
 * [rows, window rows, columns, window columns], masked, added one by one and divided. What these nodes compute is linear, so
 * that they are the pooling where they give its means of one random picture.
 *
 * @param node - A GatherND.
 * @returns What the pooling gives; undefined where the nodes do something else.
 */
export function writtenOutPooling(node: OnnxNode, x: SymbolicValue, indices: ConstantValue): SymbolicValue | undefined {
  const [height, width, examples] = x.dims;
  const [rows, , columns, , depth] = indices.shape;
  if (indices.shape.length !== 5 || depth !== 2 || x.dims.length !== 4 || examples !== batch) return undefined;
  const random = new Random(1);
  const data = Float64Array.from({ length: height * width }, () => 1 + random.uniform());
  const means = adaptiveMeans(data, [height, width], [rows, columns]);
  const isReached = ({ shape, data: given }: ConstantValue): boolean =>
    shape.join() === [1, 1, rows, columns].join() && means.every((mean, i) => Math.abs(given[i] - mean) < 1e-5);
  const value = constant([height, width, 1, 1], data, elementTypes.float);
  const replace = node.replaceable({ input: 0, value, isReached });
  if (!replace) return undefined;
  const picture = arrange(node, transposed(node, x, [2, 3, 0, 1]), pictureOrder);
  const layer = layers.adaptiveAveragePooling2d({ outputSize: [rows, columns], ...node.layerName() });
  const pooled = pictureValue(node.apply(layer, picture.tensor));
  replace(pooled);
  return pooled;
}
