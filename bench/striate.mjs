// Trains the digit CNN with Striate, through the same fit as everybody: shuffling and feeding the data included.
import { openDataSet, zoo } from 'striate';
import { batch, serve, threads } from './protocol.mjs';

const { train } = await openDataSet(process.env.STRIATE_DATA ? 'mnist' : 'digits');
const model = zoo.create('mnist_cnn', { seed: 1 });
if (model.summarize().parameters !== 93322) throw new Error('not the digit CNN');
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'], threads });

await serve(`Striate, ${threads} ${threads === 1 ? 'thread' : 'threads'}`, async (steps) => {
  const history = await model.fit(train, { batchSize: batch, stepsPerEpoch: steps, verbose: 0 });
  return history.epochs[0].loss;
});
