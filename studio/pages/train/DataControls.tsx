import { useEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { Group } from '../../parts/controls.js';
import { formatNumber } from '../../parts/formatNumber.js';
import { Notice } from '../../parts/Notice.js';
import { useTask } from '../../parts/useTask.js';
import { useDrop, type DroppedFile } from '../../pictures/dropping.js';
import { server } from '../../server/studioServer.js';
import { kept } from '../../storage/kept.js';
import { forgetFolder, pickableFolders } from '../../storage/photoFolders.js';
import { isModelFile } from '../../models/readableModel.js';
import { takeModel } from './ModelControls.js';
import { dataAddress, engine } from './liveTraining.js';
import { PictureTile } from './PictureTile.js';
import { blocksText, readBlocks, usualBlocks } from './blocks.js';
import { isTrained, normalizedBlocks, suitedTo } from './recipe.js';
import { networkForPhotos } from '../../models/servedModels.js';
import { Snapshots } from './Snapshots.js';
import { snapshotFiles, type SnapshotClass } from './snapshots.js';
import type { TrainState } from './state.js';
import { say } from './strings.js';

/** Which pictures to learn from: those of the studio, the server's, or whatever is dropped. */
export function DataControls({ state }: { state: TrainState }): JSX.Element {
  const { data, pictures, held, side, webcam } = state.values.value;
  const [folders, setFolders] = useState<readonly (readonly [address: string, name: string])[]>([]);
  const [notKept, setNotKept] = useState<string | undefined>();
  const [problem, setProblem] = useState<string | undefined>();
  const chooser = useRef<HTMLInputElement>(null);
  useEffect(() => {
    chooser.current!.webkitdirectory = true;
    void pickableFolders('classes').then(setFolders, () => undefined);
  }, [data, kept.value]);
  const pick = (name: string): void => {
    const { blocks: before } = state.values.peek();
    // Blocks that were put together by hand stay.
    const isUsual = [usualBlocks, normalizedBlocks].includes(blocksText(before));
    const blocks = isUsual && { blocks: readBlocks(name === 'mnist' ? normalizedBlocks : usualBlocks)! };
    state.change({ data: name, ...suitedTo[name.split(':')[0]], ...blocks, run: '', learn: false });
  };
  const takeFolder = async (files: readonly DroppedFile[]): Promise<void> => {
    const taken = await engine.takePhotos({ dropped: files });
    setNotKept(taken.notKept);
    pick(`photos:${taken.hash}`);
  };
  const take = (files: readonly DroppedFile[]): void => {
    setProblem(undefined);
    setNotKept(undefined);
    const model = files.find(({ file }) => isModelFile(file));
    const taking = model ? takeModel(model.file, state) : takeFolder(files);
    taking.catch(fail);
  };
  const fail = (error: unknown): void => setProblem((error as Error).message);
  const remove = async (): Promise<void> => {
    await forgetFolder(data.slice('photos:'.length));
    kept.value++;
    pick('digits');
  };
  const takeSnapshots = async (classes: readonly SnapshotClass[]): Promise<void> => {
    const { hash } = await engine.takePhotos({ dropped: snapshotFiles(classes) });
    const { model: before } = state.values.peek();
    // A network that has learned before was chosen for something.
    const model = isTrained({ model: before }) ? before : await networkForPhotos();
    const learned = { data: `photos:${hash}`, ...suitedTo.photos, model, learns: 'classifier' } as const;
    state.change({ ...learned, webcam: false, run: '', learn: true });
  };
  const over = useDrop(() => true, take);
  const address = dataAddress();
  const summary = useTask(
    // The server is asked once; before its answer nothing is known of its data.
    server.value === undefined
      ? undefined
      : (call) => engine.lookAtData({ data, pictures, held, side, server: address }, call),
    [data, pictures, held, side, address, server.value === undefined],
  );
  const names = ['xo', 'digits', ...(address === undefined ? [] : ['mnist', 'cifar10'])] as const;
  const all = [...names.map((name) => [name, say[name as 'xo']] as const), ...folders];
  const { value } = summary;
  return (
    <Group title={say.data}>
      <div class="train-choices" role="radiogroup" aria-label={say.data}>
        {all.map(([name, said]) => (
          <button
            key={name}
            type="button"
            role="radio"
            aria-checked={name === data}
            class="train-choice"
            onClick={() => pick(name)}
          >
            {said}
          </button>
        ))}
      </div>
      {value && (
        <>
          <p class="hint">
            {say.counts(
              formatNumber(value.train, { digits: 0 }),
              formatNumber(value.held, { digits: 0 }),
              value.inputShape.join('×'),
            )}
          </p>
          <div class="train-strip">
            {value.samples.map(({ label, picture }, i) => (
              <span key={i} title={value.counts && say.classCount(value.classNames[label], value.counts[label])}>
                <PictureTile picture={picture} label={say.samplesOf(value.classNames[label])} />
              </span>
            ))}
          </div>
        </>
      )}
      {(problem ?? summary.error?.message) !== undefined && <Notice>{problem ?? summary.error!.message}</Notice>}
      {data.startsWith('photos:') && (
        <button type="button" onClick={() => void remove().catch(fail)}>
          {say.removePhotos}
        </button>
      )}
      {notKept !== undefined && <Notice kind="note">{notKept}</Notice>}
      <p class={over ? 'hint over' : 'hint'}>{over ? say.dropNow : say.dropPhotos}</p>
      <div class="buttons">
        <button type="button" onClick={() => chooser.current!.click()}>
          {say.chooseFolder}
        </button>
        <label class="button train-file">
          {say.chooseZip}
          <input
            type="file"
            accept=".zip"
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              if (file) take([{ path: file.name, file }]);
              event.currentTarget.value = '';
            }}
          />
        </label>
        <button type="button" aria-expanded={webcam} onClick={() => state.change({ webcam: !webcam })}>
          {say.webcam}
        </button>
      </div>
      {webcam && <Snapshots onTrain={takeSnapshots} />}
      <input
        ref={chooser}
        type="file"
        multiple
        hidden
        aria-label={say.chooseFolder}
        class="train-folder"
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          take(files.map((file) => ({ path: file.webkitRelativePath || file.name, file })));
          event.currentTarget.value = '';
        }}
      />
    </Group>
  );
}
