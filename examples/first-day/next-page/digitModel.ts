import { digits, layers, sequential, type Model } from 'striate';

let trained: Promise<Model> | undefined;

/** A model that knows the ten digits, trained when it is first asked for: on the server, or in the page. */
export function digitModel(): Promise<Model> {
  trained ??= train();
  return trained;
}

async function train(): Promise<Model> {
  const model = sequential({
    seed: 1,
    layers: [
      layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
  });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const { train } = digits({ seed: 1, train: 2000, test: 1 });
  await model.fit(train, { epochs: 3, batchSize: 32, verbose: 0 });
  return model;
}
