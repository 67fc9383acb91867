import type { JSX } from 'preact';
import { classColour } from '../../design/classPalette.js';
import { theme } from '../../design/theme.js';
import { Group } from '../../parts/controls.js';
import { say } from './strings.js';

/** What `ClassList` is given. */
export interface ClassListProps {
  readonly classNames: readonly string[];
  /** The class that is drawn. */
  readonly label: number;
  readonly onChoose: (label: number) => void;
  readonly onRename: (label: number, name: string) => void;
  readonly onAdd: () => void;
  readonly onRemove: (label: number) => void;
}

/** The classes with their colours and signs: which is drawn, what they are called. */
export function ClassList(props: ClassListProps): JSX.Element {
  const { classNames, label, onChoose, onRename, onAdd, onRemove } = props;
  return (
    <Group title={say.classes}>
      {classNames.map((name, i) => {
        const { colour, sign } = classColour(i, theme.value);
        return (
          <div key={i} class="annotate-class">
            <button
              type="button"
              aria-pressed={i === label}
              aria-label={say.drawClass(name)}
              style={{ color: colour }}
              onClick={() => onChoose(i)}
            >
              {sign}
            </button>
            <input
              type="text"
              aria-label={say.className(i + 1)}
              value={name}
              maxLength={60}
              onChange={({ currentTarget }) => {
                const wanted = currentTarget.value.trim();
                // Two classes of one name could not be told apart in files.
                if (wanted !== '' && !classNames.includes(wanted)) onRename(i, wanted);
                else currentTarget.value = name;
              }}
            />
            <button
              type="button"
              class="quiet"
              aria-label={say.removeClass(name)}
              disabled={classNames.length === 1}
              onClick={() => onRemove(i)}
            >
              ×
            </button>
          </div>
        );
      })}
      <div class="buttons">
        <button type="button" onClick={onAdd}>
          {say.addClass}
        </button>
      </div>
    </Group>
  );
}
