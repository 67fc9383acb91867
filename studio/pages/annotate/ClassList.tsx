import type { JSX } from 'preact';
import { classColour } from '../../design/classPalette.js';
import { theme } from '../../design/theme.js';
import { NameList, type NameListProps } from './NameList.js';
import { say } from './strings.js';

/** What `ClassList` is given. */
export interface ClassListProps extends Pick<NameListProps, 'names' | 'onRename' | 'onAdd' | 'onRemove'> {
  /** The class that is drawn. */
  readonly label: number;
  readonly onChoose: (label: number) => void;
}

/** The classes with their colours and signs: which is drawn, what they are called. */
export function ClassList({ label, onChoose, ...list }: ClassListProps): JSX.Element {
  return (
    <NameList
      {...list}
      title={say.classes}
      fieldSaid={say.className}
      removeSaid={say.removeClass}
      addSaid={say.addClass}
      mark={(i) => {
        const { colour, sign } = classColour(i, theme.value);
        return (
          <button
            type="button"
            aria-pressed={i === label}
            aria-label={say.drawClass(list.names[i])}
            style={{ color: colour }}
            onClick={() => onChoose(i)}
          >
            {sign}
          </button>
        );
      }}
    />
  );
}
