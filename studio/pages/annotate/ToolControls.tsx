import type { JSX } from 'preact';
import { language } from '../../language/language.js';
import { Choice, Slider } from '../../parts/controls.js';
import { say } from './strings.js';
import { toolNames, tools, type Tool } from './tools.js';

/** What `ToolControls` is given. */
export interface ToolControlsProps {
  readonly tool: Tool;
  /** The brush's width in pixels of the picture. */
  readonly size: number;
  /** Whether a thing is chosen, to which what is painted is added. */
  readonly isChosen: boolean;
  readonly onTool: (tool: Tool) => void;
  readonly onSize: (size: number) => void;
  readonly onNew: () => void;
}

/** What the pointer draws with. */
export function ToolControls({ tool, size, isChosen, onTool, onSize, onNew }: ToolControlsProps): JSX.Element {
  return (
    <div class="annotate-tools">
      <Choice
        label={say.tool}
        options={toolNames.map((one) => [one, tools[one].said[language.value]] as const)}
        value={tool}
        onChange={onTool}
      />
      {(tool === 'brush' || tool === 'eraser') && (
        <Slider label={say.brushSize} value={size} least={2} most={120} by={2} write={String} onChange={onSize} />
      )}
      {tool !== 'box' && (
        <button type="button" disabled={!isChosen} onClick={onNew}>
          {say.newThing}
        </button>
      )}
    </div>
  );
}
