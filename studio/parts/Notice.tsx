import type { ComponentChildren, JSX } from 'preact';

/** What went wrong and what to do, where it went wrong. Also what is told without being wrong, as `note`. */
export function Notice({
  kind = 'error',
  children,
}: {
  kind?: 'error' | 'note';
  children: ComponentChildren;
}): JSX.Element {
  return (
    <p class={`notice ${kind}`} role={kind === 'error' ? 'alert' : 'status'}>
      <span aria-hidden="true">{kind === 'error' ? '!' : 'i'}</span>
      <span>{children}</span>
    </p>
  );
}
