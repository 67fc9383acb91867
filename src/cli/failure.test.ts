import { expect, it } from 'vitest';
import { failureOf } from '../../test/failureOf.js';
import { StriateError } from '../tensor/index.js';

it.each([
  ["give { outputs: ['a', 'b'] }", 'give --outputs a,b'],
  ['give { batchAxis: false }', 'give --no-batch-axis'],
  ['give { inputShape: [224, 224, 3] }', 'give --input HEIGHTxWIDTHxCHANNELS'],
  ['open it with openModel; striate export writes it', 'striate export writes it'],
  ['unpack it and read its arrays with decodeNpy', 'unpack it; striate run takes its arrays as --input'],
  [
    'read its weights with loadWeights, --model resnet18 on the command line',
    'name its architecture: --model resnet18',
  ],
])('advice of the library is told as the command line has it, whatever failed: %s', async (advice, written) => {
  const failed = new StriateError({ where: 'net', rule: 'is another file', advice });
  for (const error of [failed, failed.within('folder')]) {
    const { error: told, printed } = await failureOf(Promise.reject(error), 'data info');
    expect(told.advice).toBe(written);
    expect(printed).toContain(written);
    expect(printed).not.toContain(advice);
  }
});
