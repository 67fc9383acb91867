import { describe, expect, it } from 'vitest';
import { layers } from '../layers/index.js';
import { zoo } from '../zoo/index.js';
import { sequential, summarize } from '../models/index.js';

describe('summary', () => {
  it('of the digit CNN is laid out like Keras’s (T5)', () => {
    expect(zoo.create('mnist_cnn').summary({ printFn: () => undefined })).toBe(
      `Model: "mnist_cnn"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓
┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩
│ conv2d (Conv2D)                 │ (None, 26, 26, 32)     │           320 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ max_pooling2d (MaxPooling2D)    │ (None, 13, 13, 32)     │             0 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ conv2d_1 (Conv2D)               │ (None, 11, 11, 64)     │        18,496 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ max_pooling2d_1 (MaxPooling2D)  │ (None, 5, 5, 64)       │             0 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ conv2d_2 (Conv2D)               │ (None, 3, 3, 64)       │        36,928 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ flatten (Flatten)               │ (None, 576)            │             0 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ dense (Dense)                   │ (None, 64)             │        36,928 │
├─────────────────────────────────┼────────────────────────┼───────────────┤
│ dense_1 (Dense)                 │ (None, 10)             │           650 │
└─────────────────────────────────┴────────────────────────┴───────────────┘
 Total params: 93,322 (364.54 KB)
 Trainable params: 93,322 (364.54 KB)
 Non-trainable params: 0 (0.00 B)`,
    );
  });

  it('counts parameters, statistics, operations and receptive fields', () => {
    const { model, parameters, trainable, statistics, layers: rows } = summarize(zoo.create('mnist_cnn'));
    expect({ model, parameters, trainable, statistics }).toEqual({
      model: 'mnist_cnn',
      parameters: 93322,
      trainable: 93322,
      statistics: 0,
    });
    expect(rows.map(({ receptiveField }) => receptiveField?.[0])).toEqual([3, 4, 8, 10, 18, 26, 26, 26]);
    // 2 · outputs · kernel, then bias and activation: at most two more for each output.
    const products = 2 * 26 * 26 * 32 * 9;
    expect(rows[0].flops).toBeGreaterThanOrEqual(products);
    expect(rows[0].flops).toBeLessThanOrEqual(products + 2 * 26 * 26 * 32);

    const normalized = sequential([
      layers.conv2d({ filters: 4, kernelSize: 3, trainable: false }),
      layers.batchNormalization(),
      layers.conv2d({ filters: 2, kernelSize: 3, dilationRate: 2 }),
    ]);
    const counts = summarize(normalized, [9, 9, 1]);
    expect([counts.parameters, counts.trainable, counts.statistics]).toEqual([40 + 8 + 74, 8 + 74, 8]);
    expect(counts.layers[2].receptiveField).toEqual([7, 7]);
    // Keras counts statistics among the parameters that are not trained.
    expect(normalized.summary({ printFn: () => undefined })).toMatch(
      /Total params: 130 .*\n Trainable params: 82 .*\n Non-trainable params: 48 /,
    );
    expect(normalized.countParams()).toBe(130);
  });

  it('knows the zoo', () => {
    expect(zoo.list()).toContain('mnist_dense');
    expect(zoo.create('mnist_dense').parameterCounts().parameters).toBe(784 * 128 + 128 + 1290);
    expect(zoo.create('mnist_cnn', { inputShape: [32, 32, 3], classes: 5 }).outputShape).toEqual([5]);
    expect(() => zoo.create('mnist_cn')).toThrow(/no model 'mnist_cn'; use one of mnist_cnn, mnist_dense/);
  });
});
