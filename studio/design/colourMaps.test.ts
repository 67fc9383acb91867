import { describe, expect, it } from 'vitest';
import { colourMap, steps, type ColourMapName } from './colourMaps.js';
import { classColour } from './classPalette.js';
import { difference, hex, toLab, type Lab, type Rgb } from './oklab.js';
import { tokens, type Theme } from './tokens.js';

const themes: readonly Theme[] = ['dark', 'light'];
const maps: readonly ColourMapName[] = ['sequential', 'diverging', 'grey'];
const rgbOf = (colour: string): Rgb => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)) as unknown as Rgb;
const rgbs = (name: ColourMapName, theme: Theme): Rgb[] => {
  const map = colourMap(name, theme);
  return Array.from({ length: steps }, (_, i) => [...map.subarray(3 * i, 3 * i + 3)] as unknown as Rgb);
};

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(a: string, b: string): number {
  const [light, dark] = [a, b]
    .map((colour) => {
      const [r, g, bl] = rgbOf(colour).map((v) => (v <= 10 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * bl;
    })
    .sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

describe.each(themes)('on a %s ground', (theme) => {
  it.each(maps)('the colours of %s are equally far apart to the eye', (name) => {
    // Sixteen at a time, so that rounding to bytes does not count.
    const colours = rgbs(name, theme)
      .filter((_, i) => i % 16 === 0)
      .map(toLab);
    const distances = colours.slice(1).map((colour, i) => difference(colours[i], colour));
    const mean = (from: number, to: number): number =>
      distances.slice(from, to).reduce((a, b) => a + b, 0) / (to - from);
    const halves =
      name === 'diverging'
        ? [
            [0, 8],
            [8, 16],
          ]
        : [[0, 16]];
    for (const [from, to] of halves) {
      for (const distance of distances.slice(from, to)) {
        expect(distance / mean(from, to)).toBeGreaterThan(0.75);
        expect(distance / mean(from, to)).toBeLessThan(1.25);
      }
    }
  });

  it('signed data is of the ground’s colour at zero, and as strong below as above', () => {
    const colours = rgbs('diverging', theme);
    expect(hex(colours[128])).toBe(tokens[theme].ground);
    const ground = toLab(colours[128]);
    const [below, above] = [colours[0], colours[256]].map((colour) => difference(toLab(colour), ground));
    expect(Math.abs(below / above - 1)).toBeLessThan(0.2);
  });

  it('lightness only grows, or only falls, along sequential colours', () => {
    const lightness = rgbs('sequential', theme).map((colour) => toLab(colour)[0]);
    const falls = lightness[0] > lightness[256];
    for (let i = 8; i < steps; i += 8) expect(lightness[i] < lightness[i - 8]).toBe(falls);
  });

  it('text can be read: 4.5:1, and what can be used has an edge of 3:1', () => {
    const { ground, raised, hovered, ink, quiet, accent, onAccent, warning, edge } = tokens[theme];
    for (const behind of [ground, raised]) {
      for (const text of [ink, quiet, warning, accent]) expect(contrast(text, behind)).toBeGreaterThan(4.5);
      expect(contrast(edge, behind)).toBeGreaterThan(3);
    }
    expect(contrast(ink, hovered)).toBeGreaterThan(4.5);
    expect(contrast(onAccent, accent)).toBeGreaterThan(4.5);
  });

  it('classes are told apart by those who see two of three primaries, too, and each has a sign of its own', () => {
    const classes = Array.from({ length: 8 }, (_, i) => classColour(i, theme));
    const labs = classes.map(({ colour }) => toLab(rgbOf(colour)));
    const kinds = { all: (lab: Lab) => lab, 'red and green alike': ([l, , b]: Lab): Lab => [l, 0, b] };
    for (const seen of Object.values(kinds)) {
      const views = labs.map(seen);
      views.forEach((one, i) =>
        views.slice(i + 1).forEach((other) => expect(difference(one, other)).toBeGreaterThan(0.04)),
      );
    }
    expect(new Set(classes.map(({ sign }) => sign)).size).toBe(8);
    // Beyond eight the colours come again with other signs.
    expect(classColour(8, theme).colour).toBe(classes[0].colour);
    expect(classColour(8, theme).sign).not.toBe(classes[0].sign);
  });
});
