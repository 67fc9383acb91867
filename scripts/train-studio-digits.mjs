// Makes studio/models/digits.safetensors, the small network that the page Inside opens on where nothing else is given:
// trained on the drawn digits, which need no download, from a seed. Run it after a build: node scripts/train-studio-digits.mjs
// Its weights are kept with half of float32's bits, as the pages have a size to keep to.
import { writeFile } from 'node:fs/promises';
import { digits, layers, sequential } from '../dist/index.node.js';

const net = sequential(
  [
    layers.conv2d({ filters: 8, kernelSize: 3, name: 'conv1', inputShape: [28, 28, 1] }),
    layers.relu({ name: 'relu1' }),
    layers.maxPooling2d({ poolSize: 2, name: 'pool1' }),
    layers.conv2d({ filters: 16, kernelSize: 3, name: 'conv2' }),
    layers.relu({ name: 'relu2' }),
    layers.maxPooling2d({ poolSize: 2, name: 'pool2' }),
    layers.flatten({ name: 'flatten' }),
    layers.dense({ units: 10, activation: 'softmax', name: 'digit' }),
  ],
  { name: 'digits', seed: 5 },
);
net.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
const { train, test } = digits({ seed: 7, train: 12_000, test: 2000 });
await net.fit(train, { epochs: 6, batchSize: 64, seed: 3, verbose: 0 });
const { accuracy } = await net.evaluate(test);
await writeFile(new URL('../studio/models/digits.safetensors', import.meta.url), inHalf(await net.toBytes()));
console.log(`accuracy on 2,000 other drawn digits: ${accuracy.toFixed(4)}`);
await net.dispose();

/** A safetensors file of float32 as one of float16. */
function inHalf(bytes) {
  const file = Buffer.from(bytes);
  const begin = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.subarray(8, begin).toString());
  for (const [name, tensor] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    tensor.dtype = 'F16';
    tensor.data_offsets = tensor.data_offsets.map((at) => at / 2);
  }
  const text = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([text, Buffer.alloc(-text.length & 7, ' ')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  const halves = Buffer.alloc((file.length - begin) / 2);
  for (let at = 0; at < halves.length; at += 2) halves.writeUInt16LE(float16Bits(file.readFloatLE(begin + 2 * at)), at);
  return Buffer.concat([length, padded, halves]);
}

/** The bits of the float16 nearest to a number of less than 65,504. */
function float16Bits(value) {
  const [sign, size] = [value < 0 || Object.is(value, -0) ? 0x8000 : 0, Math.abs(value)];
  // Below, numbers are whole multiples of the smallest one.
  if (size < 2 ** -14) return sign | Math.round(size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  return sign | (((exponent + 15) << 10) + Math.round((size / 2 ** exponent - 1) * 1024));
}
