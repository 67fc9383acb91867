import { StriateError } from './error.js';
import { refuseForeignNames } from './foreignNames.js';
import { formatShape, sizeOf, type Shape } from './shape.js';

/** The array types that hold a tensor's elements on the host. */
export interface ArrayOf {
  float32: Float32Array;
  int32: Int32Array;
  uint8: Uint8Array;
}

/** The element types of host tensors; programs compute in `float32` and carry labels as `int32`. */
export type DType = keyof ArrayOf;

const arrays = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array } as const;

/** Nested lists of numbers, as a person writes a small tensor. */
export type NestedNumbers = number | readonly NestedNumbers[];

/**
 * A block of numbers on the host with a shape; plain data, freed by the garbage collector like any other.
 *
 * @example
 * const x = tensor([[1, 2], [3, 4]]);
 * x.shape; // [2, 2]
 */
export class Tensor<D extends DType = DType> {
  constructor(
    readonly dtype: D,
    readonly shape: Shape,
    readonly data: ArrayOf[D],
  ) {
    if (data.length !== sizeOf(shape)) {
      throw new StriateError({
        where: 'tensor',
        rule: `shape ${formatShape(shape)} needs ${sizeOf(shape)} elements`,
        received: data.length,
      });
    }
  }

  /** The number of elements. */
  get size(): number {
    return this.data.length;
  }

  /** The same elements under another shape; shares memory. */
  reshape(shape: Shape): Tensor<D> {
    return new Tensor(this.dtype, shape, this.data);
  }

  /** Rows `start` to `end` of the first axis; shares memory. */
  slice(start: number, end: number = this.shape[0]): Tensor<D> {
    const row = sizeOf(this.shape.slice(1));
    const data = this.data.subarray(start * row, end * row) as ArrayOf[D];
    return new Tensor(this.dtype, [data.length / Math.max(row, 1), ...this.shape.slice(1)], data);
  }

  /** The elements as nested lists, for printing and tests. */
  toNested(): NestedNumbers {
    const build = (axis: number, offset: number): NestedNumbers => {
      if (axis === this.shape.length) return this.data[offset];
      const step = sizeOf(this.shape.slice(axis + 1));
      return Array.from({ length: this.shape[axis] }, (_, i) => build(axis + 1, offset + i * step));
    };
    return build(0, 0);
  }

  static {
    refuseForeignNames(this.prototype, 'tensor', {
      'dataSync bufferSync': 'write tensor.data, which needs no await',
      'arraySync array numpy tolist toArray': 'write tensor.toNested()',
      item: 'write tensor.data[0]',
      print: 'write console.log(tensor.toNested())',
      'dispose keep': 'leave it out: memory is given back by itself',
      'rank rankType ndim dim': 'write tensor.shape.length',
      numel: 'write tensor.size',
      'view flatten as1D as2D as4D': 'write tensor.reshape(shape)',
      'expandDims squeeze unsqueeze': 'write tensor.reshape(shape)',
      'cast asType astype toFloat toInt float long': "write tensor([...x.data], x.shape, 'int32')",
      'detach cpu cuda to requires_grad': 'leave it out: tensors are numbers in memory, without a device and gradients',
      'clone copy': 'write tensor(x.data, x.shape)',
      'add sub mul div matMul matmul dot mean sum max min argMax argmax softmax sigmoid relu exp log sqrt pow transpose permute T gather concat stack norm equal backward':
        'compute on tensor.data; in models, layers and operators do it',
    });
  }
}

/**
 * @param call how it is written, as errors show it
 * @throws StriateError when a shape is there and no list.
 */
function expectShape(where: string, shape: unknown, call: string): void {
  if (shape === undefined || Array.isArray(shape)) return;
  throw new StriateError({
    where,
    rule: 'the shape must be a list',
    received: typeof shape === 'number' ? shape : typeof shape,
    advice: `write ${call}`,
  });
}

/** An all-zero tensor. */
export function zeros<D extends DType = 'float32'>(shape: Shape, dtype: D = 'float32' as D): Tensor<D> {
  expectShape('zeros', shape, 'zeros([2, 3])');
  return new Tensor(dtype, shape, new arrays[dtype](sizeOf(shape)) as ArrayOf[D]);
}

function isRow(value: unknown): boolean {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

/**
 * A tensor from nested lists of numbers or a flat typed array with its shape.
 *
 * @throws StriateError when rows differ in length or the count does not fit the shape.
 */
export function tensor<D extends DType = 'float32'>(
  values: NestedNumbers | ArrayLike<number>,
  shape?: Shape,
  dtype: D = 'float32' as D,
): Tensor<D> {
  if (!Object.hasOwn(arrays, dtype)) {
    const advice = `use one of ${Object.keys(arrays).join(', ')}; models compute in float32`;
    throw new StriateError({ where: 'tensor', rule: 'there is no such type of numbers', received: dtype, advice });
  }
  expectShape('tensor', shape, 'tensor([1, 2, 3, 4], [2, 2])');
  const flat: number[] = [];
  const found: number[] = [];
  const collect = (value: NestedNumbers, axis: number): void => {
    if (typeof value === 'number') {
      if (axis !== found.length)
        throw new StriateError({ where: 'tensor', rule: 'all rows must be nested equally deep' });
      flat.push(value);
      return;
    }
    if (!isRow(value)) {
      throw new StriateError({
        where: 'tensor',
        rule: 'values must be numbers, in lists',
        received: value === null || typeof value !== 'object' ? String(value) : 'an object',
        advice: 'write tensor([[1, 2], [3, 4]]), or tensor(values, shape)',
      });
    }
    if (flat.length === 0 && found.length === axis) found.push(value.length);
    if (found[axis] !== value.length) {
      throw new StriateError({
        where: 'tensor',
        rule: 'rows must be equally long',
        received: `${found[axis]} and ${value.length} on axis ${axis}`,
      });
    }
    for (const item of value) collect(item, axis + 1);
  };
  if (ArrayBuffer.isView(values)) {
    const typed = values as unknown as ArrayLike<number>;
    return new Tensor(dtype, shape ?? [typed.length], arrays[dtype].from(typed) as ArrayOf[D]);
  }
  collect(values as NestedNumbers, 0);
  return new Tensor(dtype, shape ?? found, arrays[dtype].from(flat) as ArrayOf[D]);
}
