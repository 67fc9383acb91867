import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../graph/index.js';
import { layers } from './layers.js';
import { runLayer } from './runLayer.js';

const ones = { shape: [4, 500], values: new Array<number>(2000).fill(1) };

describe('Dropout', () => {
  it('drops the given share in training and scales the rest', () => {
    const { values } = runLayer(layers.dropout({ rate: 0.25 }), [ones], { training: true });
    expect(new Set(values)).toEqual(new Set([0, 1 / 0.75]));
    const dropped = values.filter((value) => value === 0).length / values.length;
    // Five standard deviations of a share of 2000 draws: 5 · √(0.25 · 0.75 / 2000) = 0.048.
    expect(Math.abs(dropped - 0.25)).toBeLessThan(0.048);
  });

  it('drops others in the next step, under another seed and in another layer; the same when asked again', () => {
    const drop = (name: string, step: number, seed: number): string =>
      runLayer(layers.dropout({ rate: 0.5, name }), [ones], { training: true, step, seed }).values.join('');
    const first = drop('a', 1, 1);
    expect(drop('a', 1, 1)).toBe(first);
    expect(drop('a', 2, 1)).not.toBe(first);
    expect(drop('a', 1, 2)).not.toBe(first);
    expect(drop('b', 1, 1)).not.toBe(first);
  });

  it('keeps to a seed of its own', () => {
    const drop = (seed: number): readonly number[] =>
      runLayer(layers.dropout({ rate: 0.5, seed: 7 }), [ones], { training: true, seed }).values;
    expect(drop(1)).toEqual(drop(2));
  });

  it('does nothing outside training or with rate 0', () => {
    expect(runLayer(layers.dropout({ rate: 0.5 }), [ones]).operators).toEqual([]);
    expect(runLayer(layers.dropout({ rate: 0 }), [ones], { training: true }).operators).toEqual([]);
  });

  it('refuses rates out of range and training without steps', () => {
    expect(() => layers.dropout({ rate: 1 })).toThrow(/dropout: rate must be a number from 0 and below 1; received 1/);
    expect(() => layers.dropout({ rate: -0.1 })).toThrow(/received -0\.1/);
    const graph = new GraphBuilder('g');
    const layer = layers.dropout({ rate: 0.5, name: 'd' });
    expect(() => layer.call({ graph, training: true, step: undefined }, [graph.input('x', [1])])).toThrow(
      /dropout 'd': needs the number of the training step/,
    );
  });
});
