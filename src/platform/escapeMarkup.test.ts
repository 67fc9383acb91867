import { expect, it } from 'vitest';
import { escapeMarkup } from './escapeMarkup.js';

it('makes text of what would be markup, between tags and in attributes', () => {
  expect(escapeMarkup(`<a href="x" title='y'>&amp;`)).toBe('&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;');
  expect(escapeMarkup('Wörter, 漢字, 🐈\n\ttabs')).toBe('Wörter, 漢字, 🐈\n\ttabs');
});

it('leaves out characters that XML does not have', () => {
  expect(escapeMarkup('a\u0000b\u001b[31mc\ufffe')).toBe('ab[31mc');
});
