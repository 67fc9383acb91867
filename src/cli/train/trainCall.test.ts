import { Command } from 'commander';
import { expect, it } from 'vitest';
import { completeRun, runArguments, trainCall, type RunArguments, type TrainOptions } from './runArguments.js';
import { addTrainOptions } from './trainOptions.js';

/** The run that a command line asks for, where a trained model gets a new classifier or not. */
function runOf(words: readonly string[], isNewHead: boolean): RunArguments {
  const command = addTrainOptions(new Command('train')).parse([...words], { from: 'user' });
  const asked = runArguments(command.opts<TrainOptions>());
  return completeRun(asked, { frozen: asked.freeze ?? (isNewHead ? 'features' : 'none'), isNewHead });
}

it.each([
  ['--data xo --model mnist_cnn', false, 'striate train --data xo --model mnist_cnn'],
  [
    '--data test/ --model ./a.onnx --input 96x96x3 --strict',
    true,
    'striate train --data test/ --model ./a.onnx --freeze features --input 96x96x3 --strict',
  ],
  [
    '--data xo --model mnist_cnn --epochs 3 --lr 0.1 --seed 4',
    false,
    'striate train --data xo --model mnist_cnn --lr 0.1 --seed 4 --epochs 3',
  ],
  [
    '--data xo --model mnist_cnn --suspects --strict',
    false,
    'striate train --data xo --model mnist_cnn --suspects --strict',
  ],
  [
    '--data test/ --model ./a.onnx --epochs 2',
    true,
    'striate train --data test/ --model ./a.onnx --freeze features --fine-tune 2',
  ],
] as const)('%s is written out as a call that trains the same', (line, isNewHead, call) => {
  const run = runOf(line.split(' '), isNewHead);
  const written = trainCall(run);
  expect(written).toBe(call);
  expect(runOf(written.split(' ').slice(2), isNewHead)).toEqual(run);
});
