// The zoo: architectures by name, what they cost, the parts they are made of, and published weights at work.
//
//   node examples/zoo.mjs [PHOTO]
//
// The weights are SqueezeNet 1.1's, looked for in $STRIATE_DATA/pretrained; where they are not, that part is left out.
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { classify, openModel, zoo } from 'striate';

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
  const squeezenet = await openModel('squeezenet1_1', { weights });
  const { size } = await squeezenet.model.getWeights();
  console.log(`\n${basename(photo)}: what SqueezeNet 1.1 sees (${size} tensors loaded)`);
  for (const { name, probability } of await classify(squeezenet, photo)) {
    console.log(`  ${probability.toFixed(3)}  ${name}`);
  }
  await squeezenet.model.dispose();
}
