import { normalizeAxis } from '../../../tensor/index.js';
import type { RowOf } from './kerasRow.js';
import type { LayerOptionsReader } from '../read/layerOptions.js';
import { callOf } from '../read/callArguments.js';
import { operationReads } from '../read/operationReads.js';
import { steepHardSigmoid } from '../read/readActivation.js';
import { alongLastAxis, expectOneAxis } from '../write/writeAxis.js';
import { slopeConfig, writeActivation } from '../write/writeActivations.js';

export const activation: RowOf<'Activation'> = {
  read(options, name, _, generally) {
    return options.activation() === 'steepHardSigmoid' ? steepHardSigmoid(name) : generally();
  },
  write: (layer, emit, [x]) => writeActivation(emit, layer, layer.activation, x, layer.name),
};

export const relu: RowOf<'ReLU'> = {
  read(options, name, inputs, generally) {
    // Around another point than 0 it is composed of several layers.
    return options.number('threshold', 0) === 0 ? generally() : operationReads.read(options, name, inputs, callOf([]));
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
    return generally({ axis: options.numbers('axis') ?? [-1] });
  },
  write(layer, emit, [x], shape, generally) {
    const { axis, name } = layer;
    expectOneAxis(emit, layer, axis);
    if (emit.dialect !== 'tfjs') return generally({ nonNegative: true });
    if (typeof axis !== 'number') throw emit.refuse(layer, 'its Softmax goes over one axis alone');
    const place = normalizeAxis(axis, shape.length + 1)! - 1;
    if (place === shape.length - 1) return generally({ nonNegative: true });
    // TensorFlow.js goes over the last axis alone.
    return alongLastAxis(emit, name, x, place, (last) =>
      emit.add('Softmax', name, [last], { config: { axis: -1 }, shape: last.shape, nonNegative: true }),
    );
  },
};
