// Code of one's own that runs while a model learns: a callback is an object with some of Keras's methods.
import { appendFile, rm } from 'node:fs/promises';
import { digits, zoo, type Callback } from 'striate';

/** Writes a line of JSON for each epoch. */
function jsonLog(path: string): Callback {
  return {
    onTrainBegin: () => rm(path, { force: true }),
    onEpochEnd: (epoch, logs, { learningRate }) =>
      appendFile(path, `${JSON.stringify({ epoch, ...logs, learningRate })}\n`),
  };
}

/** Raises the learning rate evenly over the first batches. */
function warmUp(batches: number, highest: number): Callback {
  let done = 0;
  return {
    onTrainBatchBegin(_batch, training) {
      if (done < batches) training.learningRate = (highest * ++done) / batches;
    },
  };
}

/** Ends the training when it is good enough. */
function stopAt(valAccuracy: number): Callback {
  return {
    onEpochEnd(epoch, logs, training) {
      if (logs.valAccuracy < valAccuracy) return;
      console.log(`Epoch ${epoch + 1}: ${(100 * logs.valAccuracy).toFixed(1)} % is enough`);
      training.stop();
    },
  };
}

/** Counts which class is taken for which other one, in the last validation. */
function confusions(classNames: readonly string[]): Callback & { worst(): string } {
  let counts = new Map<string, number>();
  return {
    onEpochBegin: () => void (counts = new Map()),
    onTestBatchEnd(_batch, _logs, { y: [labels], outputs: [scores] }) {
      labels.data.forEach((label, i) => {
        const row = scores.slice(i, i + 1).data;
        const said = row.indexOf(Math.max(...row));
        if (said === label) return;
        const pair = `${classNames[label]} is taken for ${classNames[said]}`;
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      });
    },
    worst: () => [...counts].sort(([, a], [, b]) => b - a)[0]?.join(': ') ?? 'nothing',
  };
}

/** Keeps the mean of the weights at the ends of the last epochs, and gives it to the model in the end. */
function averageWeights(from: number): Callback {
  const sums = new Map<string, Float32Array>();
  let epochs = 0;
  return {
    async onEpochEnd(epoch, _logs, { model }) {
      if (epoch < from) return;
      epochs++;
      for (const [name, { data }] of await model.getWeights()) {
        const sum = sums.get(name) ?? new Float32Array(data.length);
        sums.set(
          name,
          sum.map((value, i) => value + data[i]),
        );
      }
    },
    async onTrainEnd({ model }) {
      const weights = await model.getWeights();
      for (const [name, sum] of sums) weights.get(name)!.data.set(sum.map((value) => value / epochs));
      await model.setWeights(weights);
    },
  };
}

const { train, test } = digits({ seed: 1, train: 3000, test: 500 });
const mistakes = confusions(test.classNames);
const model = zoo.create('mnist_cnn', { seed: 1 });
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
const { epochs } = await model.fit(train, {
  epochs: 10,
  validationData: test,
  verbose: 0,
  callbacks: [warmUp(100, 1e-3), jsonLog('log.jsonl'), averageWeights(1), mistakes, stopAt(0.93)],
});
console.log(`${epochs.length} of 10 epochs; log.jsonl has a line for each`);
console.log(`Most frequent mistake: ${mistakes.worst()}`);
const { accuracy } = await model.evaluate(test);
console.log(`With averaged weights: ${(100 * accuracy).toFixed(1)} % right`);
