import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { classColour } from '../../design/classPalette.js';
import { theme } from '../../design/theme.js';
import { PageFrame } from '../../frame/PageFrame.js';
import { Group } from '../../parts/controls.js';
import { saveFile } from '../../parts/saveFile.js';
import { BoxEditor } from './BoxEditor.js';
import type { LabelledBox } from './boxes.js';
import { ClassList } from './ClassList.js';
import { FoundList } from './FoundList.js';
import { LearnControls } from './LearnControls.js';
import { learning } from './liveLearning.js';
import { LiveSight } from './LiveSight.js';
import { cocoText } from './cocoBoxes.js';
import { engine, openDropped, withDropped } from './droppedWork.js';
import { maskOf } from './paint.js';
import { PictureControls } from './PictureControls.js';
import { PointList } from './PointList.js';
import { unplaced } from './points.js';
import type { AnnotateState } from './state.js';
import { say } from './strings.js';
import { ToolControls } from './ToolControls.js';
import { useFound } from './useFound.js';
import { useBoxKeys } from './useBoxKeys.js';
import { useWork } from './useWork.js';
import { withBoxes, withoutClass, withoutPoint, type Work } from './work.js';
import { yoloFiles, type ArchivedFile } from './yoloBoxes.js';
import './annotate.css';

