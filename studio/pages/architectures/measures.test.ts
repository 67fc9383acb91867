import { zoo } from 'striate';
import { describe, expect, it } from 'vitest';
import { axisOf, formatCount, sorted } from './measures.js';
import type { ModelRow } from './models.js';
import { publishedAccuracy } from './published.js';

function row(name: string, more: Partial<ModelRow> = {}): ModelRow {
  const none = { zoo: undefined, file: undefined, facts: undefined, problem: undefined, time: undefined };
  return { ...none, name, title: name, accuracy: publishedAccuracy(name), ...more };
}

describe('the numbers of architectures', () => {
  it('sorts by any column; what is not known comes last either way, and pictures of other kinds are not mixed', () => {
    const rows = [row('lenet5', { time: 2 }), row('resnet18'), row('cifar_resnet20', { time: 9 }), row('vgg16')];
    const names = (...by: [Parameters<typeof sorted>[1], 'down' | 'up']): string[] =>
      sorted(rows, ...by).map(({ name }) => name);
    expect(names('accuracy', 'down')).toEqual(['vgg16', 'resnet18', 'cifar_resnet20', 'lenet5']);
    expect(names('time', 'up')).toEqual(['lenet5', 'cifar_resnet20', 'resnet18', 'vgg16']);
    expect(names('time', 'down')).toEqual(['cifar_resnet20', 'lenet5', 'resnet18', 'vgg16']);
    expect(names('name', 'up')).toEqual(['cifar_resnet20', 'lenet5', 'resnet18', 'vgg16']);
  });

  it('writes counts in three digits', () => {
    expect([0, 999, 25_557_032, 4_089_184_256, 999_600, 138_357_544].map(formatCount)).toEqual([
      '0',
      '999',
      '25.6 M',
      '4.09 G',
      '1.00 M',
      '138 M',
    ]);
  });

  it('puts round numbers on axes, as few as there is room for', () => {
    const wide = axisOf([56e6, 37e9], true, 12);
    expect(wide.ticks).toContain(2e8);
    expect(axisOf([56e6, 37e9], true, 4).ticks).toEqual([1e8, 1e9, 1e10]);
    expect(wide.place(56e6)).toBeGreaterThan(0);
    expect(wide.place(37e9)).toBeLessThan(1);
    expect(axisOf([56.5, 84.1], false, 7).ticks).toEqual([55, 60, 65, 70, 75, 80, 85]);
    // One value alone has an axis, too.
    expect(Number.isFinite(axisOf([3], true, 5).place(3))).toBe(true);
  });

  it('knows published accuracies of architectures that there are, and of nothing else', () => {
    const known = zoo.list().filter((name) => publishedAccuracy(name));
    expect(known.length).toBeGreaterThan(40);
    expect(publishedAccuracy('resnet50')).toEqual({
      top1: 76.13,
      on: 'ImageNet',
      source: 'torchvision, IMAGENET1K_V1',
    });
    expect(publishedAccuracy('toString')).toBeUndefined();
  });
});
