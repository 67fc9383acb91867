import { describe, expect, it } from 'vitest';
import { encodeModelProto } from '../modelProto.js';
import type { Draft, NodeProto } from '../proto.js';
import { floatTensor, int64Tensor } from '../tensors.js';
import { importOnnx } from './importOnnx.js';

describe('a detector with what it does behind its network', () => {
  /** Two heads on one map, in rows; then scores, the best of them, and their boxes. */
  const detector: readonly Draft<NodeProto>[] = [
    { opType: 'Conv', name: '/body/Conv', input: ['x', 'features.0.weight'], output: ['map'] },
    { opType: 'Relu', input: ['map'], output: ['maps'] },
    { opType: 'Conv', name: '/scores/Conv', input: ['maps', 'head'], output: ['score_map'] },
    { opType: 'Conv', name: '/boxes/Conv', input: ['maps', 'head'], output: ['box_map'] },
    { opType: 'Shape', input: ['score_map'], output: ['sizes'] },
    { opType: 'Reshape', input: ['score_map', 'rows'], output: ['score_rows'] },
    { opType: 'Reshape', input: ['box_map', 'rows'], output: ['box_rows'] },
    { opType: 'Concat', input: ['score_rows'], output: ['cls_logits'], attribute: [{ name: 'axis', type: 2, i: 1 }] },
    { opType: 'Sigmoid', input: ['cls_logits'], output: ['shares'] },
    { opType: 'Exp', input: ['box_rows'], output: ['edges'] },
    { opType: 'NonMaxSuppression', name: '/nms', input: ['edges', 'shares'], output: ['y'] },
  ];
  const dim = [1, 3, 8, 8].map((n) => ({ dimValue: n }));
  const bytes = encodeModelProto({
    opsetImport: [{ version: 13 }],
    graph: {
      node: detector,
      initializer: [
        floatTensor('features.0.weight', [4, 3, 3, 3], new Float32Array(108).fill(0.1)),
        floatTensor('head', [4, 4, 1, 1], new Float32Array(16).fill(0.2)),
        int64Tensor('rows', [3], [1, -1, 4]),
      ],
      input: [{ name: 'x', type: { tensorType: { elemType: 1, shape: { dim } } } }],
      output: [{ name: 'y' }],
    },
  });

  it('says what its network gives, which can then be asked for', async () => {
    await expect(importOnnx(bytes, { fileName: 'net.onnx' })).rejects.toThrow(
      /node '\/nms' .*give \{ outputs: \['box_rows', 'cls_logits'\] \}: what its network gives/,
    );
    const net = await importOnnx(bytes, { outputs: ['cls_logits', 'box_rows'] });
    expect(net.outputs.map(({ shape }) => shape)).toEqual([
      [36, 4],
      [36, 4],
    ]);
  });
});
