import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { printedOutput } from '../../test/printed.js';
import { failureOf } from '../../test/failureOf.js';
import { openArgument, openOrCreate } from './openArgument.js';

const { output } = printedOutput();
const file = (name: string): string =>
  fileURLToPath(new URL(`../formats/onnx/testdata/cases/${name}.onnx`, import.meta.url));

describe('a model argument that is an ONNX file', () => {
  it('is cut where --outputs says, and messages spell it so', async () => {
    const whole = openArgument(file('argmax_out'), { input: [8, 12, 3] }, output);
    expect((await failureOf(whole)).error.advice).toMatch(/give --outputs p: what comes/);
    const model = await openOrCreate(file('argmax_out'), { outputs: ['p'] }, output);
    expect(model.outputShape).toEqual([4]);
    await model.dispose();
  });

  it('may have no axis for a batch', async () => {
    const batched = openArgument(file('hwc_uint8_no_batch'), {}, output);
    expect((await failureOf(batched)).error.advice).toMatch(/give --no-batch-axis/);
    const { model } = await openArgument(file('hwc_uint8_no_batch'), { batchAxis: false }, output);
    expect(model.inputs[0].shape).toEqual([8, 12, 3]);
    await model.dispose();
  });
});
