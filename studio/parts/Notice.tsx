import type { ComponentChildren, JSX } from 'preact';
import { language } from '../language/language.js';
import { inKorean } from '../language/libraryErrors.js';
import { say } from './strings.js';

/** What went wrong and what to do, where it went wrong. Also what is told without being wrong, as `note`. */
export function Notice({
  kind = 'error',
  children,
}: {
  kind?: 'error' | 'note';
  children: ComponentChildren;
}): JSX.Element {
  const isForeign = kind === 'error' && language.value === 'ko' && typeof children === 'string' && isEnglish(children);
  const korean = isForeign ? inKorean(children) : undefined;
  return (
    <p class={`notice ${kind}`} role={kind === 'error' ? 'alert' : 'status'}>
      <span aria-hidden="true">{kind === 'error' ? '!' : 'i'}</span>
      {korean !== undefined ? (
        <span>{korean}</span>
      ) : isForeign ? (
        <span>
          {say.librarySays} <span lang="en">{children}</span>
        </span>
      ) : (
        <span>{children}</span>
      )}
    </p>
  );
}

/**
 * Whether a text is the library's: it puts its sentences together of rules, what was received and advice, in English alone, of
 * which `inKorean` knows those that are met most. What the studio says itself stands in its tables.
 */
function isEnglish(text: string): boolean {
  return /[a-z]{3}/i.test(text) && !/[\uac00-\ud7a3]/.test(text);
}
