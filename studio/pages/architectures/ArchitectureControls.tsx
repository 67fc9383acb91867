import { useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { isCancelled } from '../../engine/engineThread.js';
import { Choice, Group, Select } from '../../parts/controls.js';
import { formatDuration } from '../../parts/formatNumber.js';
import { Notice } from '../../parts/Notice.js';
import { useDrop } from '../../pictures/dropping.js';
import { isModelFile, modelAccept } from '../../models/readableModel.js';
import { addModel, engine, forgetModel, measureModel, type ModelRow } from './models.js';
import { costs, type ArchitecturesState } from './state.js';
import { say } from './strings.js';
import type { MeasuredFrames } from './tasks.js';

/** What `ArchitectureControls` is given. */
export interface ArchitectureControlsProps {
  readonly state: ArchitecturesState;
  readonly rows: readonly ModelRow[];
  readonly compared: readonly ModelRow[];
  readonly onToggle: (name: string) => void;
  readonly onAdd: (name: string) => void;
}

/** What is compared, how it is plotted, what was dropped, and measuring on this device. */
export function ArchitectureControls(props: ArchitectureControlsProps): JSX.Element {
  const { state, compared, onToggle } = props;
  const { by, on, view } = state.values.value;
  return (
    <>
      <Group title={say.compared}>
        {compared.length === 0 && <p class="hint">{say.none}</p>}
        {compared.map(({ name, title }) => (
          <div key={name} class="row">
            <span class="architectures-name">{title}</span>
            <button type="button" class="quiet" aria-label={say.remove(title)} onClick={() => onToggle(name)}>
              ×
            </button>
          </div>
        ))}
        <Choice
          label={say.drawnAs}
          options={[
            ['blocks', say.asBlocks],
            ['picture', say.asPicture],
          ]}
          value={view}
          onChange={(next) => state.change({ view: next })}
        />
      </Group>
      <Group title={say.plot}>
        <Select
          label={say.against}
          options={costs.map((cost) => [cost, say[`by ${cost}`]] as const)}
          value={by}
          onChange={(next) => state.change({ by: next })}
        />
        <Choice
          label={say.measuredOn}
          options={[
            ['imagenet', 'ImageNet'],
            ['cifar-10', 'CIFAR-10'],
          ]}
          value={on}
          onChange={(next) => state.change({ on: next })}
        />
      </Group>
      <DroppedModels {...props} />
      <Measuring compared={compared} />
    </>
  );
}

function DroppedModels({ rows, state, onAdd }: ArchitectureControlsProps): JSX.Element {
  const file = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState('');
  const take = (given: File): void => {
    addModel(given, given.name).then(
      (name) => {
        setProblem('');
        onAdd(name);
      },
      (error: unknown) => setProblem((error as Error).message),
    );
  };
  const over = useDrop(isModelFile, (files) => files.forEach((one) => take(one.file)));
  const forget = (row: ModelRow): void => {
    const { models } = state.values.peek();
    state.change({ models: models.filter((name) => name !== row.name), at: '', block: '' });
    forgetModel(row).catch((error: unknown) => setProblem((error as Error).message));
  };
  return (
    <Group title={say.yours}>
      {rows
        .filter((row) => row.file)
        .map((row) => (
          <div key={row.name} class="row">
            <span class="architectures-name">{row.title}</span>
            <button type="button" class="quiet" aria-label={say.forget(row.title)} onClick={() => forget(row)}>
              ×
            </button>
          </div>
        ))}
      <div class="buttons">
        <button type="button" onClick={() => file.current!.click()}>
          {say.choose}
        </button>
      </div>
      <input
        ref={file}
        type="file"
        accept={modelAccept}
        aria-label={say.choose}
        hidden
        onChange={({ currentTarget }) => {
          for (const picked of currentTarget.files ?? []) take(picked);
          currentTarget.value = '';
        }}
      />
      {problem !== '' && <Notice>{problem}</Notice>}
      <p class={`hint${over ? ' over' : ''}`}>{say.dropHere}</p>
    </Group>
  );
}

function Measuring({ compared }: { compared: readonly ModelRow[] }): JSX.Element {
  const [running, setRunning] = useState<{ readonly what: string; readonly abort: AbortController }>();
  const [problem, setProblem] = useState('');
  const [frames, setFrames] = useState<MeasuredFrames>();
  const run = async (work: (abort: AbortController) => Promise<void>): Promise<void> => {
    const abort = new AbortController();
    setProblem('');
    try {
      await work(abort);
    } catch (error) {
      if (!isCancelled(error)) setProblem((error as Error).message);
    } finally {
      setRunning(undefined);
    }
  };
  const measureAll = (): Promise<void> =>
    run(async (abort) => {
      for (const row of compared) {
        setRunning({ what: row.title, abort });
        await measureModel(row, abort.signal);
      }
    });
  const measureFrames = (): Promise<void> =>
    run(async (abort) => {
      setRunning({ what: 'mobilenet_v2', abort });
      setFrames(await engine.frames(undefined, { signal: abort.signal }));
    });
  return (
    <Group title={say.here}>
      <div class="buttons">
        <button
          type="button"
          disabled={running !== undefined || compared.length === 0}
          onClick={() => void measureAll()}
        >
          {say.measure}
        </button>
        <button type="button" disabled={running !== undefined} onClick={() => void measureFrames()}>
          {say.frameTest}
        </button>
        {running && (
          <button type="button" onClick={() => running.abort.abort()}>
            {say.stop}
          </button>
        )}
      </div>
      <p class="hint" role="status">
        {running
          ? say.measuring(running.what)
          : frames &&
            say.frameResult(
              formatDuration(frames.milliseconds),
              formatDuration(frames.preparing),
              String(Math.round(1000 / frames.milliseconds)),
            )}
      </p>
      <p class="hint">{say.frameHint}</p>
      {problem !== '' && <Notice>{problem}</Notice>}
    </Group>
  );
}
