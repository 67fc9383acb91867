// Masks or points from scratch on drawn scenes: a network as `createSegmenter('unet')` or `createKeypointDetector` makes it learns from
// 2,000 pictures of 128×128, and is tried on 500 that it has not seen: mean IoU and each class's, or PCK@0.1 and each point's; minutes of
// the clock, and seconds of processors, which on a busy machine say more (1,200 of them are ten minutes on two cores).
//
//   npm run bench -- scenesMasks [--task masks|points] [--epochs 12] [--pictures 2000] [--held 500] [--size 128] [--kinds shapes,digits,xo]
//                                [--seed 1] [--every 4] [--save model.safetensors] [--json]
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { augmentation, createKeypointDetector, createSegmenter, scenes } from 'striate';

const { values: options } = parseArgs({
  options: {
    task: { type: 'string', default: 'masks' },
    epochs: { type: 'string', default: '12' },
    pictures: { type: 'string', default: '2000' },
    held: { type: 'string', default: '500' },
    size: { type: 'string', default: '128' },
    kinds: { type: 'string', default: 'shapes,digits,xo' },
    seed: { type: 'string', default: '1' },
    every: { type: 'string', default: '0' },
    save: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const say = (line) => process.stderr.write(`${line}\n`);
const [epochs, size, seed, every] = [options.epochs, options.size, options.seed, options.every].map(Number);
const inputShape = [size, size, 3];

/** What is learned: the network, the set's options, how pictures vary in training, and what is measured. */
const tasks = {
  masks: {
    things: [1, 5],
    network: ({ classNames }) => createSegmenter('unet', { classes: classNames, inputShape, seed }),
    async measured(segmenter, set) {
      const { meanIou, pixelAccuracy, meanBoundaryF, iou } = await segmenter.evaluate(set);
      const each = segmenter.classNames.map((name, i) => ({ name, value: iou[i] }));
      return { measure: 'mIoU', value: meanIou, pixelAccuracy, meanBoundaryF, each };
    },
  },
  points: {
    things: [1, 1],
    network: ({ pointNames }) => createKeypointDetector({ points: pointNames, inputShape, seed }),
    async measured(detector, set) {
      const { pck, perPoint, oks } = await detector.evaluate(set);
      const each = detector.pointNames.map((name, i) => ({ name, value: perPoint[i] }));
      return { measure: 'PCK@0.1', value: pck, oks, each };
    },
  },
};

const task = tasks[options.task];
if (!task) throw new Error(`--task must be ${Object.keys(tasks).join(' or ')}`);
const { train, test } = scenes({
  ...{ seed, size, things: task.things, kinds: options.kinds.split(',') },
  ...{ train: Number(options.pictures), test: Number(options.held) },
});
const varied = train.augmented(
  augmentation({
    ...{ rotationRange: 10, shearRange: 10, fillMode: 'constant', cval: 128 },
    scaleJitter: { scale: [0.7, 1.4], cval: 128 },
    colorJitter: { brightness: 0.2, contrast: 0.2, saturation: 0.3, hue: 0.5 },
  }),
  // A part of a thing at the border is of the thing's class, too.
  { minVisibility: 0 },
);
const network = task.network(train);
const { parameters, multiplyAdds } = network.model.summarize();
say(`${options.task}: ${parameters} parameters, ${Math.round(multiplyAdds / 1e6)} million multiply-adds`);

/** Seconds of processors and of the clock, those of looking at held-out pictures on the way left out. */
const spent = { cpu: 0, clock: 0 };
let begun;
const begin = () => (begun = { cpu: process.cpuUsage(), clock: performance.now() });
function end() {
  const { user, system } = process.cpuUsage(begun.cpu);
  spent.cpu += (user + system) / 1e6;
  spent.clock += (performance.now() - begun.clock) / 1e3;
}

const told = ({ measure, value }) => `${measure} ${value.toFixed(4)}`;
const look = {
  async onEpochEnd(epoch, { loss }) {
    end();
    const due = every > 0 && (epoch + 1) % every === 0 && epoch + 1 < epochs;
    const now = due ? `, ${told(await task.measured(network, test))}` : '';
    say(`epoch ${epoch + 1} of ${epochs}: loss ${loss.toFixed(4)}${now}; ${spent.cpu.toFixed(0)} s of processors`);
    begin();
  },
};
begin();
await network.fit(varied, { epochs, seed, verbose: 0, callbacks: [look] });
end();
const found = await task.measured(network, test);
if (options.save) await network.save(options.save);

const result = { task: options.task, ...found, epochs, parameters, multiplyAdds, seconds: spent };
if (options.json) console.log(JSON.stringify({ node: process.version, cpu: cpus()[0]?.model, ...result }));
else {
  const each = found.each.map(({ name, value }) => `${name} ${value.toFixed(3)}`);
  console.log(`${told(found)} on ${test.size} held-out scenes (${each.join(', ')})`);
  console.log(
    `${train.size} pictures, ${epochs} epochs: ${(spent.clock / 60).toFixed(1)} minutes, ${spent.cpu.toFixed(0)} s of processors`,
  );
}
process.exit(0);
