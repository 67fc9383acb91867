// What main.ts starts from: SqueezeNet and photos of cats and dogs where `STRIATE_DATA` says that they are, otherwise a network
// that has learned digits, and drawings of crosses and rings.
import { mkdir } from 'node:fs/promises';
import sharp from 'sharp';
import { digits, openModel, Random, zoo, type Model, type PictureFiles } from 'striate';

const { STRIATE_DATA } = process.env;

/** A network that has learned something else. */
export async function openNetwork(): Promise<Model> {
  if (STRIATE_DATA) {
    // The file does not say how its pictures are prepared: as its publisher says.
    const file = `${STRIATE_DATA}/pretrained/squeezenet1_1-imagenet.onnx`;
    return (await openModel(file, { preprocessing: 'rgb-means' })).model;
  }
  const model = zoo.create('mnist_cnn', { seed: 1 });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  await model.fit(digits({ seed: 1, train: 3000 }).train, { epochs: 2, verbose: 0 });
  console.log('No STRIATE_DATA: the network is one that knows digits, the photos are drawings.');
  return model;
}

/** As many photos of each class, or all where there are fewer. */
export function firstOfEach(photos: PictureFiles, count: number): PictureFiles {
  return photos.subset(photos.indicesByClass().flatMap((indices) => [...indices.subarray(0, count)]));
}

/** A folder with a folder for each of two classes. */
export async function photoFolder(): Promise<string> {
  if (STRIATE_DATA) return `${STRIATE_DATA}/cats-dogs`;
  const random = new Random(1);
  const near = (mean: number, most: number): number => random.uniform(mean - most, mean + most);
  const shapes = { cross: 'M-9 -9L9 9M9 -9L-9 9', ring: 'M9 0A9 9 0 1 1 9 -.01Z' };
  for (const [name, path] of Object.entries(shapes)) {
    await mkdir(`drawings/${name}`, { recursive: true });
    for (let i = 0; i < 50; i++) {
      const place = `translate(${near(14, 3)} ${near(14, 3)}) rotate(${near(0, 40)}) scale(${near(0.8, 0.25)})`;
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="28" height="28"><rect width="28" height="28"/>
        <path transform="${place}" d="${path}" fill="none" stroke="white" stroke-width="${near(2.5, 1)}"/></svg>`;
      await sharp(Buffer.from(svg)).png().toFile(`drawings/${name}/${i}.png`);
    }
  }
  return 'drawings';
}
