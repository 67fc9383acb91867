import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../graph/index.js';
import { operators as ops } from '../../ops/index.js';
import { Random, sizeOf, type Shape } from '../../tensor/index.js';
import type { Engine } from '../contract.js';
import { createWasmEngine } from './wasmEngine.js';

// Shapes too large for the reference engine, where kernels take other paths: filters cut to fit the cache, transformed
// stage by stage, not packed at all. Some of the results are computed again by their definition, in float64.

const random = new Random([7]);
const draw = (shape: Shape): Float32Array =>
  Float32Array.from({ length: sizeOf(shape) }, () => random.uniform() * 2 - 1);
const place = (shape: Shape): number[] => shape.map((n) => Math.floor(random.uniform() * n));
const samples = 150;

let engine: Engine;
beforeAll(async () => {
  engine = await createWasmEngine({ threads: 2 });
});
afterAll(() => engine.close());

/** Sums of thousands of float32 products of numbers up to 1; the Winograd domain costs a digit. */
const tolerance = (terms: number): number => 3e-6 * Math.sqrt(terms) + 1e-5;

function expectClose(received: number, expected: number, terms: number): void {
  expect(Math.abs(received - expected)).toBeLessThan(tolerance(terms) * 8);
}

describe('convolutions of many channels', () => {
  it.each([
    { title: 'Winograd, stage by stage', x: [1, 16, 16, 112], filters: 112, kernel: 3, stride: 1, margin: 1 },
    { title: 'Winograd, several pictures', x: [3, 14, 13, 256], filters: 128, kernel: 3, stride: 1, margin: 1 },
    { title: 'Winograd without a margin', x: [2, 18, 18, 128], filters: 136, kernel: 3, stride: 1, margin: 0 },
    { title: 'direct, few positions', x: [1, 7, 7, 512], filters: 512, kernel: 3, stride: 1, margin: 1 },
    { title: 'strided', x: [1, 14, 14, 256], filters: 300, kernel: 3, stride: 2, margin: 1 },
    { title: '1×1', x: [2, 9, 9, 512], filters: 600, kernel: 1, stride: 1, margin: 0 },
    { title: '1×1, odd channels', x: [1, 9, 9, 100], filters: 303, kernel: 1, stride: 1, margin: 0 },
    { title: '1×1, strided', x: [1, 14, 14, 512], filters: 512, kernel: 1, stride: 2, margin: 0 },
  ])('$title', async ({ x: shape, filters, kernel, stride, margin }) => {
    const attributes = {
      strides: [stride, stride],
      padding: [margin, margin, margin, margin],
      dilation: [1, 1],
      groups: 1,
    } as const;
    const [images, height, width, channels] = shape;
    const filterShape = [kernel, kernel, channels, filters];
    const graph = new GraphBuilder('large');
    const x = graph.input('x', shape);
    const w = graph.input('w', filterShape);
    const sums = ops.conv2d(x, w, attributes);
    const out = sums.type.shape;
    const dy = graph.input('dy', out);
    const residual = graph.input('residual', out);
    const biased = ops.biasAdd(sums, graph.input('bias', [filters]));
    graph.output('y', ops.relu(ops.add(biased, residual)));
    const gradient = ops.conv2dInputGradient(dy, w, { ...attributes, shape });
    graph.output('dx', ops.reluGradient(ops.add(gradient, graph.input('aside', shape)), graph.input('before', shape)));
    graph.output('dw', ops.conv2dFilterGradient(x, dy, { ...attributes, shape: filterShape }));
    const program = engine.compile(graph.finish());
    const feeds = {
      ...{ x: draw(shape), w: draw(filterShape), dy: draw(out), residual: draw(out), bias: draw([filters]) },
      ...{ aside: draw(shape), before: draw(shape) },
    };
    const { y, dx, dw } = await program.run(feeds);
    program.dispose();

    const xAt = (n: number, h: number, q: number, c: number): number =>
      h < 0 || h >= height || q < 0 || q >= width ? 0 : feeds.x[((n * height + h) * width + q) * channels + c];
    const wAt = (i: number, j: number, c: number, f: number): number =>
      feeds.w[((i * kernel + j) * channels + c) * filters + f];
    const outIndex = (n: number, h: number, q: number, f: number): number =>
      ((n * out[1] + h) * out[2] + q) * filters + f;
    for (let sample = 0; sample < samples; sample++) {
      const [n, h, q, f] = place(out);
      let sum = feeds.bias[f] + feeds.residual[outIndex(n, h, q, f)];
      for (let i = 0; i < kernel; i++)
        for (let j = 0; j < kernel; j++)
          for (let c = 0; c < channels; c++)
            sum += xAt(n, h * stride + i - margin, q * stride + j - margin, c) * wAt(i, j, c, f);
      expectClose(y.data[outIndex(n, h, q, f)], Math.max(0, sum), kernel ** 2 * channels);

      const [m, r, s, c] = place(shape);
      const xIndex = ((m * height + r) * width + s) * channels + c;
      let gradient = feeds.aside[xIndex];
      for (let i = 0; i < kernel; i++)
        for (let j = 0; j < kernel; j++) {
          const [row, column] = [(r + margin - i) / stride, (s + margin - j) / stride];
          if (!Number.isInteger(row) || !Number.isInteger(column)) continue;
          if (row < 0 || row >= out[1] || column < 0 || column >= out[2]) continue;
          for (let k = 0; k < filters; k++) gradient += feeds.dy[outIndex(m, row, column, k)] * wAt(i, j, c, k);
        }
      expectClose(dx.data[xIndex], feeds.before[xIndex] > 0 ? gradient : 0, kernel ** 2 * filters);

      const [i, j, a, b] = place(filterShape);
      let weight = 0;
      for (let k = 0; k < images; k++)
        for (let row = 0; row < out[1]; row++)
          for (let column = 0; column < out[2]; column++)
            weight +=
              xAt(k, row * stride + i - margin, column * stride + j - margin, a) *
              feeds.dy[outIndex(k, row, column, b)];
      expectClose(dw.data[((i * kernel + j) * channels + a) * filters + b], weight, images * out[1] * out[2]);
    }
  });
});

