// What is damaged, how often, and how.
import { damaged } from './damage.mjs';
import * as special from './damageFormats.mjs';

const { damagedHead, damagedHdf5, damagedIdx, damagedJpeg, damagedJson, damagedKeras, damagedObjects } = special;
const { damagedOnnx, damagedPng, damagedSafetensors, damagedTorch } = special;
const onlyJson = (bytes, random) => (bytes[0] === 0x7b ? damagedJson(bytes, random) : damaged(bytes, random));

/** By format: of a thousand files, how many; and kinds of damage beside those to plain bytes, with their shares. */
export const formats = {
  jpeg: { share: 130, damage: [[0.4, damagedJpeg]] },
  png: { share: 130, damage: [[0.6, damagedPng]] },
  webp: { share: 50, damage: [[0.3, damagedHead]] },
  gif: { share: 50, damage: [[0.3, damagedHead]] },
  tiff: { share: 50, damage: [[0.3, damagedHead]] },
  avif: { share: 20, damage: [[0.3, damagedHead]] },
  onnx: { share: 220, damage: [[0.6, damagedOnnx]] },
  h5: {
    share: 60,
    damage: [
      [0.5, damagedHdf5],
      [0.25, damagedObjects],
    ],
  },
  keras: { share: 30, damage: [[0.8, damagedKeras]] },
  tfjs: { share: 60, damage: [[0.8, onlyJson]] },
  safetensors: { share: 80, damage: [[0.75, damagedSafetensors]] },
  torch: { share: 40, damage: [[0.8, damagedTorch]] },
  idx: { share: 60, damage: [[0.6, damagedIdx]] },
  cifar: { share: 20, damage: [] },
};

/** File number `number` of a run: its format, the seed that it comes from, and its bytes. */
export async function fileOf(number, { random, seeds, only }) {
  const names = only ?? Object.keys(formats);
  const format = random.weighted(names.map((name) => [formats[name].share, name]));
  const seed = random.pick(seeds[format]);
  const bytes = seed.files[seed.target];
  const others = seeds[random.chance(0.7) ? format : random.pick(names)];
  const other = random.pick(others);
  let place = random.unit();
  const row = formats[format].damage.find(([share]) => (place -= share) < 0);
  const result = row ? await row[1](bytes, random) : damaged(bytes, random, other.files[other.target]);
  return { number, format, target: seed.target, files: seed.files, bytes: result };
}
