// ssdlite320_mobilenet_v3_large with Striate, for bench/detect.mjs: `striateDetect.mjs detect|train THREADS`.
import { AnnotatedSet, createDetector, optimizers } from '../dist/index.node.js';
import { serve } from './protocol.mjs';

const [mode, threads] = process.argv.slice(2);
const detector = createDetector('ssdlite320_mobilenet_v3_large', { seed: 1 });
detector.model.useEngine({ threads: Number(threads) });
const name = `Striate, Node ${process.version}, ${threads} threads`;

/** A picture of so many bytes that none of them are alike. */
const pixels = (width, height) => ({
  width,
  height,
  channels: 3,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => Math.round(127 * (1 + Math.sin(i * 0.37)))),
});

/** Finds things in one frame after another, picture preparation and decoding included. */
async function detects() {
  // Without trained weights all classes are about as likely; the ground is made likelier, as it is in a trained network.
  const weights = await detector.model.getWeights();
  for (const [key, { data }] of weights) {
    if (!/classification_head.*bias$/.test(key)) continue;
    for (let i = 0; i < data.length; i += 91) data[i] = 6;
  }
  await detector.model.setWeights(weights);
  const { data, ...info } = pixels(640, 480);
  await serve(name, async (count) => {
    for (let i = 0; i < count; i++) await detector.detect({ data, info });
    return 0;
  });
}

/** Eight pictures of 320×320 with three things each, the same places as in peers/detect.py; one step after another. */
async function trains() {
  const [batch, size] = [8, 320];
  const picture = pixels(size, size);
  const boxes = (i) =>
    [0, 1, 2].map((k) => {
      const [x, y, side] = [10 + 90 * k, 20 + 20 * i, 50 + 25 * k];
      return { label: k, box: [x, y, x + side, Math.min(size, y + side)] };
    });
  const set = new AnnotatedSet({
    name: 'boxes',
    classNames: detector.classNames.slice(1, 4),
    pointNames: [],
    pictures: Array.from({ length: batch }, (_, i) => ({
      ...{ name: String(i), height: size, width: size, annotations: boxes(i) },
    })),
    read: () => picture,
    problems: [],
    problemLines: [],
    preprocessing: { size: [size, size] },
  });
  // One training for all requests: it waits after as many steps as were asked for.
  let left = 0;
  let [asked, done] = [() => undefined, () => undefined];
  const next = () => new Promise((resolve) => (asked = resolve));
  let request = next();
  const callbacks = [
    {
      async onTrainBatchEnd() {
        if (--left > 0) return;
        done();
        await request;
        request = next();
      },
    },
  ];
  const optimizer = optimizers.sgd({ learningRate: 0.001, momentum: 0.9 });
  let training;
  await serve(name, (count) => {
    left = count;
    const finished = new Promise((resolve) => (done = resolve));
    if (training) asked();
    else {
      training = detector.fit(set, { epochs: 1e6, batchSize: batch, verbose: 0, optimizer, callbacks });
      training.catch((error) => {
        console.error(error);
        process.exit(1);
      });
    }
    return finished.then(() => 0);
  });
}

await { detect: detects, train: trains }[mode]();
