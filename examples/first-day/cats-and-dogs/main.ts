// Forty photos are enough: a network that knows many others, and a new classifier that is solved, not trained by steps.
import { classify, fitHead, imageFolder, newHead } from 'striate';
import { firstOfEach, openNetwork, photoFolder } from './start.js';

const network = await openNetwork();
const folder = await photoFolder();
const { train, validation } = await imageFolder(folder, { preprocessing: network.preprocessing! });

const forty = firstOfEach(train, 20);
const others = firstOfEach(validation!, 100);
console.log(`${folder}: ${forty.size} photos to learn from, ${others.size} to test with.`);

const model = newHead(network, { classes: forty.classNames });
const { crossValidated, validation: tested } = await fitHead(model, forty, { validationData: others });
console.log(`Held out among the forty: ${(100 * crossValidated!.accuracy).toFixed(1)} % right`);
console.log(`Photos never seen: ${(100 * tested!.accuracy).toFixed(1)} % right`);
await model.save('pets.safetensors');

const photo = `${folder}/${others.path(0)}`;
for (const { name, probability } of await classify(model, photo)) {
  console.log(`${photo}: ${name} ${(100 * probability).toFixed(1)} %`);
}
