import { useEffect } from 'preact/hooks';
import { useKeys, type KeyBinding } from '../../keys/keys.js';
import { resizedBox, type Corners, type LabelledBox, type Spot } from './boxes.js';
import { movedThing } from './paint.js';
import { strings } from './strings.js';
import { toolNames, tools, type Tool } from './tools.js';
import type { KeptWork } from './useWork.js';
import type { AnnotatedFile } from './work.js';

/** What `useBoxKeys` is given. */
export interface BoxKeys {
  readonly picture: AnnotatedFile | undefined;
  readonly label: number;
  readonly chosen: number;
  readonly kept: KeptWork;
  readonly onStep: (by: number) => void;
  readonly onClass: (label: number) => void;
  readonly onTool: (tool: Tool) => void;
  readonly onChange: (boxes: readonly LabelledBox[], chosen: number) => void;
  readonly onChoose: (index: number) => void;
}

const arrows = [
  ['ArrowLeft', -1, 0, strings.left],
  ['ArrowRight', 1, 0, strings.right],
  ['ArrowUp', 0, -1, strings.up],
  ['ArrowDown', 0, 1, strings.down],
] as const;

/** All of the page by keys: boxes are made, moved, resized, named and removed, pictures changed, steps undone. */
export function useBoxKeys({
  picture,
  label,
  chosen,
  kept,
  onStep,
  onClass,
  onTool,
  onChange,
  onChoose,
}: BoxKeys): void {
  const boxes = picture?.boxes ?? [];
  const remove = (): void =>
    onChange(
      boxes.filter((_, i) => i !== chosen),
      -1,
    );
  const add = (): void => {
    if (!picture) return;
    const { width, height } = picture;
    const box = [width / 4, height / 4, (3 * width) / 4, (3 * height) / 4].map(Math.round) as unknown as Corners;
    onChange([...boxes, { label, box }], boxes.length);
  };
  // Where no box is chosen, arrows scroll.
  const ofBox: readonly KeyBinding[] =
    chosen < 0 || !picture
      ? []
      : [
          ...arrows.map(([key, x, y, said]) => ({
            key,
            said,
            run: ({ shiftKey }: KeyboardEvent) => {
              const thing = boxes[chosen];
              const by: Spot = [x, y];
              // The box of what was painted is that of its pixels.
              if (shiftKey && thing.mask) return;
              const next = shiftKey
                ? { ...thing, box: resizedBox(thing.box, 'se', by, picture) }
                : movedThing(thing, by, picture);
              onChange(boxes.with(chosen, next), chosen);
            },
          })),
          { key: 'Delete', said: strings.remove, run: remove },
          { key: 'Backspace', said: strings.remove, run: remove },
          { key: 'Escape', said: strings.deselect, run: () => onChoose(-1) },
        ];
  const classes = Array.from({ length: 9 }, (_, i) => ({
    key: String(i + 1),
    said: { en: strings.chooseClass.en(String(i + 1)), ko: strings.chooseClass.ko(String(i + 1)) },
    run: () => onClass(i),
  }));
  useKeys([
    { key: 'b', said: strings.newBox, run: add },
    ...toolNames.map((tool) => ({ ...tools[tool], run: () => onTool(tool) })),
    { key: '[', said: strings.previous, run: () => onStep(-1) },
    { key: ']', said: strings.next, run: () => onStep(1) },
    { key: 'u', said: strings.undo, run: () => kept.undo?.() },
    { key: 'r', said: strings.redo, run: () => kept.redo?.() },
    ...classes,
    ...ofBox,
  ]);
  useEffect(() => {
    // As everywhere else: Control or Command with z. Fields undo what is typed in them.
    const listen = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return;
      if (event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      (event.shiftKey ? kept.redo : kept.undo)?.();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  });
}