describe('matrix products of few rows', () => {
  it.each([
    [1, 1024, 1000],
    [5, 700, 404],
    [8, 1000, 268],
    [16, 512, 516],
  ])('%i × %i × %i', async (rows, inner, width) => {
    const graph = new GraphBuilder('thin');
    const a = graph.input('a', [rows, inner]);
    const b = graph.input('b', [inner, width]);
    const dy = graph.input('dy', [rows, width]);
    const product = ops.matmul(a, b, { transposeA: false, transposeB: false });
    graph.output('y', ops.relu(ops.biasAdd(product, graph.input('bias', [width]))));
    graph.output('da', ops.matmul(dy, b, { transposeA: false, transposeB: true }));
    graph.output('db', ops.matmul(a, dy, { transposeA: true, transposeB: false }));
    const program = engine.compile(graph.finish());
    const feeds = { a: draw([rows, inner]), b: draw([inner, width]), dy: draw([rows, width]), bias: draw([width]) };
    const { y, da, db } = await program.run(feeds);
    program.dispose();
    for (let sample = 0; sample < samples; sample++) {
      const [r, i, c] = place([rows, inner, width]);
      let sum = feeds.bias[c];
      for (let k = 0; k < inner; k++) sum += feeds.a[r * inner + k] * feeds.b[k * width + c];
      expectClose(y.data[r * width + c], Math.max(0, sum), inner);
      let left = 0;
      for (let k = 0; k < width; k++) left += feeds.dy[r * width + k] * feeds.b[i * width + k];
      expectClose(da.data[r * inner + i], left, width);
      let right = 0;
      for (let k = 0; k < rows; k++) right += feeds.a[k * inner + i] * feeds.dy[k * width + c];
      expectClose(db.data[i * width + c], right, rows);
    }
  });
});
