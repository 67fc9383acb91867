import { describe, expect, it } from 'vitest';
import { model } from '../models/index.js';
import { pytorchShapes } from '../weights/index.js';
import { detectionArchitectures, type DetectionName } from './detection.js';
import { segmentationArchitectures, type SegmentationName } from './segmentation.js';

/** The number of tensors in torchvision's state_dict (batch counters apart). */
const segmenters: Readonly<Record<SegmentationName, number>> = {
  lraspp_mobilenet_v3_large: 272,
  deeplabv3_mobilenet_v3_large: 306,
  deeplabv3_resnet50: 309,
  fcn_resnet50: 279,
};
const detectors: Readonly<Record<DetectionName, number>> = {
  ssdlite320_mobilenet_v3_large: 406,
  ssd300_vgg16: 71,
  fcos_resnet50_fpn: 319,
  retinanet_resnet50_fpn: 301,
};

describe('networks for masks', () => {
  it.each(Object.entries(segmenters))('%s has the published parameters, and torchvision’s tensors', (name, tensors) => {
    const row = segmentationArchitectures[name as SegmentationName];
    const net = row.create(name, { inputShape: [64, 64, 3] });
    expect(net.parameterCounts().parameters).toBe(row.parameters);
    expect(pytorchShapes(net).size).toBe(tensors);
    expect(net.outputShape).toEqual([64, 64, 21]);
  });

  it('leave the auxiliary head out where it is not wanted', () => {
    const net = segmentationArchitectures.fcn_resnet50.create('fcn', {
      inputShape: [64, 64, 3],
      auxiliary: false,
      classes: 3,
    });
    expect([...pytorchShapes(net).keys()].filter((name) => name.startsWith('aux'))).toEqual([]);
    expect(net.outputShape).toEqual([64, 64, 3]);
  });
});

describe('networks for boxes', () => {
  it.each(Object.entries(detectors))('%s has the published parameters, and torchvision’s tensors', (name, tensors) => {
    const row = detectionArchitectures[name as DetectionName];
    const net = row.create(name, name === 'ssd300_vgg16' ? {} : { inputShape: [64, 128, 3] });
    // What stays as it is in ResNet-50 counts as constants there.
    expect(net.parameterCounts().trainable).toBe(row.parameters);
    expect(pytorchShapes(net).size).toBe(tensors);
    expect(net.outputs[0].shape[1]).toBe(91);
    expect(net.outputs[1].shape).toEqual([net.outputs[0].shape[0], 4]);
  });

  it('have torchvision’s names where it cuts backbones', () => {
    const lite = pytorchShapes(detectionArchitectures.ssdlite320_mobilenet_v3_large.create('lite', {}));
    expect(lite.get('backbone.features.0.13.0.weight')).toEqual([672, 112, 1, 1]);
    expect(lite.get('backbone.features.1.0.2.fc1.weight')).toEqual([168, 672, 1, 1]);
    expect(lite.get('backbone.features.1.3.0.weight')).toEqual([480, 80, 1, 1]);
    const ssd = pytorchShapes(detectionArchitectures.ssd300_vgg16.create('ssd', {}));
    expect(ssd.get('backbone.scale_weight')).toEqual([512]);
    expect(ssd.get('backbone.extra.0.7.1.weight')).toEqual([1024, 512, 3, 3]);
  });

  it('SSD300 begins with its fourth stage’s map at 20, as torchvision does', () => {
    const { layers } = detectionArchitectures.ssd300_vgg16.create('ssd', {});
    const [{ variable }] = layers.find(({ name }) => name === 'backbone.rescale')!.weights;
    expect(variable.initialize()).toEqual(new Float32Array(512).fill(20));
  });
});

describe('what torchvision publishes as GFLOPS', () => {
  /** Billions of multiply-adds, from the meta data of torchvision's weights. */
  const published: Readonly<Record<DetectionName | SegmentationName, number>> = {
    ssdlite320_mobilenet_v3_large: 0.583,
    ssd300_vgg16: 34.858,
    fcos_resnet50_fpn: 128.207,
    retinanet_resnet50_fpn: 151.54,
    lraspp_mobilenet_v3_large: 2.086,
    deeplabv3_mobilenet_v3_large: 10.452,
    deeplabv3_resnet50: 178.722,
    fcn_resnet50: 152.717,
  };
  const thousandths = (count: number): number => Math.round(count / 1e6) / 1e3;

  it.each(Object.entries(detectionArchitectures))('is what %s computes', (name, row) => {
    // torchvision measures with a square picture, which its transforms enlarge to 800×800 for a pyramid.
    const inputShape = name.endsWith('_fpn') ? [800, 800, 3] : row.inputShape;
    const { multiplyAdds } = row.create(name, { inputShape }).summarize();
    expect(multiplyAdds).toBe(row.multiplyAdds);
    expect(thousandths(multiplyAdds)).toBe(published[name as DetectionName]);
  });

  it.each(Object.entries(segmentationArchitectures))(
    'is what %s computes, its auxiliary head included',
    (name, row) => {
      const { inputs, outputs, topology } = row.create(name, {});
      // A prediction leaves that head out here; torchvision computes it always.
      const all = [...outputs, ...topology.auxiliaries.map(({ output }) => output)];
      const { multiplyAdds } = model({ inputs, outputs: all }).summarize();
      expect(multiplyAdds).toBe(row.multiplyAdds);
      expect(thousandths(multiplyAdds)).toBe(published[name as SegmentationName]);
    },
  );
});
