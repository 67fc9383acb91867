import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import type { Place } from '../../address/parameters.js';
import { tasksOf } from '../../engine/engineThread.js';
import { PageFrame } from '../../frame/PageFrame.js';
import { useKeys } from '../../keys/keys.js';
import { language } from '../../language/language.js';
import { Choice } from '../../parts/controls.js';
import { Notice } from '../../parts/Notice.js';
import { useTask } from '../../parts/useTask.js';
import { PicturePicker } from '../../pictures/PicturePicker.js';
import { server } from '../../server/studioServer.js';
import { keptFile } from '../../storage/contents.js';
import { HeatControls, rivalOf } from './HeatControls.js';
import { LayerColumn, middleOf } from './LayerColumn.js';
import { LayerView } from './LayerView.js';
import { ModelPicker } from './ModelPicker.js';
import { MethodTable } from './MethodTable.js';
import { PathTrail, readTrail, writeTrail } from './PathTrail.js';
import { PictureView, type ShownHeat } from './PictureView.js';
import { nothingChosen, type InsideState } from './state.js';
import { say, strings } from './strings.js';
import { otherPicture, pictureAddress, subjectModel } from './subject.js';
import { isModelFile } from '../../models/readableModel.js';
import type { tasks } from './tasks.js';
import { extentOf, type UnitPlace } from './units.js';
import { useLooked } from './useLooked.js';
import { TopFive, WhyHeat, WhyUnit } from './WhyUnit.js';
import './inside.css';

const engine = tasksOf<typeof tasks>('inside');

