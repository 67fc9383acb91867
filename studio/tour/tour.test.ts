import { describe, expect, it } from 'vitest';
import { languages } from '../language/language.js';
import { tourSteps } from './tour.js';

/** Which page has which steps of the textbook's S1 to S16 (docs/studio.md): twenty-four. */
const planned: Readonly<Record<string, readonly number[]>> = {
  convolve: [1.1, 1.2, 1.3, 2.1, 2.2, 2.3],
  train: [3.1, 4.1, 14.1],
  mistakes: [5.1, 13.1, 13.2],
  architectures: [6.1, 7.1, 8.1, 9.1, 10.1, 11.1, 12.1],
  inside: [15.1, 15.2, 15.3, 15.4],
  annotate: [16.1, 16.2],
};

describe('the tour', () => {
  it('has each step once, in the order of the textbook, on the page that shows it', () => {
    const steps = tourSteps();
    for (const { order, page } of steps) expect(planned[page], `${page} ${order}`).toContain(order);
    const all = Object.values(planned).flat();
    expect(all.length).toBe(25);
    expect(steps.map(({ order }) => order)).toEqual(all.toSorted((a, b) => a - b));
  });

  it.each(languages)('says all that a step says, shortly, in %s', (language) => {
    for (const { order, text } of tourSteps()) {
      const { say, try: toDo, why } = text[language];
      for (const said of [say, toDo, why]) expect(said.trim(), String(order)).not.toBe('');
      // One sentence, two at most; the bar has three lines on a phone.
      expect(say.length, `${order}: ${say}`).toBeLessThan(180);
      if (language === 'ko') expect(`${say}${toDo}${why}`).toMatch(/[\uac00-\ud7a3]/);
    }
  });
});
