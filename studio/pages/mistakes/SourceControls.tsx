import { useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { Choice, Group, Slider } from '../../parts/controls.js';
import { Notice } from '../../parts/Notice.js';
import { useTask } from '../../parts/useTask.js';
import { isPicture, useDrop } from '../../pictures/dropping.js';
import { listRuns, server } from '../../server/studioServer.js';
import { keepFile } from '../../storage/contents.js';
import { isModelFile, takeFolder } from './source.js';
import type { MistakesState } from './state.js';
import { say } from './strings.js';

/** A parameter of a projection: its slider. */
type Shown = readonly [
  name:
    | 'perplexity'
    | 'iterations'
    | 'exaggeration'
    | 'angle'
    | 'neighbours'
    | 'distance'
    | 'spread'
    | 'epochs'
    | 'dimensions'
    | 'seed',
  least: number,
  most: number,
  by: number,
];

/** Every parameter of each projection. */
const projectionParameters: Readonly<Record<'pca' | 'tsne' | 'umap', readonly Shown[]>> = {
  pca: [],
  tsne: [
    ['perplexity', 2, 100, 1],
    ['iterations', 250, 2000, 50],
    ['exaggeration', 1, 30, 1],
    ['angle', 0.2, 0.9, 0.1],
    ['dimensions', 2, 100, 1],
    ['seed', 0, 100, 1],
  ],
  umap: [
    ['neighbours', 2, 100, 1],
    ['distance', 0, 1, 0.05],
    ['spread', 0.5, 3, 0.1],
    ['epochs', 10, 500, 10],
    ['dimensions', 2, 100, 1],
    ['seed', 0, 100, 1],
  ],
};

/** Which pictures and which model, what the wall shows, and how the projection is made. */
export function SourceControls({ state }: { state: MistakesState }): JSX.Element {
  const values = state.values.value;
  const { data, part, run, model, show, sort, projection } = values;
  const afresh = { at: -1, like: -1, cell: null, lasso: [] } as const;
  const modelInput = useRef<HTMLInputElement>(null);
  const folderInput = useRef<HTMLInputElement>(null);
  const openModelFile = async (file: File): Promise<void> => {
    const { hash } = await keepFile(file, file.name);
    state.change({ model: `file:${hash}`, run: '', ...afresh });
  };
  const openFolder = (files: readonly { readonly path: string; readonly file: File }[]): void => {
    if (files.length === 0) return;
    takeFolder(files);
    state.change({ data: 'folder', ...afresh });
  };
  const over = useDrop(
    (file) => isModelFile(file) || isPicture(file),
    (files) => {
      const found = files.find(({ file }) => isModelFile(file));
      if (found) void openModelFile(found.file);
      openFolder(files.filter(({ file, path }) => isPicture(file) && path.includes('/')));
    },
  );
  const hasRuns = server.value?.runs === true;
  const runs = useTask(hasRuns ? () => listRuns() : undefined, [hasRuns]);
  // A run is judged on pictures that are there: drawn digits, or those of the folder that was dropped.
  const usable = (runs.value ?? []).filter(
    (run) =>
      run.files.some(({ name }) => name === 'best.safetensors') &&
      (data === 'folder' || run.arguments.data === 'digits'),
  );
  const minDist = { distance: say.minDist } as const;
  return (
    <>
      <Group title={say.source}>
        <Choice
          label={say.data}
          options={[
            ['digits', say.digits],
            ['folder', say.folder],
          ]}
          value={data}
          onChange={(to) => state.change({ data: to, ...afresh })}
        />
        <Choice
          label={say.part}
          options={[
            ['test', say.test],
            ['train', say.train],
          ]}
          value={part}
          onChange={(to) => state.change({ part: to, ...afresh })}
        />
        <button type="button" onClick={() => folderInput.current?.click()}>
          {say.openFolder}
        </button>
        <input
          ref={(input) => {
            folderInput.current = input;
            input?.setAttribute('webkitdirectory', '');
          }}
          type="file"
          hidden
          aria-label={say.openFolder}
          onChange={(event) => {
            const files = [...(event.currentTarget.files ?? [])].filter(isPicture);
            openFolder(files.map((file) => ({ file, path: file.webkitRelativePath })));
          }}
        />
      </Group>
      <Group title={say.model}>
        {run === '' && model === '' && data === 'digits' && <p class="hint">{say.ownModel}</p>}
        {usable.length > 0 && (
          <select
            aria-label={say.runs}
            value={run}
            onChange={(event) => state.change({ run: event.currentTarget.value, model: '', ...afresh })}
          >
            <option value="">{say.noRun}</option>
            {usable.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        )}
        {runs.error && <Notice>{runs.error.message}</Notice>}
        <button type="button" onClick={() => modelInput.current?.click()}>
          {say.openModel}
        </button>
        {(model !== '' || run !== '') && (
          <button
            type="button"
            class="quiet"
            onClick={() => state.change({ model: '', run: '', data: 'digits', ...afresh })}
          >
            × {say.noRun}
          </button>
        )}
        <input
          ref={modelInput}
          type="file"
          hidden
          aria-label={say.openModel}
          accept=".safetensors,.onnx,.keras"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            if (file) void openModelFile(file);
          }}
        />
        <p class={`hint${over ? ' over' : ''}`}>{say.dropHint}</p>
      </Group>
      <Group title={say.order}>
        <label class="row">
          <span class="label">{say.show}</span>
          <select
            value={show}
            onChange={(event) =>
              state.change({ show: event.currentTarget.value as typeof show, cell: null, at: -1, like: -1 })
            }
          >
            {(['mistakes', 'all', 'suspected', 'decided'] as const).map((one) => (
              <option key={one} value={one}>
                {say[one]}
              </option>
            ))}
          </select>
        </label>
        <label class="mistakes-sort">
          <span class="label">{say.sort}</span>
          <select
            value={sort}
            onChange={(event) => state.change({ sort: event.currentTarget.value as typeof sort, at: -1 })}
          >
            {(['loss', 'suspicion', 'distance'] as const).map((one) => (
              <option key={one} value={one}>
                {say[one]}
              </option>
            ))}
          </select>
        </label>
      </Group>
      <Group title={say.projectionTitle}>
        <Choice
          label={say.by}
          options={[
            ['pca', say.pca],
            ['tsne', say.tsne],
            ['umap', say.umap],
          ]}
          value={projection}
          onChange={(to) => state.change({ projection: to, lasso: [] })}
        />
        {projectionParameters[projection].map(([name, least, most, by]) => (
          <Slider
            key={name}
            label={name === 'distance' ? minDist.distance : say[name]}
            value={values[name]}
            least={least}
            most={most}
            by={by}
            onChange={(value) => state.change({ [name]: value, lasso: [] }, 'slide')}
          />
        ))}
      </Group>
    </>
  );
}