/** Inside: a model and a picture, from the answer down to a single multiplication. */
export function InsidePage({ state }: { state: InsideState }): JSX.Element {
  const values = state.values.value;
  const { method, target, beside, evidence: isMeasured } = values;
  const [picked, setPicked] = useState<'first' | 'second'>('first');
  // Names are looked up in what the server has: who it is must be known first.
  const isAsked = server.value !== undefined;
  const model = useTask(isAsked ? () => subjectModel(values.model, values.prepare) : undefined, [
    isAsked,
    values.model,
    values.prepare,
  ]);
  const opened = model.value && !model.busy && !model.error ? model.value : undefined;
  const first = useLooked(opened, values.picture);
  const { subject, inside } = first;
  const other = useTask(
    opened && beside === 'picture' && values.picture2 === '' ? () => otherPicture(opened, values.picture) : undefined,
    [opened, beside, values.picture, values.picture2],
  ).value;
  const name2 = values.picture2 === '' ? other : values.picture2;
  // The first goes first: the worker does one thing after the other.
  const second = useLooked(inside && beside === 'picture' ? opened : undefined, name2);
  const isExplained = method !== 'none';
  const heat = useTask(
    subject && inside && isExplained
      ? (call) => engine.heat({ subject, method, target, evidence: isMeasured }, call)
      : undefined,
    [inside, method, target, isMeasured],
  );
  const target2 = values.target2 === '' && beside === 'class' && inside ? rivalOf(inside, target) : values.target2;
  const subject2 = beside === 'class' ? subject : second.subject;
  const inside2 = beside === 'nothing' ? undefined : beside === 'class' ? inside : second.inside;
  const heat2 = useTask(
    subject2 && inside2 && isExplained && beside !== 'nothing'
      ? (call) => engine.heat({ subject: subject2, method, target: target2, evidence: isMeasured }, call)
      : undefined,
    [inside2, method, target2, isMeasured, beside],
  );
  const call = inside ? inside.calls.findIndex(({ name }) => name === values.layer) : -1;
  const row = inside?.calls[call];
  const [height, width, channels] = extentOf(row?.shape ?? [1, 1, 1]);
  const channel = Math.min(values.map, channels - 1);
  const pinned: UnitPlace = {
    row: Math.min(values.at[0], height - 1),
    column: Math.min(values.at[1], width - 1),
    channel,
  };
  // The number under the pointer is answered at once; the one that was clicked stands in the address.
  const [pointed, setPointed] = useState<Place>();
  useEffect(() => setPointed(undefined), [inside, call, channel]);
  const isPointed = pointed !== undefined && pointed[0] < height && pointed[1] < width;
  const at: UnitPlace = isPointed ? { row: pointed[0], column: pointed[1], channel } : pinned;
  const unit = useTask(subject && row ? (c) => engine.unit({ subject, call, at }, c) : undefined, [
    inside,
    call,
    at.row,
    at.column,
    at.channel,
  ]);
  // What is shown is one answer whole: the one before stays until the next is there.
  const evidence = row && unit.value?.call === call && !unit.error ? unit.value : undefined;
  const path = useTask(subject && row ? (c) => engine.path({ subject, call, at: pinned }, c) : undefined, [
    inside,
    call,
    pinned.row,
    pinned.column,
    pinned.channel,
  ]);
  const trail = readTrail(values.trail).filter((step) => inside?.calls[step.call]);
  const here = { call, ...pinned };
  const go = (to: number): void => {
    if (!inside || to < -1 || to >= inside.calls.length) return;
    const next = to < 0 ? undefined : inside.calls[to];
    state.change({ layer: next?.name ?? '', map: 0, at: next ? middleOf(next.shape) : [0, 0], trail: '' });
  };
  const down = (input: number, to: UnitPlace): void => {
    if (!inside || !evidence) return;
    const next = evidence.before[input];
    if (next < 0) state.change({ layer: '', map: 0, at: [0, 0], trail: '' });
    else {
      const { row: r, column, channel } = to;
      const through = writeTrail([...trail, { call, ...at }]);
      state.change({ layer: inside.calls[next].name, map: channel, at: [r, column], trail: through });
    }
  };
  const forward = (to: number, { row: r, column, channel: map }: UnitPlace): void => {
    if (inside) state.change({ layer: inside.calls[to].name, map, at: [r, column], trail: '' });
  };
  const up = (): void => {
    const last = trail.at(-1);
    if (!inside || !last) return;
    const { name } = inside.calls[last.call];
    const before = writeTrail(trail.slice(0, -1));
    state.change({ layer: name, map: last.channel, at: [last.row, last.column], trail: before });
  };
  const strongest = evidence?.terms[0];
  const onward = path.busy ? undefined : path.value?.up[0];
  const move = (rows: number, columns: number): void => {
    const to = [at.row + rows, at.column + columns] as const;
    setPointed(undefined);
    if (row && to[0] >= 0 && to[0] < height && to[1] >= 0 && to[1] < width)
      state.change({ at: to, trail: '' }, 'slide');
  };
  useKeys([
    { key: '[', said: strings.layerBefore, run: () => go(call - 1) },
    { key: ']', said: strings.nextLayer, run: () => go(call + 1) },
    { key: 'd', said: strings.down, run: () => strongest && down(strongest.input, strongest) },
    { key: 'u', said: strings.up, run: up },
    { key: 'f', said: strings.forward, run: () => onward && forward(onward.call, onward) },
    { key: 'ArrowLeft', said: strings.movePixel, run: () => move(0, -1) },
    { key: 'ArrowRight', said: strings.movePixel, run: () => move(0, 1) },
    { key: 'ArrowUp', said: strings.movePixel, run: () => move(-1, 0) },
    { key: 'ArrowDown', said: strings.movePixel, run: () => move(1, 0) },
  ]);
  const forSecond = beside === 'picture' && picked === 'second';
  const pick = useCallback(
    (name: string, change?: 'step' | 'slide') => {
      void isModel(name).then((itIs) => {
        if (itIs) state.change({ model: name, ...nothingChosen });
        else if (forSecond) state.change({ picture2: name, target2: '' }, change);
        else state.change({ picture: name, target: '' }, change);
      });
    },
    [state, forSecond],
  );
  const shown: readonly ShownHeat[] = [
    ...(inside ? [{ inside, heat: isExplained && !heat.error ? heat.value : undefined }] : []),
    ...(inside2 ? [{ inside: inside2, heat: isExplained && !heat2.error ? heat2.value : undefined }] : []),
  ];
  const error = model.error ?? first.error ?? second.error;
  // What does not change with the pointer is not drawn anew with it.
  const modelName = model.value?.name ?? '';
  const pictureName = (forSecond ? second : first).subject?.picture.key ?? values.picture;
  const controls = useMemo(
    () => (
      <>
        <ModelPicker state={state} name={modelName} />
        <div class="inside-gap" />
        {beside === 'picture' && (
          <Choice
            label={say.pickFor}
            options={[
              ['first', say.first],
              ['second', say.second],
            ]}
            value={picked}
            onChange={setPicked}
          />
        )}
        <PicturePicker value={pictureAddress(pictureName)} offered={['digit', 'x', 'o', 'scene']} onPick={pick} />
        {inside && <div class="inside-gap" />}
        {inside && <HeatControls state={state} inside={inside} second={second.inside} />}
      </>
    ),
    [state, modelName, pictureName, beside, picked, pick, inside, second.inside, language.value],
  );
  const column = useMemo(
    () => subject && inside && <LayerColumn subject={subject} inside={inside} state={state} call={call} />,
    [state, subject, inside, call],
  );
  return (
    <PageFrame
      title={say.title}
      sentence={say.sentence}
      what={controls}
      why={
        <>
          {inside && row && evidence && <WhyUnit inside={inside} unit={evidence} />}
          {inside && <TopFive inside={inside} />}
          {second.inside && beside === 'picture' && <TopFive inside={second.inside} title={say.topFiveSecond} />}
          {!row && shown.map((one, i) => one.heat && <WhyHeat key={i} heat={one.heat} />)}
          {!row && subject && inside && isExplained && <MethodTable subject={subject} state={state} />}
          {!inside && <h2>{error ? say.model : say.working}</h2>}
        </>
      }
    >
      {error && <Notice>{error.message}</Notice>}
      {[heat.error, heat2.error].map((one, i) => one && isExplained && <Notice key={i}>{one.message}</Notice>)}
      {unit.error && <Notice>{unit.error.message}</Notice>}
      {inside?.notes.map((note) => (
        <Notice key={note} kind="note">
          {note}
        </Notice>
      ))}
      {!inside && !error && <Notice kind="note">{say.opening}</Notice>}
      {subject && inside && (
        <div class="inside">
          {column}
          {row ? (
            <LayerView
              subject={subject}
              inside={inside}
              state={state}
              call={call}
              at={at}
              unit={evidence}
              second={beside === 'picture' ? second : undefined}
              onDown={down}
              onForward={forward}
              onPoint={setPointed}
            >
              <PathTrail
                inside={inside}
                state={state}
                trail={trail}
                here={here}
                path={(path.busy ? undefined : path.value) ?? { down: [], up: [] }}
              />
            </LayerView>
          ) : (
            <PictureView shown={shown} opacity={values.opacity} />
          )}
        </div>
      )}
    </PageFrame>
  );
}

/** Whether what was dropped is a model, as anything may be dropped anywhere. */
async function isModel(name: string): Promise<boolean> {
  if (!name.startsWith('file:')) return false;
  const kept = await keptFile(name.slice('file:'.length));
  return kept !== undefined && isModelFile(kept);
}
