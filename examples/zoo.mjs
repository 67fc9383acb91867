// The zoo: architectures by name, what they cost, the parts they are made of, and published weights at work.
//
//   node examples/zoo.mjs [PHOTO]
//
// The weights are SqueezeNet 1.1's, looked for in $STRIATE_DATA/pretrained; where they are not, that part is left out.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { decodeSafetensors, preparePicture, preprocessingFromTexts, zoo } from 'striate';

const count = (number) => number.toLocaleString('en-US');

console.log('Architectures of up to six million parameters, and a prediction’s multiply-adds\n');
console.log(`${''.padEnd(22)}${'parameters'.padStart(12)}${'multiply-adds'.padStart(18)}  input`);
for (const name of zoo.list({ maxParameters: 6e6 })) {
  const { parameters, multiplyAdds } = zoo.create(name).summarize();
  const size = zoo.describe(name).inputShape.join('×');
  console.log(`${name.padEnd(22)}${count(parameters).padStart(12)}${count(multiplyAdds).padStart(18)}  ${size}`);
}

// Any of them for a task of your own: another size, other classes.
const flowers = zoo.create('resnet18', { inputShape: [96, 96, 3], classes: 5, seed: 1 });
console.log('\nresnet18 for five classes of 96×96 pictures');
for (const [part, { outputShape }] of [
  ['features', flowers.features],
  ['head', flowers.head],
]) {
  const parameters = count(flowers[part].countParams());
  console.log(`  ${part.padEnd(8)}  gives [${outputShape.join(', ')}], ${parameters} numbers to keep`);
}

const folder = process.env.STRIATE_DATA ?? '';
const weights = join(folder, 'pretrained', 'squeezenet1_1-imagenet.safetensors');
const photo = process.argv[2] ?? join(folder, 'photos', 'creative_commons_elephant.jpg');
if (!folder || !existsSync(weights) || !existsSync(photo)) {
  console.log(
    '\nNo weights or no photo: STRIATE_DATA must name a folder with pretrained/squeezenet1_1-imagenet.safetensors',
  );
} else {
  await classify();
}

/** Prints what SqueezeNet sees in the photo. */
async function classify() {
  // How pictures were prepared in training is the architecture's, unless the file of weights says otherwise.
  const { metadata } = decodeSafetensors(await readFile(weights), weights);
  const preprocessing = preprocessingFromTexts(metadata, zoo.describe('squeezenet1_1').preprocessing);
  const model = zoo.create('squeezenet1_1', {
    inputShape: [...preprocessing.size, 3],
    classifierActivation: 'softmax',
  });
  const { loaded } = await model.loadWeights(weights);
  const { data, info } = await sharp(photo).rotate().ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const x = preparePicture({ data, width: info.width, height: info.height }, preprocessing);
  const { data: probabilities } = await model.predict(x.reshape([1, ...x.shape]));
  await model.dispose();

  const names = JSON.parse(await readFile(join(folder, 'imagenet_class_index.json'), 'utf8'));
  console.log(`\n${basename(photo)}: what SqueezeNet 1.1 sees (${loaded.length} tensors loaded)`);
  const best = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]).slice(0, 5);
  for (const place of best) {
    console.log(`  ${probabilities[place].toFixed(3)}  ${names[place][1].replaceAll('_', ' ')}`);
  }
}
