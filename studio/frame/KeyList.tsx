import { useEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { boundKeys, keyName } from '../keys/keys.js';
import { language } from '../language/language.js';
import { say } from './strings.js';

/** The keys that do something now. */
export function KeyList({ onClose }: { onClose: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current!.showModal(), []);
  const lines = new Map<string, string[]>();
  for (const { key, said } of boundKeys()) {
    const text = said[language.value];
    lines.set(text, [...(lines.get(text) ?? []), keyName(key)]);
  }
  return (
    <dialog
      ref={dialog}
      aria-labelledby="keys-title"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <h2 id="keys-title">{say.keys}</h2>
      <dl class="keys">
        {[...lines].map(([text, keys]) => (
          <div key={text}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <button type="button" class="main" onClick={onClose}>
        {say.close}
      </button>
    </dialog>
  );
}
