import { describe, expect, it } from 'vitest';
import { encodeSafetensors } from '../tensor/safetensors.js';
import { preparePicture } from '../pictures/index.js';
import { pytorchShapes } from '../weights/index.js';
import { zeros } from '../tensor/index.js';
import { decodeBoxes, encodeBoxes } from './boxCoder.js';
import { createDetector, createSegmenter } from './index.js';

/** A picture of stripes, wider than tall. */
const picture = {
  width: 90,
  height: 60,
  data: Uint8ClampedArray.from({ length: 4 * 90 * 60 }, (_, i) => (i % 4 === 3 ? 255 : (i * 37) % 251)),
};

describe('a detector', () => {
  it('gives boxes of the picture, with names', async () => {
    const detector = createDetector('ssdlite320_mobilenet_v3_large', {
      classes: ['cat', 'dog'],
      inputShape: [64, 96, 3],
    });
    expect(detector.classNames).toEqual(['__background__', 'cat', 'dog']);
    const found = await detector.detect(picture, { scoreThreshold: 0.2, maxDetections: 7 });
    expect(found).toHaveLength(7);
    const x = preparePicture(picture, detector.preprocessing);
    const inside = detector.decode(await detector.model.predictAll(x.reshape([1, 64, 96, 3])), {
      scoreThreshold: 0.2,
      maxDetections: 7,
    });
    found.forEach(({ label, name, score, box }, i) => {
      expect(name).toBe(detector.classNames[label]);
      expect(score).toBe(inside[i].score);
      // The picture was stretched to 96×64.
      const [x1, y1, x2, y2] = inside[i].box;
      [(x1 * 90) / 96, (y1 * 60) / 64, (x2 * 90) / 96, (y2 * 60) / 64].forEach((edge, side) =>
        expect(box[side]).toBeCloseTo(edge, 4),
      );
    });
  });

  it('undoes the margins of a picture that was brought in whole', async () => {
    const detector = createDetector('fcos_resnet50_fpn', { classes: 2, inputShape: [64, 64, 3] });
    const found = await detector.detect(picture, { scoreThreshold: 0, maxDetections: 20 });
    for (const { box } of found) {
      expect(Math.min(...box)).toBeGreaterThanOrEqual(0);
      expect(box[2]).toBeLessThanOrEqual(90);
      expect(box[3]).toBeLessThanOrEqual(60);
    }
    // At first nothing is known, so that boxes begin and end everywhere, and beyond the picture's edges they are cut.
    expect(Math.max(...found.map(({ box }) => box[2]))).toBeGreaterThan(45);
  });

  it('refuses what it does not know', async () => {
    expect(() => createDetector('yolo' as 'ssd300_vgg16')).toThrow(/createDetector: name must be one of ssdlite320/);
    expect(() => createDetector('ssd300_vgg16', { classes: 1 })).toThrow(/classes must be a whole number from 2/);
    expect(() => createDetector('ssd300_vgg16', { classes: ['a', 'a'] })).toThrow(/classes must be names, each once/);
    const small = { inputShape: [64, 64, 3] };
    const lite = createDetector('ssdlite320_mobilenet_v3_large', { ...small, classes: 4 });
    await expect(lite.detect(picture, { scoreThreshold: 2 })).rejects.toThrow(/detect: scoreThreshold must be/);
    const weights = encodeSafetensors(
      new Map([...pytorchShapes(lite.model)].map(([name, shape]) => [name, zeros(shape)])),
      { format: 'pt' },
    );
    await expect(createDetector('ssdlite320_mobilenet_v3_large', { ...small, classes: 5, weights })).rejects.toThrow(
      /does not have the weights of 'ssdlite320_mobilenet_v3_large'; received 12 tensors missing or of another shape/,
    );
    const again = await createDetector('ssdlite320_mobilenet_v3_large', { ...small, classes: 4, weights });
    const [kernel] = (await again.model.getWeights()).values();
    expect(kernel.data.every((value) => value === 0)).toBe(true);
  });
});

describe('a segmenter', () => {
  it('says of each pixel of the picture what it belongs to', async () => {
    const segmenter = createSegmenter('lraspp_mobilenet_v3_large', {
      classes: ['sky', 'road'],
      inputShape: [64, 64, 3],
    });
    const { height, width, labels, areas, mask, classNames } = await segmenter.segment(picture);
    expect([height, width, labels.length]).toEqual([60, 90, 5400]);
    expect(classNames).toEqual(['__background__', 'sky', 'road']);
    expect(areas.reduce((a, b) => a + b)).toBe(5400);
    areas.forEach((area, label) => expect(mask(label).area).toBe(area));
  });

  it('takes the scores as they are where the picture has the network’s size', async () => {
    const segmenter = createSegmenter('lraspp_mobilenet_v3_large', { classes: 3, inputShape: [60, 90, 3] });
    const { labels } = await segmenter.segment(picture);
    const x = preparePicture(picture, segmenter.preprocessing);
    const { data } = await segmenter.model.predict(x.reshape([1, 60, 90, 3]));
    labels.forEach((label, i) => {
      const pixel = data.subarray(3 * i, 3 * i + 3);
      expect(label).toBe(pixel.indexOf(Math.max(...pixel)));
    });
  });
});

it('boxes are coded and decoded', () => {
  const defaults = Float32Array.of(0, 0, 10, 20, 5, 5, 25, 15);
  const boxes = Float32Array.of(2, 3, 9, 30, 4, 4, 40, 12);
  const codes = encodeBoxes(boxes, defaults, [10, 10, 5, 5]);
  decodeBoxes(codes, defaults, Int32Array.of(0, 1), [10, 10, 5, 5]).forEach((edge, i) =>
    expect(edge).toBeCloseTo(boxes[i], 4),
  );
});
