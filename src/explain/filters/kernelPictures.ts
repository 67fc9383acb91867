import type { Layer } from '../../layers/index.js';
import type { Model } from '../../models/index.js';
import { sizeOf, StriateError, Tensor } from '../../tensor/index.js';
import { toPicture, type CanvasPicture } from '../toPicture.js';

/**
 * The kernels of a convolution that looks at the picture itself, as pictures: one for each filter, in colours where it sees three
 * channels, else blue below zero and red above. Each has its full colour at its own largest weight. `tilePictures` puts them side
 * by side. Filters of deeper layers see channels that are no colours: `filterPatterns` shows what they look for.
 *
 * @param layerName a convolution of 1 or 3 channels; by default the model's first convolution
 * @throws StriateError when there is none, or it sees other numbers of channels.
 *
 * @example
 * const { width, height } = tilePictures(await kernelPictures(squeezenet), { columns: 8, magnify: 12 });
 */
export async function kernelPictures(model: Model, layerName?: string): Promise<CanvasPicture[]> {
  const layer = layerName === undefined ? model.layers.find(isConvolution) : model.getLayer(layerName);
  const weights = await model.getWeights();
  const kernel = layer && isConvolution(layer) && weights.get(`${layer.name}/${kernelNames[layer.className]}`);
  if (!layer || !kernel) {
    throw new StriateError({
      where: 'kernelPictures',
      rule: 'needs a two-dimensional convolution',
      advice: layer ? `'${layer.name}' is a ${layer.className}` : `the model '${model.name}' has none`,
    });
  }
  const [height, width, inputs, outputs] = kernel.shape;
  const [channels, filters] = layer.className === 'Conv2D' ? [inputs, outputs] : [1, inputs * outputs];
  if (channels !== 1 && channels !== 3) {
    throw new StriateError({
      where: 'kernelPictures',
      rule: `the kernels of '${layer.name}' must see 1 or 3 channels to be pictures`,
      received: `${channels}`,
      advice: 'filterPatterns shows what filters of deeper layers look for',
    });
  }
  const reversed = channels === 3 && model.preprocessing?.channels === 'BGR';
  return Array.from({ length: filters }, (_, filter) => {
    const picture = new Float32Array(sizeOf([height, width, channels]));
    for (let pixel = 0; pixel < height * width; pixel++) {
      for (let c = 0; c < channels; c++) {
        picture[pixel * channels + (reversed ? 2 - c : c)] = kernel.data[(pixel * channels + c) * filters + filter];
      }
    }
    return toPicture(new Tensor('float32', [height, width, channels], picture));
  });
}

/** The convolutions whose kernels are windows over a picture, [h, w, channels, filters], and what they call them. */
const kernelNames: Readonly<Record<string, string>> = {
  Conv2D: 'kernel',
  DepthwiseConv2D: 'kernel',
  SeparableConv2D: 'depthwiseKernel',
};

function isConvolution({ className }: Layer): boolean {
  return Object.hasOwn(kernelNames, className);
}
