// What heads for boxes and masks cost beside the classifier whose backbone they stand on: one forward pass of mobilenet_v3_large at
// 320×320, batch 1, with the classifier alone, with FCOS's head beside it, and with FCOS's, LR-ASPP and retrieval beside it. They take
// turns; a ratio is the median of the turns' ratios. The target is at most 15 % for FCOS's head.
//
//   npm run bench -- heads [--rounds 15] [--threads 2] [--json]
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { createDetector, createSegmenter, model, Tensor, zoo } from 'striate';
import { median } from './peer.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    threads: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
});
const inputShape = [320, 320, 3];
const classes = 21;
const backbone = zoo.create('mobilenet_v3_large', { inputShape, seed: 1 });
const { inputs, output, embedding } = backbone;
const boxes = createDetector({ backbone, head: 'fcos', classes }).model.outputs;
const masks = createSegmenter({ backbone, head: 'lraspp', classes }).model.output;
const networks = {
  classifier: backbone,
  'with FCOS': model({ inputs, outputs: [output, ...boxes] }),
  'four heads': model({ inputs, outputs: [output, ...boxes, masks, embedding.output] }),
};
const picture = Float32Array.from({ length: 320 * 320 * 3 }, (_, i) => Math.sin(i * 1.7));
const x = new Tensor('float32', [1, ...inputShape], picture);
for (const network of Object.values(networks)) network.useEngine({ threads: Number(options.threads) });

async function milliseconds(network) {
  const start = performance.now();
  await network.predictAll(x);
  return performance.now() - start;
}

const names = Object.keys(networks);
const times = Object.fromEntries(names.map((name) => [name, []]));
// Compilers and caches first.
for (let i = 0; i < 5; i++) for (const name of names) await milliseconds(networks[name]);
for (let round = 0; round < Number(options.rounds); round++)
  for (const name of names) {
    // The first of two brings the network's weights back into the caches.
    await milliseconds(networks[name]);
    times[name].push(await milliseconds(networks[name]));
  }
const alone = times.classifier;
const rows = names.map((name) => ({
  name,
  milliseconds: median(times[name]),
  least: Math.min(...times[name]),
  dearer: median(times[name].map((time, round) => time / alone[round])) - 1,
  moreMultiplyAdds: networks[name].summarize().multiplyAdds / backbone.summarize().multiplyAdds - 1,
}));
if (options.json) console.log(JSON.stringify({ node: process.version, cpu: cpus()[0]?.model, ...options, rows }));
else {
  for (const row of rows) {
    const share = (value) => `${(100 * value).toFixed(1)} %`;
    const more =
      row.name === 'classifier' ? '' : `${share(row.dearer)} dearer, ${share(row.moreMultiplyAdds)} more multiply-adds`;
    console.log(
      `${row.name.padEnd(12)}${row.milliseconds.toFixed(1).padStart(8)} ms (least ${row.least.toFixed(1)})  ${more}`,
    );
  }
}
process.exit(0);
