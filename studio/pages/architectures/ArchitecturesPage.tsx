import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { isCancelled } from '../../engine/engineThread.js';
import { PageFrame } from '../../frame/PageFrame.js';
import { useKeys } from '../../keys/keys.js';
import { Notice } from '../../parts/Notice.js';
import { ArchitectureControls } from './ArchitectureControls.js';
import { kept } from '../../storage/kept.js';
import { Drawings } from './Drawings.js';
import { sorted } from './measures.js';
import { firstOrder, ModelTable } from './ModelTable.js';
import { askedOf, engine, listed, loadModels, rows as allRows, type ModelRow } from './models.js';
import { Scatter } from './Scatter.js';
import { columns, mostCompared, type ArchitecturesState } from './state.js';
import { say } from './strings.js';
import type { ArchitectureDrawing } from './tasks.js';
import { WhyBlock, WhyModel } from './WhyModel.js';
import './architectures.css';

/** Architectures: accuracy against cost, every model's numbers, and some drawn side by side. */
export function ArchitecturesPage({ state }: { state: ArchitecturesState }): JSX.Element {
  const { models, by, on, sort, order, at, block } = state.values.value;
  const rows = allRows.value;
  const [problem, setProblem] = useState('');
  useEffect(() => {
    const abort = new AbortController();
    loadModels(state.values.peek().models, abort.signal).catch((error: unknown) => {
      if (!isCancelled(error)) setProblem((error as Error).message);
    });
    return () => abort.abort();
  }, [kept.value]);
  const compared = models.flatMap((name) => rows.find((row) => row.name === name) ?? []);
  const drawings = useDrawings(compared);
  const here = rows.find(({ name }) => name === at) ?? compared[0];
  const toggle = (name: string): void => {
    const without = models.filter((one) => one !== name);
    // A fourth takes the place of the one that was chosen first.
    const next = without.length < models.length ? without : [...models.slice(1 - mostCompared), name];
    const belongs = next.some((one) => block.startsWith(`${one}/`));
    state.change({ models: next, at: name, block: belongs ? block : '' });
  };
  const add = (name: string): void => {
    const { models: now } = state.values.peek();
    if (!now.includes(name)) state.change({ models: [...now.slice(1 - mostCompared), name], at: name, block: '' });
  };
  const inOrder = sorted(rows, sort, order);
  const move = (by: number): void => {
    const from = inOrder.findIndex(({ name }) => name === here?.name);
    const to = inOrder[Math.min(inOrder.length - 1, Math.max(0, from + by))] as ModelRow | undefined;
    if (to) state.change({ at: to.name, block: '' }, 'slide');
  };
  const openBlock = (by: number): void => {
    const drawing = here && drawings.get(here.name);
    if (!drawing || drawing instanceof Error) return;
    const [model, number] = block.split('/');
    const now = model === here.name ? Number(number) : by > 0 ? -1 : drawing.blocks.length;
    const next = Math.min(drawing.blocks.length - 1, Math.max(0, now + by));
    state.change({ block: `${here.name}/${next}`, at: here.name });
  };
  useKeys([
    { key: 'ArrowUp', said: { en: 'model above, below', ko: '위, 아래 모델' }, run: () => move(-1) },
    { key: 'ArrowDown', said: { en: 'model above, below', ko: '위, 아래 모델' }, run: () => move(1) },
    {
      key: 'c',
      said: { en: 'put the model side by side, or take it out', ko: '모델을 나란히 놓기, 빼기' },
      run: () => here && toggle(here.name),
    },
    {
      key: 's',
      said: { en: 'sort by the next column', ko: '다음 열로 정렬' },
      run: () => {
        const next = columns[(columns.indexOf(sort) + 1) % columns.length];
        state.change({ sort: next, order: firstOrder(next) });
      },
    },
    {
      key: 'r',
      said: { en: 'the other way round', ko: '거꾸로' },
      run: () => state.change({ order: order === 'down' ? 'up' : 'down' }),
    },
    { key: '[', said: { en: 'block before, next block', ko: '이전 블록, 다음 블록' }, run: () => openBlock(-1) },
    { key: ']', said: { en: 'block before, next block', ko: '이전 블록, 다음 블록' }, run: () => openBlock(1) },
    { key: 'Escape', said: { en: 'close the block', ko: '블록 닫기' }, run: () => state.change({ block: '' }) },
  ]);
  const opened = openedBlock(block, rows, drawings);
  const counted = rows.filter(({ facts, problem: failed }) => facts ?? failed).length;
  return (
    <PageFrame
      title={say.title}
      sentence={say.sentence}
      what={<ArchitectureControls state={state} rows={rows} compared={compared} onToggle={toggle} onAdd={add} />}
      why={
        opened ? (
          <WhyBlock {...opened} onClose={() => state.change({ block: '' })} />
        ) : here ? (
          <WhyModel row={here} />
        ) : (
          <h2>{say.title}</h2>
        )
      }
    >
      {problem !== '' && <Notice>{problem}</Notice>}
      {listed.value &&
        models
          .filter((name) => !rows.some((row) => row.name === name))
          .map((name) => <Notice key={name}>{name.startsWith('file:') ? say.notKept : say.notInZoo(name)}</Notice>)}
      <Scatter
        rows={rows}
        by={by}
        on={on === 'imagenet' ? 'ImageNet' : 'CIFAR-10'}
        compared={models}
        at={here?.name ?? ''}
        onPoint={(name) => block === '' && state.change({ at: name }, 'slide')}
        onPick={toggle}
      />
      {compared.length > 0 && <Drawings rows={compared} drawings={drawings} state={state} />}
      <h2 class="architectures-all">
        {say.table}
        {counted < rows.length && <span class="hint"> {say.counting(counted, rows.length)}</span>}
      </h2>
      <ModelTable rows={rows} state={state} at={here?.name ?? ''} onToggle={toggle} />
    </PageFrame>
  );
}

/** The block that an address opens. */
function openedBlock(
  block: string,
  rows: readonly ModelRow[],
  drawings: ReadonlyMap<string, ArchitectureDrawing | Error>,
): { title: string; block: ArchitectureDrawing['blocks'][number] } | undefined {
  const [name, number] = block.split('/');
  const drawing = drawings.get(name);
  if (!drawing || drawing instanceof Error || !(Number(number) in drawing.blocks)) return undefined;
  return { title: rows.find((row) => row.name === name)?.title ?? name, block: drawing.blocks[Number(number)] };
}

/** Drawings of models, made once each. */
function useDrawings(compared: readonly ModelRow[]): ReadonlyMap<string, ArchitectureDrawing | Error> {
  const [drawings, setDrawings] = useState<ReadonlyMap<string, ArchitectureDrawing | Error>>(new Map());
  useEffect(() => {
    const abort = new AbortController();
    const keep = (name: string, drawing: ArchitectureDrawing | Error): void =>
      setDrawings((before) => new Map(before).set(name, drawing));
    for (const row of compared) {
      if (drawings.has(row.name)) continue;
      engine.draw(askedOf(row), { signal: abort.signal }).then(
        (drawing) => keep(row.name, drawing),
        (error: unknown) => {
          if (!isCancelled(error)) keep(row.name, error as Error);
        },
      );
    }
    return () => abort.abort();
  }, [compared.map(({ name }) => name).join()]);
  return drawings;
}