/** Annotate: boxes around things in one's own pictures, their pixels and points. */
export function AnnotatePage({ state }: { state: AnnotateState }): JSX.Element {
  const kept = useWork();
  const { work = { pictures: [], classNames: [], pointNames: [] }, change } = kept;
  const { pictures, classNames, pointNames } = work;
  const values = state.values.value;
  const [problem, setProblem] = useState<string | undefined>();
  const [note, setNote] = useState<string | undefined>();
  const at = Math.max(
    0,
    pictures.findIndex(({ hash }) => hash === values.picture),
  );
  const picture = pictures.at(at);
  const boxes = picture?.boxes ?? [];
  const chosen = Math.min(values.box, boxes.length) - 1;
  const label = Math.min(values.class, Math.max(1, classNames.length)) - 1;

  const choose = (index: number): void => {
    const own = index >= 0 ? { class: boxes[index].label + 1 } : {};
    state.change({ box: index + 1, point: 0, ...own }, 'slide');
  };
  const changeBoxes = (next: typeof boxes, index: number): void => {
    if (!picture) return;
    change((before) => withBoxes(before, picture.hash, next));
    const own = index >= 0 ? { class: next[index].label + 1 } : {};
    state.change({ picture: picture.hash, box: index + 1, point: 0, ...own }, 'slide');
  };
  const open = (hash: string): void => state.change({ picture: hash, box: 0 });
  const step = (by: number): void => {
    const next = pictures[at + by] as Work['pictures'][number] | undefined;
    if (next) open(next.hash);
  };
  const chooseClass = (next: number): void => {
    if (next >= classNames.length) return;
    if (chosen >= 0) changeBoxes(boxes.with(chosen, { ...boxes[chosen], label: next }), chosen);
    else state.change({ class: next + 1 }, 'slide');
  };
  const take = async (files: readonly ArchivedFile[]): Promise<void> => {
    setProblem(undefined);
    setNote(undefined);
    try {
      const dropped = await openDropped(
        files,
        pictures.map(({ name }) => name),
      );
      change((before) => {
        const { work: next, unknown } = withDropped(before, dropped);
        if (unknown > 0) setNote(say.unknown(unknown));
        return next;
      });
      const first = dropped.pictures.at(0);
      state.change(first ? { picture: first.hash, box: 0 } : { box: 0 });
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  useBoxKeys({
    picture,
    label,
    chosen,
    kept,
    onStep: step,
    onClass: chooseClass,
    onTool: (tool) => state.change({ tool }, 'slide'),
    onChange: changeBoxes,
    onChoose: choose,
  });
  const { learn: kind, show, score, live, tool, size } = values;
  const point = Math.min(values.point, pointNames.length) - 1;
  const { news: learnt, going = false } = learning.value[kind] ?? {};
  const { found } = useFound({
    ...{ kind, learns: going, moves: false, on: [picture?.hash, learnt?.step === undefined] },
    see: picture && learnt && show && !live ? () => picture.blob : undefined,
  });
  useEffect(() => {
    setNote(undefined);
  }, [values.picture]);

  const addClass = (): void => {
    change((before) => ({ ...before, classNames: [...classNames, freshName(classNames, say.newClass)] }));
    state.change({ class: classNames.length + 1, box: 0 }, 'slide');
  };
  const removePicture = (): void => {
    if (!picture || pictures.length < 2) return;
    change((before) => ({ ...before, pictures: before.pictures.filter((one) => one.hash !== picture.hash) }));
    open(pictures[at > 0 ? at - 1 : 1].hash);
  };
  return (
    <PageFrame
      title={say.title}
      sentence={say.sentence}
      what={
        <>
          <PictureControls
            work={work}
            open={picture?.hash ?? ''}
            problem={problem ?? kept.problem}
            note={note}
            camera={values.camera}
            onCamera={(camera) => state.change({ camera })}
            onOpen={open}
            onFiles={(files) => void take(files)}
          />
          <ClassList
            names={classNames}
            label={label}
            onChoose={chooseClass}
            onRename={(i, name) => change((before) => ({ ...before, classNames: before.classNames.with(i, name) }))}
            onAdd={addClass}
            onRemove={(i) => {
              change((before) => withoutClass(before, i));
              state.change({ class: 1, box: 0 }, 'slide');
            }}
          />
          {(tool === 'point' || pictures.some((one) => one.boxes.some(({ points }) => points))) && (
            <PointList
              names={pointNames}
              thing={boxes.at(chosen < 0 ? boxes.length : chosen)}
              point={point}
              onChoose={(next) => state.change({ point: next + 1, tool: 'point' }, 'slide')}
              onChange={(thing) => changeBoxes(boxes.with(chosen, thing), chosen)}
              onRename={(i, name) => change((before) => ({ ...before, pointNames: pointNames.with(i, name) }))}
              onAdd={() =>
                change((before) => ({ ...before, pointNames: [...pointNames, freshName(pointNames, say.newPoint)] }))
              }
              onRemove={(i) => {
                change((before) => withoutPoint(before, i));
                state.change({ point: 0 }, 'slide');
              }}
            />
          )}
          <LearnControls work={work} state={state} />
          <Group title={say.take}>
            <div class="buttons">
              <button
                type="button"
                onClick={() => saveFile(new Blob([cocoText(work)], { type: 'application/json' }), 'annotations.json')}
              >
                COCO JSON
              </button>
              <button
                type="button"
                onClick={() => void engine.pack({ files: yoloFiles(work) }).then((zip) => saveFile(zip, 'yolo.zip'))}
              >
                YOLO (zip)
              </button>
            </div>
          </Group>
        </>
      }
      why={
        picture && (
          <>
            <Group title={picture.name}>
              <p class="hint">{`${say.place(at + 1, pictures.length)}, ${say.sizeOf(picture.width, picture.height)}`}</p>
              <div class="buttons">
                <button type="button" class="quiet" disabled={pictures.length < 2} onClick={removePicture}>
                  {say.removePicture}
                </button>
              </div>
            </Group>
            <Group title={say.boxes}>
              {boxes.length === 0 && <p class="hint">{say.noBoxes}</p>}
              <ul class="annotate-list">
                {boxes.map((one, i) => (
                  <li key={i}>
                    <button type="button" class="quiet" aria-pressed={i === chosen} onClick={() => choose(i)}>
                      <span aria-hidden="true" style={{ color: classColour(one.label, theme.value).colour }}>
                        {classColour(one.label, theme.value).sign}
                      </span>{' '}
                      {[say.boxOf(classNames[one.label], one.box), ...paintedSaid(one, pointNames)].join(', ')}
                    </button>
                  </li>
                ))}
              </ul>
              {chosen >= 0 && <p class="hint">{say.resizeHint}</p>}
            </Group>
            {found && <FoundList found={found} threshold={score} />}
          </>
        )
      }
      below={
        <>
          <ToolControls
            {...{ tool, size }}
            isChosen={chosen >= 0}
            onTool={(next) => state.change({ tool: next }, 'slide')}
            onSize={(next) => state.change({ size: next }, 'slide')}
            onNew={() => choose(-1)}
          />
          <div class="buttons">
            <button type="button" aria-label={say.previous} disabled={at === 0} onClick={() => step(-1)}>
              ‹
            </button>
            <span class="number">{say.place(at + 1, pictures.length)}</span>
            <button type="button" aria-label={say.next} disabled={at >= pictures.length - 1} onClick={() => step(1)}>
              ›
            </button>
            <span class="space" />
            <button type="button" disabled={!kept.undo} onClick={() => kept.undo?.()}>
              {say.undo}
            </button>
            <button type="button" disabled={!kept.redo} onClick={() => kept.redo?.()}>
              {say.redo}
            </button>
            <button
              type="button"
              disabled={chosen < 0}
              onClick={() =>
                changeBoxes(
                  boxes.filter((_, i) => i !== chosen),
                  -1,
                )
              }
            >
              {say.remove}
            </button>
          </div>
        </>
      }
    >
      {live && learnt && <LiveSight kind={kind} learns={going} classNames={classNames} threshold={score} />}
      {picture && !(live && learnt) && (
        <BoxEditor
          picture={picture}
          {...{ classNames, pointNames, tool, size, label, point, chosen }}
          found={found}
          threshold={score}
          onChoose={choose}
          onChange={changeBoxes}
        />
      )}
    </PageFrame>
  );
}

/** A name that is not there yet: `class 3`. */
function freshName(names: readonly string[], said: (n: number) => string): string {
  let n = names.length + 1;
  while (names.includes(said(n))) n++;
  return said(n);
}

/** What was painted of a thing, and how many of its points are placed, in words. */
function paintedSaid(thing: LabelledBox, pointNames: readonly string[]): readonly string[] {
  const mask = maskOf(thing);
  const placed = thing.points?.filter(([, , how]) => how !== unplaced).length ?? 0;
  return [
    ...(mask ? [say.pixelsOf(mask.area)] : []),
    ...(placed > 0 ? [say.pointsPlaced(placed, pointNames.length)] : []),
  ];
}
