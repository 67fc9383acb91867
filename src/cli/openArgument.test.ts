import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openArgument, openOrCreate } from './openArgument.js';

const file = (name: string): string =>
  fileURLToPath(new URL(`../formats/onnx/testdata/cases/${name}.onnx`, import.meta.url));

describe('a model argument that is an ONNX file', () => {
  it('is cut where --outputs says, and messages spell it so', async () => {
    await expect(openArgument(file('argmax_out'), { input: [8, 12, 3] })).rejects.toThrow(
      /give --outputs p: what comes/,
    );
    const model = await openOrCreate(file('argmax_out'), { outputs: ['p'] });
    expect(model.outputShape).toEqual([4]);
    await model.dispose();
  });

  it('may have no axis for a batch', async () => {
    await expect(openArgument(file('hwc_uint8_no_batch'))).rejects.toThrow(/give --no-batch-axis/);
    const { model } = await openArgument(file('hwc_uint8_no_batch'), { batchAxis: false });
    expect(model.inputs[0].shape).toEqual([8, 12, 3]);
    await model.dispose();
  });
});
