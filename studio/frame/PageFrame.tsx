import { useRef, useState } from 'preact/hooks';
import type { ComponentChildren, JSX } from 'preact';
import { useKeys } from '../keys/keys.js';
import { TourBar } from '../tour/TourBar.js';
import { say } from './strings.js';

/** What `PageFrame` is given. */
export interface PageFrameProps {
  readonly title: string;
  /** What can be done here. */
  readonly sentence: string;
  /** What is looked at: the picture, the model, the layer. A sheet from below on a phone. */
  readonly what: ComponentChildren;
  /** Why: the number under the pointer, and where it came from. A strip above the status line on a phone. */
  readonly why: ComponentChildren;
  /** What plays, under the thing itself. */
  readonly below?: ComponentChildren;
  /** The thing itself. */
  readonly children: ComponentChildren;
}

/** A page's three columns: what, the thing itself, why. */
export function PageFrame({ title, sentence, what, why, below, children }: PageFrameProps): JSX.Element {
  const [sheet, setSheet] = useState(false);
  const choices = useRef<HTMLElement>(null);
  const toChoices = (): void => {
    setSheet(true);
    // On a phone the sheet must be up before what is in it takes the focus.
    requestAnimationFrame(() => firstControl(choices.current!)?.focus());
  };
  useKeys([
    { key: '/', said: { en: 'choose a picture, a model', ko: '그림이나 모델 고르기' }, run: toChoices },
    ...(sheet ? [{ key: 'Escape', said: { en: 'close the sheet', ko: '시트 닫기' }, run: () => setSheet(false) }] : []),
  ]);
  return (
    <>
      <aside ref={choices} class={`what${sheet ? ' open' : ''}`} aria-label={say.what}>
        {what}
        <button type="button" class="sheet-close main" onClick={() => setSheet(false)}>
          {say.close}
        </button>
      </aside>
      <main id="page" tabIndex={-1}>
        <TourBar />
        <header class="page-head">
          <h1>{title}</h1>
          <p>{sentence}</p>
          <button type="button" class="sheet-open" aria-expanded={sheet} onClick={() => setSheet(!sheet)}>
            {say.change}
          </button>
        </header>
        {/* A screen that is too small for it scrolls, by keys as well. */}
        <div class="thing" tabIndex={0} role="group" aria-label={title}>
          {children}
        </div>
        {below !== undefined && <div class="below">{below}</div>}
      </main>
      <aside class="why" aria-label={say.why} tabIndex={0}>
        {why}
      </aside>
    </>
  );
}

/** What is searched in, or else the first thing that can be chosen. */
function firstControl(panel: HTMLElement): HTMLElement | null {
  const shown = ':not([hidden]):not([disabled]):not([tabindex="-1"])';
  return (
    panel.querySelector<HTMLElement>(`input[type=search]${shown}`) ??
    panel.querySelector<HTMLElement>(
      ['button', 'input', 'select', '[tabindex="0"]'].map((one) => one + shown).join(', '),
    )
  );
}
