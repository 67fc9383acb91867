import { useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { Group } from '../../parts/controls.js';
import { Notice } from '../../parts/Notice.js';
import { useDrop } from '../../pictures/dropping.js';
import { server } from '../../server/studioServer.js';
import { isModelFile, keepModel, modelAccept, modelEndings } from '../../models/readableModel.js';
import { nothingChosen, type InsideState } from './state.js';
import { say } from './strings.js';

/** Models to pick from: the studio's, the server's, the user's own. */
export function ModelPicker({ state, name }: { state: InsideState; name: string }): JSX.Element {
  const file = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState('');
  const value = state.values.value.model;
  const served = server.value?.model?.name.replace(modelEndings, '');
  const offered = [
    ['digits', say.digits] as const,
    ...(served === undefined ? [] : [[served, served] as const]),
    ...(server.value?.data && !served?.startsWith('squeezenet1_1')
      ? [['squeezenet1_1', 'SqueezeNet 1.1'] as const]
      : []),
  ];
  const open = (model: string): void => state.change({ model, prepare: 'auto', ...nothingChosen });
  const take = (given: File): void => {
    keepModel(given, given.name).then(
      ({ hash }) => {
        setProblem('');
        open(`file:${hash}`);
      },
      (error: unknown) => setProblem((error as Error).message),
    );
  };
  const over = useDrop(isModelFile, ([{ file: dropped }]) => take(dropped));
  return (
    <Group title={say.model}>
      <p class="inside-model">{name}</p>
      <div class="buttons">
        {offered.map(([one, said]) => (
          <button key={one} type="button" aria-pressed={value === one} onClick={() => open(one)}>
            {said}
          </button>
        ))}
        <button type="button" onClick={() => file.current!.click()}>
          {say.openModel}
        </button>
      </div>
      <input
        ref={file}
        type="file"
        accept={modelAccept}
        aria-label={say.openModel}
        hidden
        onChange={(event) => {
          const [picked] = event.currentTarget.files ?? [];
          if (picked) take(picked);
        }}
      />
      {problem !== '' && <Notice>{problem}</Notice>}
      <p class={`hint${over ? ' over' : ''}`}>{say.modelHint}</p>
    </Group>
  );
}
