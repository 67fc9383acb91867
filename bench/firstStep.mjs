// Says on standard output when the first training step is done; bench/start.mjs measures how long that takes.
import { openDataSet, zoo } from 'striate';

const model = zoo.create('mnist_cnn', { seed: 1 });
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
const { train } = await openDataSet(process.env.STRIATE_DATA ? 'mnist' : 'digits');
await model.fit(train, {
  batchSize: 64,
  verbose: 0,
  callbacks: [
    {
      onTrainBatchEnd: (_batch, _logs, training) => {
        process.stdout.write('first step\n');
        training.stop();
      },
    },
  ],
});
await model.dispose();
