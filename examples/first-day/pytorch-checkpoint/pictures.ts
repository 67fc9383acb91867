// Writes drawn digits as NumPy arrays, for train.py.
import { writeFile } from 'node:fs/promises';
import { digits, tensor } from 'striate';
import { encodeNpy } from 'striate/formats';

const { x, y } = digits({ seed: 1 }).train.arrays;
const pixels = Float32Array.from(x.data, (byte) => byte / 255);
await writeFile('pictures-x.npy', encodeNpy(tensor(pixels, x.shape)));
await writeFile('pictures-y.npy', encodeNpy(tensor(Float32Array.from(y.data), y.shape)));
