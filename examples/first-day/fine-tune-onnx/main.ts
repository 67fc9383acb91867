// A network learns new classes, is written as ONNX, and gives the same probabilities in onnxruntime-web.
import { InferenceSession, Tensor } from 'onnxruntime-web';
import { classify, imageFolder, newHead, preparePicture, saveOnnx } from 'striate';
import { firstOfEach, openNetwork, photoFolder } from './start.js';

const network = await openNetwork();
const folder = await photoFolder();
const preprocessing = network.preprocessing!;
const { train, validation } = await imageFolder(folder, { preprocessing });
const few = firstOfEach(train, 40);
const test = firstOfEach(validation!, 50);

// The classifier is solved first; then every layer learns, the first ones in the smallest steps.
const model = newHead(network, { classes: train.classNames });
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
const { epochs } = await model.fineTune(few, 2, { validationData: test, verbose: 0 });
console.log(`${folder}: ${(100 * epochs.at(-1)!.valAccuracy).toFixed(1)} % of ${test.size} other photos right`);

await saveOnnx(model, 'tuned.onnx', { layout: 'NHWC' }); // the file takes pictures as Striate does: [N, H, W, C]

// The same file in another runtime, in Node as in any page.
const session = await InferenceSession.create('tuned.onnx');
const { classNames } = model;
for (const i of [0, test.size - 1]) {
  const photo = `${folder}/${test.path(i)}`;
  const x = await preparePicture(photo, preprocessing);
  const feeds = { [session.inputNames[0]]: new Tensor('float32', x.data, [1, ...x.shape]) };
  const scores = (await session.run(feeds))[session.outputNames[0]].data as Float32Array;
  const there = softmax(scores);
  for (const { name, label, probability } of await classify(model, photo)) {
    console.log(`${photo}: ${name} ${probability.toFixed(6)} here, ${there[label].toFixed(6)} in onnxruntime-web`);
  }
}

function softmax(scores: Float32Array): number[] {
  const highest = Math.max(...scores);
  const powers = Array.from(scores, (score) => Math.exp(score - highest));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}
