import { computed, signal } from '@preact/signals';
import { tokens, type Theme } from './tokens.js';

const chosen = signal<Theme | undefined>(undefined);
const system = signal<Theme>('light');

/** The theme that is shown: the one chosen, or else the system's. */
export const theme = computed<Theme>(() => chosen.value ?? system.value);

/** Whether movement is to be left out, as the system's setting asks. */
export const calm = signal(false);

const stored = 'striate-theme';

/** Follows the system's theme and what was chosen before, and writes the colours where style sheets read them. */
export function startTheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const reduced = matchMedia('(prefers-reduced-motion: reduce)');
  const follow = (): void => {
    system.value = dark.matches ? 'dark' : 'light';
    calm.value = reduced.matches;
  };
  dark.addEventListener('change', follow);
  reduced.addEventListener('change', follow);
  follow();
  const before = localStorage.getItem(stored);
  if (before === 'dark' || before === 'light') chosen.value = before;
  theme.subscribe((now) => {
    const { style, dataset } = document.documentElement;
    dataset.theme = now;
    style.colorScheme = now;
    for (const [name, colour] of Object.entries(tokens[now])) {
      style.setProperty(`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, colour as string);
    }
  });
}

/** Changes to the other theme, and remembers it. */
export function toggleTheme(): void {
  chosen.value = theme.value === 'dark' ? 'light' : 'dark';
  localStorage.setItem(stored, chosen.value);
}
