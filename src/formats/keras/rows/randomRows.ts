import type { Layer } from '../../../layers/index.js';
import type { ReadGenerally, RowOf, WriteRow } from './kerasRow.js';
import type { LayerOptionsReader } from '../read/layerOptions.js';
import { camelCase, pythonCase } from '../spelling.js';

const fixed = { data_format: 'channels_last' } as const;

/** TensorFlow.js has none of them: there pictures pass through in training, too. */
const write: WriteRow<Layer> = ({ name }, emit, [x], shape, generally) => {
  if (emit.dialect !== 'tfjs') return generally();
  return emit.add('Activation', name, [x], { config: { activation: 'linear' }, shape, nonNegative: x.nonNegative });
};

/** A factor of Keras 2's, for which one number stands for [−f, f], as contrasts and shares have it in no later version. */
function bothWays(options: LayerOptionsReader, generally: ReadGenerally): ReturnType<ReadGenerally> {
  const [factor, ...more] = options.numbers('factor') ?? [];
  const isOne = options.context.version === 2 && factor !== undefined && more.length === 0;
  return generally(isOne ? { factor: [factor, factor] } : {});
}

export const randomFlip: RowOf<'RandomFlip'> = {
  fixed,
  read(options, _, __, generally) {
    const modes = ['horizontal', 'vertical', 'horizontal_and_vertical'] as const;
    return generally({ mode: camelCase(options.text('mode', 'horizontal_and_vertical', modes)) });
  },
  write(layer, emit, inputs, shape, generally, weights) {
    const changed = (): ReturnType<typeof generally> => generally({ config: { mode: pythonCase(layer.mode) } });
    return write(layer, emit, inputs, shape, changed, weights);
  },
};

export const randomMove: RowOf<'RandomRotation' | 'RandomShear' | 'RandomZoom' | 'RandomTranslation'> = {
  fixed,
  write,
};

export const randomColour: RowOf<
  | 'RandomBrightness'
  | 'RandomColorDegeneration'
  | 'RandomErasing'
  | 'RandomGrayscale'
  | 'RandomInvert'
  | 'RandomSharpness'
> = { fixed, write };

export const randomContrast: RowOf<'RandomContrast'> = {
  fixed,
  read: (options, _, __, generally) => bothWays(options, generally),
  write,
};
