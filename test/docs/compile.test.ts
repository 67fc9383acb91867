import { expect, test } from 'vitest';
import { pages, programs } from './codeBlocks.js';
import { publicExamples } from './examples.js';
import { createProgram, typeErrors } from './sources.js';

test('every block of TypeScript in the README and the guides, and every example of a public name, compiles', () => {
  const { examples, program: sources } = publicExamples();
  const blocks = pages.flatMap(programs);
  const texts = new Map([
    ...blocks.map(({ name, text }) => [`${name}.ts`.replaceAll('/', '-'), `${text}\nexport {};`] as const),
    ...examples.map(({ name, text }) => [`${name}.ts`, text] as const),
  ]);
  const errors = [...typeErrors(createProgram(texts, sources), texts)].filter(([, messages]) => messages.length > 0);
  expect(Object.fromEntries(errors)).toEqual({});
});
