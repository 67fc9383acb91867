import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { isModelFile, keepModel, modelAccept } from '../../models/readableModel.js';
import { Choice, Group } from '../../parts/controls.js';
import { Notice } from '../../parts/Notice.js';
import { useTask } from '../../parts/useTask.js';
import { server } from '../../server/studioServer.js';
import { kept as forgotten } from '../../storage/kept.js';
import { keptFiles } from '../../storage/contents.js';
import { blockKinds, blockNames, mostBlocks, movedBlock, newBlock, plannedLayers, type Block } from './blocks.js';
import { dataAddress, engine } from './liveTraining.js';
import { isTrained, settingsOf } from './recipe.js';
import { servedModels } from '../../models/servedModels.js';
import type { TrainState } from './state.js';
import { say } from './strings.js';
import type { ModelShape } from './tasks.js';

/** Architectures of the zoo that learn small pictures from nothing in minutes. */
const offered = ['mnist_cnn', 'mnist_dense', 'lenet5', 'cifar_resnet20', 'squeezenet1_1', 'mobilenet_v2'] as const;

/** The network: blocks that are put together, one of the zoo, or a dropped file. */
export function ModelControls({ state }: { state: TrainState }): JSX.Element {
  const { values } = state;
  const { model, blocks } = values.value;
  const kind = model === 'blocks' ? 'blocks' : isTrained({ model }) ? 'file' : 'zoo';
  const [files, setFiles] = useState<readonly (readonly [model: string, name: string])[]>([]);
  const [problem, setProblem] = useState<string | undefined>();
  useEffect(() => {
    const kept = keptFiles().then(
      (all) => all.filter(isModelFile).map(({ hash, name }) => [`file:${hash}`, name] as const),
      () => [],
    );
    void Promise.all([servedModels(), kept]).then((all) =>
      setFiles([['digits', say.digitNetwork] as const, ...all.flat()]),
    );
  }, [model, server.value, forgotten.value]);
  const settings = settingsOf(values.value);
  const { data, pictures, held, side } = settings;
  const shape = useTask(
    (call) => engine.describe({ settings, server: dataAddress() }, call),
    [data, pictures, held, side, model, settings.blocks, dataAddress()],
  );
  const change = (part: Parameters<TrainState['change']>[0]): void => state.change({ ...part, run: '', learn: false });
  const first = { blocks: 'blocks', zoo: offered[0], file: files.length > 0 ? files[0][0] : '' } as const;
  const kinds = [
    ['blocks', say.blocks],
    ['zoo', say.ofTheZoo],
    ...(files.length > 0 ? [['file', say.yourModel] as const] : []),
  ] as const;
  const names = kind === 'file' ? files : undefined;
  return (
    <Group title={say.model}>
      <Choice label="" options={kinds} value={kind} onChange={(to) => change({ model: first[to] })} />
      {kind === 'blocks' && (
        <BlockList blocks={blocks} shape={shape.value} onChange={(next) => change({ blocks: next })} />
      )}
      {kind !== 'blocks' && (
        <select aria-label={say.model} value={model} onChange={(event) => change({ model: event.currentTarget.value })}>
          {(names ?? offered.map((name) => [name, name] as const)).map(([value, said]) => (
            <option key={value} value={value}>
              {said}
            </option>
          ))}
        </select>
      )}
      {shape.value && !shape.error && <p class="hint">{say.parameters(shape.value.parameters.toLocaleString('en'))}</p>}
      {shape.error && <Notice>{shape.error.message}</Notice>}
      {problem !== undefined && <Notice>{problem}</Notice>}
      <p class="hint">{say.dropModel}</p>
      <div class="buttons">
        <label class="button train-file">
          {say.chooseModel}
          <input
            type="file"
            accept={modelAccept}
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              event.currentTarget.value = '';
              setProblem(undefined);
              if (file) takeModel(file, state).catch((error: unknown) => setProblem((error as Error).message));
            }}
          />
        </label>
      </div>
    </Group>
  );
}

