import type { SymbolicTensor } from '../layers/layer.js';
import { traitsOf, type LayerClassName } from '../layers/layerTable.js';
import { model as modelOf, type Model } from '../models/index.js';
import { sizeOf, Tensor } from '../tensor/index.js';

/** The numbers that a model's own layers bring into its range: pictures from 0 to 1, or from 0 to 255. */
export type NormalizedRange = '0-1' | '0-255';

/** Layers that give of a picture of one colour another picture of one colour, each number of a line by the number it had. */
const alongLines: readonly LayerClassName[] = ['Rescaling', 'Normalization', 'Affine'];

/** Layers that leave the numbers as they are. */
const reshaping: readonly LayerClassName[] = ['Reshape', 'Flatten'];

/** Middles of the numbers that mean the range. */
const middles = { '0-1': [0.05, 0.95], '0-255': [30, 225] } as const;
/** Scales that mean bytes where nothing is added: 1/255, 1/128 or 1/256, as it is usual, or a share of it. */
const byteScales = [1 / 1024, 1 / 64] as const;

/**
 * Which numbers a model takes that begins with a normalization of its own, as Keras's tutorials and most of its applications do
 * (`Rescaling(1 / 255)`, `x / 127.5 - 1`) and PyTorch's modules that subtract means: what it makes 0 is the middle of what it expects.
 *
 * @returns undefined where a model has none, or one that says nothing of pictures
 */
export async function ownNormalization(model: Model): Promise<NormalizedRange | undefined> {
  const [start] = model.inputs;
  const end = endOfLines(model, start);
  if (end === start) return undefined;
  const lines = modelOf({ inputs: start, outputs: end, name: 'normalization' });
  const size = sizeOf(start.shape);
  const zerosAndOnes = new Float32Array(2 * size).fill(1, size);
  const { data } = await lines.predict(new Tensor('float32', [2, ...start.shape], zerosAndOnes));
  const channels = start.shape[2];
  const offset = meanOf(data.subarray(0, channels));
  const scale = meanOf(data.subarray(size, size + channels)) - offset;
  if (!(scale > 0)) return undefined;
  if (offset === 0) return scale >= byteScales[0] && scale <= byteScales[1] ? '0-255' : undefined;
  const middle = -offset / scale;
  return (['0-1', '0-255'] as const).find((range) => middle >= middles[range][0] && middle <= middles[range][1]);
}

/** The last value that lines alone lead to. */
function endOfLines({ topology }: Model, start: SymbolicTensor): SymbolicTensor {
  let end = start;
  let found = start;
  for (;;) {
    const users = topology.predictionCalls.filter(({ inputs }) => inputs.includes(end));
    if (users.length !== 1 || users[0].inputs.length !== 1) return found;
    const [{ layer, output }] = users;
    const line = alongLines.some((name) => name === layer.className);
    // Layers of augmentation do nothing outside training.
    const passing = reshaping.some((name) => name === layer.className) || traitsOf(layer).onlyInTraining === true;
    if (!line && !passing) return found;
    end = output;
    if (line) found = end;
  }
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
