import { useId, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { say } from './strings.js';
import type { Inside } from './tasks.js';

/** What `ClassChoice` is given. */
export interface ClassChoiceProps {
  readonly label: string;
  readonly inside: Inside;
  /** A class's name; empty for the one that is taken by itself. */
  readonly value: string;
  /** The class that is taken where none is named. */
  readonly otherwise: string;
  readonly onChange: (name: string) => void;
}

/** A class by its name, of all that the model knows, the likeliest offered first. */
export function ClassChoice({ label, inside, value, otherwise, onChange }: ClassChoiceProps): JSX.Element {
  const id = useId();
  // A thousand names are only put into the page when they may be looked for.
  const [isOpen, setOpen] = useState(false);
  const likeliest = inside.classes.map(({ name }) => name);
  const others = isOpen ? inside.labels.filter((name) => !likeliest.includes(name)) : [];
  return (
    <label class="row">
      <span class="label">{label}</span>
      <input
        type="search"
        class="inside-class"
        list={id}
        value={value}
        placeholder={otherwise}
        spellcheck={false}
        onFocus={() => setOpen(true)}
        onChange={(event) => {
          const name = event.currentTarget.value.trim();
          const found = inside.labels.find((one) => one.toLowerCase() === name.toLowerCase());
          if (name === '' || found !== undefined) onChange(found ?? '');
          else {
            event.currentTarget.setCustomValidity(say.noSuchClass(name));
            event.currentTarget.reportValidity();
            event.currentTarget.setCustomValidity('');
          }
        }}
      />
      <datalist id={id}>
        {[...likeliest, ...others].map((name, i) => (
          <option key={i} value={name} />
        ))}
      </datalist>
    </label>
  );
}
