import { sizeOf } from '../../../../tensor/index.js';
import { elementTypes } from '../../proto.js';
import { checkSize, constant } from '../constantFolding.js';
import type { ConstantValue } from '../importedValue.js';
import type { OnnxNode } from '../onnxNode.js';
import type { FoldRule } from '../onnxOperator.js';

/** For each number of x, which scale is its own: one for all, one for each position of an axis, or one for blocks of them. */
function scaleOf(node: OnnxNode, x: ConstantValue, scale: ConstantValue): (i: number) => number {
  if (scale.data.length === 1) return () => 0;
  const axis = node.axis(node.int('axis', 1), x.shape.length);
  const inner = sizeOf(x.shape.slice(axis + 1));
  const size = x.shape[axis];
  const block = node.int('block_size', 0);
  if (block > 0) {
    const blocks = scale.shape[axis];
    node.expect(blocks === Math.ceil(size / block), `scales [${scale.shape.join(', ')}] do not fit blocks of ${block}`);
    return (i) => {
      const [outside, along] = [Math.floor(i / inner / size), Math.floor(i / inner) % size];
      return (outside * blocks + Math.floor(along / block)) * inner + (i % inner);
    };
  }
  node.expect(scale.data.length === size, `there must be one scale or ${size}`, { received: scale.data.length });
  return (i) => Math.floor(i / inner) % size;
}

/** (x − zero point) · scale. */
export const foldDequantize: FoldRule = (node: OnnxNode, [x, scale, zero]) => {
  const of = scaleOf(node, x, scale);
  checkSize(node, x.shape);
  const data = Float32Array.from(x.data, (value, i) => (value - (zero ? zero.data[of(i)] : 0)) * scale.data[of(i)]);
  return constant(x.shape, data, scale.elementType, x);
};

const ranges: Readonly<Record<number, readonly [number, number]>> = {
  [elementTypes.uint8]: [0, 255],
  [elementTypes.int8]: [-128, 127],
  [elementTypes.uint16]: [0, 65535],
  [elementTypes.int16]: [-32768, 32767],
};

/** The even neighbour of halves, the nearest whole number otherwise. */
export const roundHalfEven = (x: number): number => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));

/** x / scale + zero point, rounded and kept within the type. */
export const foldQuantize: FoldRule = (node: OnnxNode, [x, scale, zero]) => {
  const of = scaleOf(node, x, scale);
  const type = zero?.elementType ?? (node.int('output_dtype', 0) || elementTypes.uint8);
  node.expect(Object.hasOwn(ranges, type), 'numbers can be quantised to 8 and 16 bits');
  const [low, high] = ranges[type];
  checkSize(node, x.shape);
  const data = Float64Array.from(x.data, (value, i) => {
    const rounded = roundHalfEven(Math.fround(value / scale.data[of(i)])) + (zero ? zero.data[of(i)] : 0);
    return Math.min(Math.max(rounded, low), high);
  });
  return constant(x.shape, data, type, x);
};
