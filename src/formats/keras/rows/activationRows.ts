import { normalizeAxis } from '../../../tensor/index.js';
import type { RowOf } from './kerasRow.js';
import type { LayerOptionsReader } from '../read/layerOptions.js';
import { steepHardSigmoid } from '../read/readActivation.js';
import { alongLastAxis } from '../write/writeAxis.js';
import { slopeConfig, writeActivation } from '../write/writeActivations.js';

export const activation: RowOf<'Activation'> = {
  read(options, name, _, generally) {
    return options.activation() === 'steepHardSigmoid' ? steepHardSigmoid(name) : generally();
  },
  write: (layer, emit, [x]) => writeActivation(emit, layer, layer.activation, x, layer.name),
};

export const relu: RowOf<'ReLU'> = {
  read(options, _, __, generally) {
    options.expectOnly('threshold', [0], 'only a threshold of 0 is supported');
    return generally();
  },
  write(layer, emit, [x], shape, generally) {
    const { maxValue, negativeSlope } = layer;
    const nonNegative = negativeSlope === 0 || x.nonNegative;
    if (emit.dialect !== 'tfjs') return generally({ config: { threshold: 0 }, nonNegative });
    if (negativeSlope === 0) return generally({ config: { negative_slope: undefined }, nonNegative });
    if (maxValue !== undefined) throw emit.refuse(layer, 'it has no ReLU with both a slope and a limit');
    return emit.add('LeakyReLU', layer.name, [x], { config: slopeConfig(emit.dialect, negativeSlope), shape });
  },
};

export const leakyRelu: RowOf<'LeakyReLU'> = {
  // Keras 2 calls the slope alpha.
  read: (options, _, __, generally) => generally({ negativeSlope: slopeOf(options) }),
  write: ({ negativeSlope }, emit, _, __, generally) =>
    generally({ config: { negative_slope: undefined, ...slopeConfig(emit.dialect, negativeSlope) } }),
};

function slopeOf(options: LayerOptionsReader): number {
  return options.number(options.has('negative_slope') ? 'negative_slope' : 'alpha', 0.3);
}

export const elu: RowOf<'ELU'> = {
  write(layer, emit, _, __, generally) {
    if (emit.dialect === 'tfjs' && layer.alpha !== 1) throw emit.refuse(layer, 'its ELU has an alpha of 1 alone');
    return generally();
  },
};

export const prelu: RowOf<'PReLU'> = {
  read: (options, _, __, generally) => generally({ sharedAxes: options.numbers('shared_axes') ?? [] }),
  write({ sharedAxes }, _, [x], __, generally) {
    // Keras counts shared axes from the front.
    const axes = sharedAxes.map((axis) => normalizeAxis(axis, x.shape.length + 1)!);
    return generally({ config: { shared_axes: axes.length ? axes : null } });
  },
};

export const softmax: RowOf<'Softmax'> = {
  read(options, _, __, generally) {
    const axes = options.numbers('axis') ?? [-1];
    if (axes.length > 1) throw options.refuse(`axis ${JSON.stringify(axes)}: only one axis is supported`);
    return generally({ axis: axes[0] });
  },
  write({ axis, name }, emit, [x], shape, generally) {
    const place = normalizeAxis(axis, shape.length + 1)! - 1;
    if (emit.dialect !== 'tfjs' || place === shape.length - 1) return generally({ nonNegative: true });
    // TensorFlow.js goes over the last axis alone.
    return alongLastAxis(emit, name, x, place, (last) =>
      emit.add('Softmax', name, [last], { config: { axis: -1 }, shape: last.shape, nonNegative: true }),
    );
  },
};
