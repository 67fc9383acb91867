import type { ComponentChildren, JSX } from 'preact';
import { Group } from '../../parts/controls.js';

/** What `NameList` is given. */
export interface NameListProps {
  readonly title: string;
  readonly names: readonly string[];
  /** What stands before a name. */
  readonly mark: (index: number) => ComponentChildren;
  /** What is said of a name's field, of what takes the name away, and of what adds one. */
  readonly fieldSaid: (n: number) => string;
  readonly removeSaid: (name: string) => string;
  readonly addSaid: string;
  readonly onRename: (index: number, name: string) => void;
  readonly onAdd: () => void;
  readonly onRemove: (index: number) => void;
  /** What stands below. */
  readonly children?: ComponentChildren;
}

/** Names that are changed, added and taken away; no two are alike, and one stays. */
export function NameList(props: NameListProps): JSX.Element {
  const { title, names, mark, fieldSaid, removeSaid, addSaid, onRename, onAdd, onRemove, children } = props;
  return (
    <Group title={title}>
      {names.map((name, i) => (
        <div key={i} class="annotate-class">
          {mark(i)}
          <input
            type="text"
            aria-label={fieldSaid(i + 1)}
            value={name}
            maxLength={60}
            onChange={({ currentTarget }) => {
              const wanted = currentTarget.value.trim();
              // Two of one name could not be told apart in files.
              if (wanted !== '' && !names.includes(wanted)) onRename(i, wanted);
              else currentTarget.value = name;
            }}
          />
          <button
            type="button"
            class="quiet"
            aria-label={removeSaid(name)}
            disabled={names.length === 1}
            onClick={() => onRemove(i)}
          >
            ×
          </button>
        </div>
      ))}
      <div class="buttons">
        <button type="button" onClick={onAdd}>
          {addSaid}
        </button>
      </div>
      {children}
    </Group>
  );
}
