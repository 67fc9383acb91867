import type { SymbolicTensor } from '../../layers/layer.js';
import type { Model } from '../../models/index.js';
import { sizeOf, StriateError, Tensor, type Shape } from '../../tensor/index.js';

/**
 * The pictures that a dense layer compares its input with: one template for each unit, in the shape of the picture that is
 * flattened before the layer. A single-layer classifier's templates are what it takes its classes to look like; `toPicture`
 * shows them.
 *
 * @param layerName a dense layer right behind the flattened picture; by default the model's first dense layer
 * @returns [units, H, W, C]
 * @throws StriateError when the layer is not dense, or its input is not a flattened picture.
 *
 * @example
 * const all = await templates(model); // [10, 28, 28, 1]
 * const seven = toPicture(all.slice(7, 8).reshape([28, 28, 1]));
 */
export async function templates(model: Model, layerName?: string): Promise<Tensor<'float32'>> {
  const layer =
    layerName === undefined ? model.layers.find(({ className }) => className === 'Dense') : model.getLayer(layerName);
  if (layer?.className !== 'Dense') {
    throw new StriateError({
      where: 'templates',
      rule: 'needs a dense layer',
      advice: layer ? `'${layer.name}' is a ${layer.className}` : `the model '${model.name}' has none`,
    });
  }
  const call = model.topology.calls.find((candidate) => candidate.layer === layer);
  const shape = call && pictureBehind(call.inputs[0]);
  if (!shape) {
    throw new StriateError({
      where: 'templates',
      rule: `the input of '${layer.name}' must be a flattened picture`,
      advice: `it is the output of ${call?.inputs[0].source?.layer.name ?? 'a model input'}; choose the dense layer right after flatten`,
    });
  }
  const kernel = (await model.getWeights()).get(`${layer.name}/kernel`)!;
  const units = kernel.shape[1];
  const pixels = sizeOf(shape);
  const data = new Float32Array(kernel.size);
  for (let unit = 0; unit < units; unit++) {
    for (let pixel = 0; pixel < pixels; pixel++) data[unit * pixels + pixel] = kernel.data[pixel * units + unit];
  }
  return new Tensor('float32', [units, ...shape], data);
}

/** The shape of the picture that a flat value is made from, where it is made from one. */
function pictureBehind(value: SymbolicTensor): Shape | undefined {
  const size = sizeOf(value.shape);
  if (value.shape.length !== 1) return undefined;
  for (let at = value; ; at = at.source.inputs[0]) {
    if (at.shape.length === 3 && sizeOf(at.shape) === size) return at.shape;
    if (!at.source?.layer.keepsOrder) return undefined;
  }
}
