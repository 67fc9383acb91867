import { describe, expect, it } from 'vitest';
import type { LayerTexts } from '../src/explain/architecture/layerText.js';
import { kerasBytes } from '../src/formats/keras/write/exportKeras.js';
import type { KerasRows, RowOf } from '../src/formats/keras/rows/kerasRow.js';
import { exportOnnx } from '../src/formats/onnx/export/exportOnnx.js';
import type { ExportRows } from '../src/formats/onnx/export/exportRows.js';
import { Layer, layers, traitsOf, type LayerContext } from '../src/layers/index.js';
import type { Node } from '../src/graph/index.js';
import { sequential } from '../src/models/index.js';
import type { PytorchRows } from '../src/weights/pytorchWeights.js';
import type { Shape } from '../src/tensor/index.js';
import { allLayers } from './allLayers.js';

describe('a row that is left out of a table about layers does not compile', () => {
  // The type checker is the test: an expected error that does not come is one.
  const tables = {
    // @ts-expect-error a class that Keras has under other names of options needs a row
    keras: (rest: Omit<KerasRows, 'LeakyReLU'>): KerasRows => rest,
    // @ts-expect-error a class that Keras does not have needs a reason
    kerasReason: (rest: Omit<KerasRows, 'Affine'>): KerasRows => rest,
    // @ts-expect-error Dense has no weight of this name
    kerasWeights: { weightNames: { gamma: 'gamma' } } satisfies RowOf<'Dense'>,
    // @ts-expect-error every class that does something outside training is to be written
    onnx: (rest: Omit<ExportRows, 'ReLU'>): ExportRows => rest,
    // @ts-expect-error every class with weights has PyTorch's names for them, or a reason
    pytorch: (rest: Omit<PytorchRows, 'Conv2D'>): PytorchRows => rest,
    pytorchWeight: (rest: Omit<PytorchRows, 'Dense'>, kernel: Extract<PytorchRows['Dense'], object>): PytorchRows => ({
      ...rest,
      // @ts-expect-error the bias has no row
      Dense: { kernel: (kernel as { kernel: never }).kernel },
    }),
    // @ts-expect-error every class that does something outside training is drawn
    drawing: (rest: Omit<LayerTexts, 'Add'>): LayerTexts => rest,
  };

  it('in any of them', () => {
    expect(Object.keys(tables)).toHaveLength(7);
  });

  it('and is not asked for where the class says enough', () => {
    const enough = {
      keras: (rest: Omit<KerasRows, 'Add'>): KerasRows => rest,
      onnx: (rest: Omit<ExportRows, 'Dropout'>): ExportRows => rest,
      pytorch: (rest: Omit<PytorchRows, 'ReLU'>): PytorchRows => rest,
      drawing: (rest: Omit<LayerTexts, 'Dropout'>): LayerTexts => rest,
    };
    expect(Object.keys(enough)).toHaveLength(4);
  });
});

describe('what a class says of its layers', () => {
  it('names the weights that they add', () => {
    for (const layer of allLayers().layers) {
      const names = layer.weights.map(({ name }) => name);
      expect(traitsOf(layer).weightNames ?? [], layer.className).toEqual(expect.arrayContaining(names));
    }
  });
});

describe('classes of the user’s own', () => {
  /** Called like one of Striate's, and something else. */
  class Twice extends Layer {
    readonly className = 'ReLU';
    outputShape([shape]: readonly Shape[]): Shape {
      return shape;
    }
    call(_: LayerContext, [x]: readonly Node[]): Node {
      return x;
    }
  }

  it('have no rows, whatever they are called, and the tables say so', async () => {
    const model = sequential([layers.dense({ units: 2, inputShape: [3] }), new Twice({ name: 'twice' })]);
    await expect(kerasBytes(model, 'keras')).rejects.toThrow(
      /layer 'twice' \(ReLU\) cannot be written for Keras: it is of a class of your own/,
    );
    await expect(exportOnnx(model)).rejects.toThrow(/layer 'twice' is of a class of your own, ReLU/);
  });
});
