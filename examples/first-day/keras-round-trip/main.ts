// A model that Keras has trained goes on learning here, and goes back to Keras.
import { writeFile } from 'node:fs/promises';
import { digits, importKeras, tensor } from 'striate';
import { encodeNpy } from 'striate/formats';

const { train, test } = digits({ seed: 2, train: 4000, test: 500 });

const model = await importKeras('digits.keras');
model.summary();
const before = await model.evaluate(test);
console.log(`As Keras saved it: ${(100 * before.accuracy).toFixed(1)} % of ${test.size} digits right`);

// It is compiled as it was in Keras.
await model.fit(train, { epochs: 2, batchSize: 64, verbose: 0 });
const after = await model.evaluate(test);
console.log(`After two more epochs here: ${(100 * after.accuracy).toFixed(1)} %`);

await model.save('tuned.keras'); // for keras.models.load_model
const again = await importKeras('tuned.keras');
const expected = await model.predict(test);
const received = await again.predict(test);
const difference = Math.max(...expected.data.map((value, i) => Math.abs(value - received.data[i])));
console.log(`Written to tuned.keras and read again: the largest difference is ${difference.toExponential(1)}`);

// check.py compares what Keras gives for the same pictures.
const { x } = test.take(16).arrays;
const pictures = tensor(
  Float32Array.from(x.data, (byte) => byte / 255),
  x.shape,
);
await writeFile('check-x.npy', encodeNpy(pictures));
await writeFile('check-y.npy', encodeNpy(await model.predict(pictures)));