/** A model's file becomes the network. */
export async function takeModel(file: File, state: TrainState): Promise<void> {
  const { hash } = await keepModel(file, file.name);
  state.change({ model: `file:${hash}`, learns: 'classifier', rate: 0.002, run: '', learn: false });
}

interface BlockListProps {
  readonly blocks: readonly Block[];
  readonly shape: ModelShape | undefined;
  readonly onChange: (blocks: readonly Block[]) => void;
}

/** The blocks in their order, each with its number and the shape that it makes. */
function BlockList({ blocks, shape, onChange }: BlockListProps): JSX.Element {
  const [dragged, setDragged] = useState<number | undefined>();
  const set = (at: number, block: Block): void => onChange(blocks.map((before, i) => (i === at ? block : before)));
  const planned = plannedLayers(blocks, [], 0);
  const shapeOf = (at: number): string =>
    shape?.layers.length === planned.length
      ? shape.layers[planned.findLastIndex(({ block }) => block === at)].shape.join('×')
      : '';
  return (
    <>
      <ol class="train-blocks">
        {blocks.map((block, i) => {
          const { kind, number } = block;
          const numbers: readonly number[] = blockKinds[kind].numbers;
          const write = kind === 'dropout' ? say.percent : kind === 'pool' || kind === 'average' ? say.window : String;
          return (
            <li
              key={i}
              draggable
              class={dragged === i ? 'dragged' : ''}
              onDragStart={() => setDragged(i)}
              onDragEnd={() => setDragged(undefined)}
              onDragOver={(event) => dragged !== undefined && event.preventDefault()}
              onDrop={(event) => {
                if (dragged === undefined) return;
                event.preventDefault();
                event.stopPropagation();
                onChange(movedBlock(blocks, dragged, i));
                setDragged(undefined);
              }}
            >
              <span class="name">{say[kind]}</span>
              {numbers.length > 0 && (
                <select
                  aria-label={say.blockNumber(say[kind])}
                  value={number}
                  onChange={(event) => set(i, { kind, number: Number(event.currentTarget.value) })}
                >
                  {[...new Set([...numbers, number])].map((one) => (
                    <option key={one} value={one}>
                      {write(one)}
                    </option>
                  ))}
                </select>
              )}
              <span class="shape number">{shapeOf(i)}</span>
              <span class="moves">
                <button
                  type="button"
                  class="quiet"
                  aria-label={say.moveUp(say[kind])}
                  disabled={i === 0}
                  onClick={() => onChange(movedBlock(blocks, i, i - 1))}
                >
                  ↑
                </button>
                <button
                  type="button"
                  class="quiet"
                  aria-label={say.moveDown(say[kind])}
                  disabled={i === blocks.length - 1}
                  onClick={() => onChange(movedBlock(blocks, i, i + 1))}
                >
                  ↓
                </button>
                <button
                  type="button"
                  class="quiet"
                  aria-label={say.remove(say[kind])}
                  onClick={() => onChange(blocks.filter((_, at) => at !== i))}
                >
                  ×
                </button>
              </span>
            </li>
          );
        })}
        {shape && (
          <li class="last">
            <span class="name">{say.classes(shape.layers.at(-1)!.shape[0])}</span>
          </li>
        )}
      </ol>
      {blocks.length < mostBlocks && (
        <select
          aria-label={say.addBlock}
          value=""
          onChange={(event) => {
            const kind = event.currentTarget.value as Block['kind'];
            event.currentTarget.value = '';
            onChange([...blocks, newBlock(kind)]);
          }}
        >
          <option value="" disabled>
            + {say.addBlock}
          </option>
          {blockNames.map((kind) => (
            <option key={kind} value={kind}>
              {say[kind]}
            </option>
          ))}
        </select>
      )}
    </>
  );
}
