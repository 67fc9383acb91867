import { signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { language, type Language } from '../language/language.js';

/** What a key does. */
export interface KeyBinding {
  /** As `KeyboardEvent.key` says it: 'ArrowLeft', ' ', '[', '?'. */
  readonly key: string;
  readonly said: Readonly<Record<Language, string>>;
  readonly run: (event: KeyboardEvent) => void;
}

/** The keys of a component, as it was last drawn. */
interface BoundKeys {
  readonly current: readonly KeyBinding[];
}

const bound = signal<readonly BoundKeys[]>([]);

/** All bindings of what is open, the latest last. */
export function boundKeys(): readonly KeyBinding[] {
  return bound.value.flatMap(({ current }) => current);
}

/** Binds keys for as long as the component is shown; those bound last go first. */
export function useKeys(keys: readonly KeyBinding[]): void {
  const latest = useRef(keys);
  latest.current = keys;
  useLayoutEffect(() => {
    bound.value = [...bound.peek(), latest];
    return () => {
      bound.value = bound.peek().filter((one) => one !== latest);
    };
  }, []);
}

/** Listens to the keyboard. What is typed into fields, and keys with Control, Alt or Command, are left alone. */
export function startKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isField(event.target, event.key))
      return;
    const found = boundKeys().findLast(({ key }) => key === event.key);
    if (!found) return;
    event.preventDefault();
    found.run(event);
  });
}

/** A key as it is shown. */
export function keyName(key: string): string {
  const names: Readonly<Record<string, string>> = {
    ' ': language.value === 'ko' ? '스페이스' : 'Space',
    ArrowLeft: '←',
    ArrowRight: '→',
    ArrowUp: '↑',
    ArrowDown: '↓',
    Escape: 'Esc',
  };
  return names[key] ?? key;
}

/** Whether an element uses a key itself: what is written in, and space on what is pressed by it. */
function isField(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  if (target instanceof HTMLInputElement) {
    const isPressed = ['checkbox', 'radio', 'button', 'file'].includes(target.type);
    return isPressed ? key === ' ' || (target.type === 'radio' && key.startsWith('Arrow')) : true;
  }
  return (
    (target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement) && (key === ' ' || key === 'Enter')
  );
}
