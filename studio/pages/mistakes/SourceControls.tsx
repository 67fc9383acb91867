import { useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { tasksOf } from '../../engine/engineThread.js';
import { Choice, Group, Select, Slider } from '../../parts/controls.js';
import { Notice } from '../../parts/Notice.js';
import { useTask } from '../../parts/useTask.js';
import { isPicture, useDrop, type DroppedFile } from '../../pictures/dropping.js';
import { kept } from '../../storage/kept.js';
import { pickableFolders } from '../../storage/photoFolders.js';
import { isZip } from '../../storage/takePhotos.js';
import { listData, listRuns, server } from '../../server/studioServer.js';
import { isModelFile, keepModel, modelAccept, runModelFile } from '../../models/readableModel.js';
import { hasOwnData } from './source.js';
import { wholeView } from './projectionView.js';
import type { MistakesState } from './state.js';
import { say } from './strings.js';
import type { tasks } from './tasks.js';

const engine = tasksOf<typeof tasks>('mistakes');

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
  const afresh = { at: -1, like: -1, cell: null, lasso: [], look: wholeView } as const;
  const [problem, setProblem] = useState('');
  const [notKept, setNotKept] = useState<string | undefined>();
  const photos = useTask(() => pickableFolders('classes').catch(() => []), [data, kept.value]);
  const modelInput = useRef<HTMLInputElement>(null);
  const folderInput = useRef<HTMLInputElement>(null);
  /** Opens a model's file, a folder's pictures, or both at once. */
  const open = async (model: File | undefined, pictures: readonly DroppedFile[]): Promise<void> => {
    if (!model && pictures.length === 0) return;
    setProblem('');
    setNotKept(undefined);
    try {
      const taken = pictures.length > 0 ? await engine.takePhotos({ dropped: pictures }) : undefined;
      const file = model && (await keepModel(model, model.name));
      setNotKept(taken?.notKept);
      state.change({
        ...(taken && { data: `photos:${taken.hash}` }),
        ...(file && { model: `file:${file.hash}`, run: '' }),
        ...afresh,
      });
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  const over = useDrop(
    (file) => isModelFile(file) || isPicture(file) || isZip(file),
    (files) => {
      const found = files.find(({ file }) => isModelFile(file));
      void open(
        found?.file,
        files.filter(({ file, path }) => isZip(file) || (isPicture(file) && path.includes('/'))),
      );
    },
  );
  const hasRuns = server.value?.runs === true;
  const hasData = server.value?.data === true;
  const given = server.value?.model?.name;
  const runs = useTask(hasRuns ? () => listRuns() : undefined, [hasRuns]);
  const served = useTask(hasData ? () => listData('') : undefined, [hasData]);
  const usable = (runs.value ?? []).filter((one) => runModelFile(one) !== undefined);
  const chosen = usable.find(({ name }) => name === run);
  const folders = (served.value?.entries ?? []).filter(({ kind }) => kind === 'folder');
  const offered = [
    ...(run !== '' && (!chosen || hasOwnData(chosen)) ? [['run', say.ofRun] as const] : []),
    ['digits', say.digits] as const,
    ...(data === 'xo' ? [['xo', say.xo] as const] : []),
    ...(photos.value ?? []),
    ...folders.map(({ name }) => [`data:${name}`, name] as const),
  ];
  // A folder deeper down, or one that is no longer there, stays what is chosen.
  const other = data.startsWith('photos:') ? say.folder : data;
  const choices = offered.some(([value]) => value === data) ? offered : [...offered, [data, other] as const];
  const modelValue = run === '' ? model : `run:${run}`;
  const openModelNamed = (value: string): void => {
    if (!value.startsWith('run:')) {
      state.change({ model: value, run: '', ...(data === 'run' && { data: 'digits' }), ...afresh });
      return;
    }
    const found = usable.find(({ name }) => `run:${name}` === value);
    // Whoever has opened a folder goes on with it.
    const keeps = data.startsWith('photos:') || (found && !hasOwnData(found) && data !== 'digits');
    state.change({ run: value.slice('run:'.length), model: '', ...(!keeps && { data: 'run' }), ...afresh });
  };
  const minDist = { distance: say.minDist } as const;
  return (
    <>
      <Group title={say.source}>
        <Select
          label={say.data}
          look="mistakes-sort"
          options={choices}
          value={data}
          onChange={(next) => state.change({ data: next, ...afresh })}
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
            void open(
              undefined,
              files.map((file) => ({ file, path: file.webkitRelativePath })),
            );
          }}
        />
      </Group>
      <Group title={say.model}>
        <select
          aria-label={say.model}
          value={modelValue}
          onChange={(event) => openModelNamed(event.currentTarget.value)}
        >
          <option value="">{say.noRun}</option>
          {given !== undefined && isModelFile({ name: given }) && (
            <option value="given">{say.givenModel(given)}</option>
          )}
          {model.startsWith('file:') && <option value={model}>{say.droppedModel}</option>}
          {run !== '' && !chosen && <option value={modelValue}>{run}</option>}
          {usable.length > 0 && (
            <optgroup label={say.runs}>
              {usable.map(({ name }) => (
                <option key={name} value={`run:${name}`}>
                  {name}
                </option>
              ))}
            </optgroup>
          )}
        </select>
        {run === '' && model === '' && data === 'digits' && <p class="hint">{say.ownModel}</p>}
        {runs.error && <Notice>{runs.error.message}</Notice>}
        <button type="button" onClick={() => modelInput.current?.click()}>
          {say.openModel}
        </button>
        <input
          ref={modelInput}
          type="file"
          hidden
          aria-label={say.openModel}
          accept={modelAccept}
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            if (file) void open(file, []);
          }}
        />
        {problem !== '' && <Notice>{problem}</Notice>}
        {notKept !== undefined && <Notice kind="note">{notKept}</Notice>}
        <p class={`hint${over ? ' over' : ''}`}>{say.dropHint}</p>
      </Group>
      <Group title={say.order}>
        <Select
          label={say.show}
          options={(['mistakes', 'all', 'suspected', 'decided'] as const).map((one) => [one, say[one]] as const)}
          value={show}
          onChange={(next) => state.change({ show: next, cell: null, at: -1, like: -1 })}
        />
        <Select
          label={say.sort}
          look="mistakes-sort"
          options={(['loss', 'suspicion', 'distance'] as const).map((one) => [one, say[one]] as const)}
          value={sort}
          onChange={(next) => state.change({ sort: next, at: -1 })}
        />
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
          onChange={(to) => state.change({ projection: to, lasso: [], look: wholeView })}
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
