import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../graph/index.js';
import { layers } from './layers.js';
import { runLayer } from './runLayer.js';

const ones = { shape: [400, 3], values: new Array<number>(1200).fill(1) };

describe('StochasticDepth', () => {
  it('drops whole examples in training and scales the rest', () => {
    const { values } = runLayer(layers.stochasticDepth({ rate: 0.25 }), [ones], { training: true });
    const examples = Array.from({ length: 400 }, (_, i) => values.slice(3 * i, 3 * i + 3));
    expect(examples.every(([a, b, c]) => a === b && b === c)).toBe(true);
    expect(new Set(values)).toEqual(new Set([0, 1 / 0.75]));
    const dropped = examples.filter(([value]) => value === 0).length / examples.length;
    // Five standard deviations of a share of 400 draws: 5 · √(0.25 · 0.75 / 400) = 0.108.
    expect(Math.abs(dropped - 0.25)).toBeLessThan(0.108);
  });

  it('drops others in the next step and in another layer; the same when asked again', () => {
    const drop = (name: string, step: number): string =>
      runLayer(layers.stochasticDepth({ rate: 0.5, name }), [ones], { training: true, step }).values.join('');
    const first = drop('a', 1);
    expect(drop('a', 1)).toBe(first);
    expect(drop('a', 2)).not.toBe(first);
    expect(drop('b', 1)).not.toBe(first);
  });

  it('does nothing outside training or with rate 0', () => {
    expect(runLayer(layers.stochasticDepth({ rate: 0.5 }), [ones]).operators).toEqual([]);
    expect(runLayer(layers.stochasticDepth({ rate: 0 }), [ones], { training: true }).operators).toEqual([]);
  });

  it('refuses rates out of range and training without steps', () => {
    expect(() => layers.stochasticDepth({ rate: 1 })).toThrow(
      /stochasticDepth: rate must be a number from 0 and below 1; received 1/,
    );
    const graph = new GraphBuilder('g');
    const layer = layers.stochasticDepth({ rate: 0.5, name: 'd' });
    expect(() => layer.call({ graph, training: true, step: undefined }, [graph.input('x', [1])])).toThrow(
      /stochasticDepth 'd': needs the number of the training step/,
    );
  });
});
