import { expect, it } from 'vitest';
import { matchClassNames } from './matchClassNames.js';

const [composed, decomposed] = ['\u00c9t\u00e9', 'E\u0301te\u0301'];

it.each([
  ['in any order and among others', ['cat', 'dog'], ['dog', 'bird', 'cat'], [2, 0]],
  ['exactly before without case', ['A', 'B'], ['A', 'B', 'a', 'b'], [0, 1]],
  ['exactly, however alike others are', ['a', 'A'], ['A', 'a'], [1, 0]],
  ['composed and decomposed letters', [decomposed, 'Herbst'], ['Herbst', composed], [1, 0]],
  ['exactly before composed', [decomposed], [composed, decomposed], [1]],
  ['without case where it is unique', ['Cat', 'guinea_pig'], ['guinea pig', 'cat'], [1, 0]],
  [
    'words that plain objects know',
    ['toString', '__proto__', 'constructor'],
    ['constructor', '__proto__', 'toString'],
    [2, 1, 0],
  ],
  ['the same list, though a name is in it twice', ['crane', 'crane'], ['crane', 'crane'], [0, 1]],
])('brings names together: %s', (_, names, others, places) => {
  expect(matchClassNames(names, others)).toEqual({ places, complete: true, problems: [] });
});

it.each([
  ['a case that is not unique', ['cat'], ['Cat', 'CAT'], /'cat' could be 'Cat' or 'CAT'/],
  ['two names for one class', ['Cat', 'cAt'], ['cat', 'dog'], /'Cat' and 'cAt' would both be 'cat'/],
  ['a name that is there twice', ['crane', 'dog'], ['crane', 'crane', 'dog'], /2 classes are called 'crane'/],
  ['other punctuation', ['ice-cream'], ['ice cream'], /'ice-cream' is not spelled like 'ice cream'/],
  ['accents', ['cafe'], ['café'], /not spelled like 'café'/],
])('guesses nothing: %s', (_, names, others, problem) => {
  const match = matchClassNames(names, others);
  expect(match.complete).toBe(false);
  expect(match.places).toContain(undefined);
  expect(match.problems.join()).toMatch(problem);
});

it('keeps the class that is spelled exactly so when another could be it, too', () => {
  expect(matchClassNames(['cat', 'CAT'], ['cat', 'dog']).places).toEqual([0, undefined]);
});

it('knows classes by their other names', () => {
  const ids = ['n02012849', 'n03126707', 'n02123045'];
  const others = ['crane', 'crane', 'tabby'];
  expect(matchClassNames(['n02123045', 'n02012849'], others, ids).places).toEqual([2, 0]);
  expect(matchClassNames(['crane'], others, ids).problems).toEqual([
    "2 classes are called 'crane': call it n02012849 or n03126707",
  ]);
});

it('has nothing to say about names that have nothing in common', () => {
  expect(matchClassNames(['chat', '猫'], ['cat', '犬'])).toEqual({
    places: [undefined, undefined],
    complete: false,
    problems: [],
  });
});
