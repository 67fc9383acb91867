import { describe, expect, it } from 'vitest';
import { layers, sequential, zoo } from 'striate';
import { blocksText, movedBlock, plannedLayers, readBlocks, usualBlocks } from './blocks.js';

describe('blocks', () => {
  it('are written as they are read', () => {
    for (const text of [usualBlocks, '', 'conv8,norm,globalaverage', 'dropout25,dense16']) {
      expect(blocksText(readBlocks(text)!)).toBe(text);
    }
  });

  it('refuses what is no block', () => {
    for (const text of ['conv', 'conv0', 'norm3', 'dense64,', 'dropout95', 'Conv8', 'constructor', 'conv8,'.repeat(17)])
      expect(readBlocks(text)).toBeUndefined();
  });

  it('move to another place', () => {
    const blocks = readBlocks('conv8,pool2,flatten')!;
    expect(blocksText(movedBlock(blocks, 0, 1))).toBe('pool2,conv8,flatten');
    expect(blocksText(movedBlock(blocks, 2, 0))).toBe('flatten,conv8,pool2');
  });

  it('of the beginning are the zoo’s mnist_cnn', () => {
    const made = plannedLayers(readBlocks(usualBlocks)!, [28, 28, 1], 10).map(({ factory, options }) =>
      (layers as unknown as Record<string, (options: object) => ReturnType<typeof layers.flatten>>)[factory](options),
    );
    const network = sequential({ layers: made, seed: 1 });
    const theirs = zoo.create('mnist_cnn', { seed: 1 });
    expect(network.layers.map((layer) => [layer.className, layer.config!()])).toEqual(
      theirs.layers.map((layer) => [layer.className, layer.config!()]),
    );
  });

  it('are laid out as a row before the first dense layer, and not twice', () => {
    const names = (text: string): string[] =>
      plannedLayers(readBlocks(text)!, [8, 8, 1], 2).map(({ factory }) => factory);
    expect(names('conv8,dense16')).toEqual(['conv2d', 'flatten', 'dense', 'dense']);
    expect(names('conv8,globalaverage')).toEqual(['conv2d', 'globalAveragePooling2d', 'dense']);
    expect(names('')).toEqual(['flatten', 'dense']);
  });
});
