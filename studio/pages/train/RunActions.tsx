import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { kerasFile } from '../../models/readableModel.js';
import { CopyButton } from '../../parts/controls.js';
import { formatPercent } from '../../parts/formatNumber.js';
import { Notice } from '../../parts/Notice.js';
import { saveFile } from '../../parts/saveFile.js';
import { commandLineRun, commandLineRuns } from './commandLineRuns.js';
import { earlier, engine, inputOf, readRuns } from './liveTraining.js';
import { trainingProgram } from './program.js';
import type { TrainState } from './state.js';
import { say } from './strings.js';
import type { DownloadFormat } from './tasks.js';
import { forgetRun, lastResult, type TrainingRun } from './trainingRuns.js';

type FileFormat = DownloadFormat | 'keras';

const formats = { safetensors: 'safetensors', onnx: 'ONNX', keras: 'Keras' } as const satisfies Readonly<
  Record<FileFormat, string>
>;

/** The model as a file of each format, and the same training as a program. */
export function TakeAway({ run, inputShape }: { run: TrainingRun; inputShape: readonly number[] }): JSX.Element {
  const [problem, setProblem] = useState<string | undefined>();
  const program = trainingProgram(run.settings, inputShape, run.classNames.length);
  const download = async (format: FileFormat): Promise<void> => {
    setProblem(undefined);
    // What writes Keras's files is no part of the page.
    const bytes = await engine.download({ ...inputOf(run), format: format === 'keras' ? 'safetensors' : format });
    const file = format === 'keras' ? await kerasFile(bytes, run.id) : new Blob([bytes as Uint8Array<ArrayBuffer>]);
    saveFile(file, `${run.id}.${format}`);
  };
  return (
    <section class="train-take">
      <h2>{say.takeAway}</h2>
      <div class="buttons">
        {(Object.keys(formats) as FileFormat[]).map((format) => (
          <button
            key={format}
            type="button"
            onClick={() => void download(format).catch((error: unknown) => setProblem((error as Error).message))}
          >
            {formats[format]}
          </button>
        ))}
      </div>
      {problem !== undefined && <Notice>{problem}</Notice>}
      <details>
        <summary>{say.program}</summary>
        <CopyButton text={program} />
        <pre tabIndex={0}>
          <code>{program}</code>
        </pre>
      </details>
    </section>
  );
}

/** The trainings of the command line and those that this browser remembers, to look at and to compare. */
export function RunList({ state }: { state: TrainState }): JSX.Element {
  const { run: shown } = state.values.value;
  const runs = [...commandLineRuns.value.map(commandLineRun), ...earlier.value];
  return (
    <section class="train-runs">
      <h2>{say.runs}</h2>
      {runs.length === 0 && <p class="hint">{say.noRuns}</p>}
      <ul>
        {runs.map((run) => {
          const { id, name, status, step, steps, settings } = run;
          const result = lastResult(run);
          const far = result ? formatPercent(result.valAccuracy, 1) : statusSaid(status);
          return (
            <li key={id} class={id === shown ? 'chosen' : ''}>
              <a href={state.link({ run: id, learn: false })} aria-current={id === shown ? 'true' : undefined}>
                {name === undefined
                  ? `${settings.data.split(':')[0]}, ${settings.model === 'blocks' ? settings.blocks : settings.model}`
                  : say.ofCommandLine(name)}
              </a>
              <span class="number">{name !== undefined && status === 'running' ? say.epochOf(step, steps) : far}</span>
              {name === undefined && (
                <button
                  type="button"
                  class="quiet"
                  aria-label={say.forget(id)}
                  disabled={id === shown}
                  onClick={() => void forgetRun(id).then(readRuns)}
                >
                  ×
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** How a training stands, in words. */
export function statusSaid(status: TrainingRun['status']): string {
  const said = {
    running: say.trainingRunning,
    paused: say.trainingPaused,
    done: say.trainingDone,
    failed: say.trainingFailed,
  };
  return said[status];
}
