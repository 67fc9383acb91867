// How much sooner SqueezeNet finds a class again when pixels are put in by RISE's order than by chance: the area below the insertion
// curve on photos of cats and dogs. STRIATE_DATA=… node bench/riseBesideChance.mjs [--photos 50] [--masks 200] (build first).
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { explain, explanations, openModel, Random, Tensor } from '../dist/index.js';

const { values } = parseArgs({ options: { photos: { type: 'string' }, masks: { type: 'string' } } });
const [count, masks] = [Number(values.photos ?? 50), Number(values.masks ?? 200)];
const data = process.env.STRIATE_DATA;
if (!data) throw new Error('STRIATE_DATA must be the folder of the data');

const chance = {
  name: 'chance',
  at: 'picture',
  signed: false,
  attribute: async ({ pictures }) => {
    const random = new Random(1);
    const [n, height, width] = pictures.shape;
    const map = Float32Array.from({ length: n * height * width }, () => random.uniform(0, 1));
    return { map: new Tensor('float32', [n, height, width], map) };
  },
};
const squeezenet = await openModel(join(data, 'pretrained/squeezenet1_1-imagenet.onnx'), {
  preprocessing: 'rgb-means',
});
const photos = [];
for (const kind of ['cats', 'dogs']) {
  const folder = join(data, 'cats-dogs/validation', kind);
  const names = (await readdir(folder)).sort().slice(0, Math.ceil(count / 2));
  photos.push(...names.map((name) => join(folder, name)));
}
const areas = { rise: [], chance: [] };
const evidence = { measures: ['insertion'], steps: 20 };
for (const photo of photos.slice(0, count)) {
  const rise = await explain(squeezenet, photo, { method: explanations.rise({ masks, seed: 1 }), evidence });
  const random = await explain(squeezenet, photo, { method: chance, evidence });
  areas.rise.push(rise.evidence.insertion.area);
  areas.chance.push(random.evidence.insertion.area);
  process.stderr.write(`${areas.rise.length} of ${count}\r`);
}
const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
const better = areas.rise.filter((area, i) => area > areas.chance[i]).length;
console.log(
  `insertion of ${count} photos: RISE ${mean(areas.rise).toFixed(3)}, chance ${mean(areas.chance).toFixed(3)}; RISE is larger on ${better}`,
);
