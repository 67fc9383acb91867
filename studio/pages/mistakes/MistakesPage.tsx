import { useEffect, useMemo, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import type { ProjectOptions } from 'striate';
import { tasksOf } from '../../engine/engineThread.js';
import { PageFrame } from '../../frame/PageFrame.js';
import { Notice } from '../../parts/Notice.js';
import { useTask } from '../../parts/useTask.js';
import { runFile } from '../../server/studioServer.js';
import { keptFile } from '../../storage/contents.js';
import { confusedPairs, inThousandths, isInside } from './confusion.js';
import { CorrectionBar } from './CorrectionBar.js';
import { Matrix } from './Matrix.js';
import { ProjectionMap } from './ProjectionMap.js';
import { SourceControls } from './SourceControls.js';
import { folderFiles } from './source.js';
import type { MistakesState } from './state.js';
import { say } from './strings.js';
import type { tasks } from './tasks.js';
import { useDecisions } from './useDecisions.js';
import { Wall } from './Wall.js';
import { WhyPicture } from './WhyPicture.js';
import './mistakes.css';

const engine = tasksOf<typeof tasks>('mistakes');

/** How many pictures a search by likeness finds. */
const alike = 48;

/** Mistakes: which pictures a model takes for what, and which labels are wrong. */
export function MistakesPage({ state }: { state: MistakesState }): JSX.Element {
  const values = state.values.value;
  const { data, part, run, model, at, like } = values;
  const folder = folderFiles.value;
  const key = [data, part, run, model, data === 'folder' ? folder.id : ''].join('|');
  const needsFolder = data === 'folder' && folder.files.length === 0;
  const result = useTask(
    needsFolder
      ? undefined
      : async (call) => {
          const file = await modelOf(run, model);
          const source = {
            key,
            part,
            model: file?.blob,
            modelName: file?.name,
            ...(data === 'folder' && { folder: folder.files }),
          };
          return engine.judge(source, call);
        },
    [key, needsFolder],
  );
  const judged = result.value?.key === key ? result.value : undefined;
  const options = projectionOptions(values);
  const placed = useTask(
    judged ? (call) => engine.place({ key, options }, call).then((found) => ({ ...found, key })) : undefined,
    [judged, JSON.stringify(options)],
  );
  const points = useMemo(
    () => (placed.value && placed.value.key === judged?.key ? inThousandths(placed.value.points) : undefined),
    [placed.value, judged],
  );
  const found = useTask(
    judged && like >= 0 && like < judged.count
      ? (call) => engine.similar({ key, index: like, count: alike }, call)
      : undefined,
    [judged, like],
  );
  const decisions = useDecisions(key);
  const { cell, lasso, show, sort } = values;
  const shown = useMemo(() => {
    if (!judged) return [];
    const { labels, guesses, suggested, losses, suspicion, distances } = judged;
    const inLasso = (i: number): boolean =>
      lasso.length === 0 || (points !== undefined && isInside(points[2 * i], points[2 * i + 1], lasso));
    if (like >= 0) return [...(found.value ?? [])].filter(inLasso);
    const kinds = {
      mistakes: (i: number) => labels[i] !== guesses[i],
      all: () => true,
      suspected: (i: number) => suggested[i] >= 0,
      decided: (i: number) => decisions.standing.has(i),
    } as const;
    // Whoever opens a cell sees all of it, be it on the diagonal.
    const wanted = cell ? (i: number) => labels[i] === cell[0] && guesses[i] === cell[1] : kinds[show];
    const worst = { loss: losses, suspicion, distance: distances }[sort];
    return Array.from({ length: judged.count }, (_, i) => i)
      .filter((i) => wanted(i) && inLasso(i))
      .sort((a, b) => worst[b] - worst[a]);
  }, [judged, points, found.value, like, cell, lasso, show, sort, show === 'decided' && decisions.standing]);
  const chosen = judged && at >= 0 && at < judged.count ? at : shown.at(0);
  const [hovered, setHovered] = useState<number | undefined>(undefined);
  useEffect(() => setHovered(undefined), [key]);
  const looked = hovered ?? chosen;
  const target = judged && looked !== undefined ? judged.guesses[looked] : 0;
  const heat = useTask(
    judged && looked !== undefined
      ? (call) => engine.heat({ key, index: looked, target }, call).then((map) => ({ ...map, index: looked, key }))
      : undefined,
    [judged, looked],
  );
  const map = heat.value?.index === looked && heat.value?.key === key ? heat.value : undefined;
  const pairs = useMemo(() => (judged ? confusedPairs(judged.labels, judged.guesses) : []), [judged]);
  return (
    <PageFrame
      title={say.title}
      sentence={say.sentence}
      what={<SourceControls state={state} />}
      why={
        judged && looked !== undefined ? (
          <WhyPicture judged={judged} index={looked} heat={map} decision={decisions.standing.get(looked)} />
        ) : (
          <h2>{say.title}</h2>
        )
      }
      below={
        judged && <CorrectionBar state={state} judged={judged} chosen={chosen} shown={shown} decisions={decisions} />
      }
    >
      {needsFolder && <Notice kind="note">{say.dropFolder}</Notice>}
      {result.error && <Notice>{result.error.message}</Notice>}
      {placed.error && <Notice>{placed.error.message}</Notice>}
      {heat.error && <Notice>{heat.error.message}</Notice>}
      {!judged && !needsFolder && !result.error && <Notice kind="note">{say.working}</Notice>}
      {judged && judged.learned > 0 && <Notice kind="note">{say.learnedNote}</Notice>}
      {judged && (
        <div class="mistakes">
          <Matrix judged={judged} pairs={pairs} state={state} />
          <ProjectionMap
            judged={judged}
            points={points}
            busy={placed.busy}
            parameters={placed.value?.parameters}
            chosen={looked}
            state={state}
          />
          <Wall
            judged={judged}
            shown={shown}
            chosen={chosen}
            heat={map}
            standing={decisions.standing}
            state={state}
            onHover={setHovered}
          />
        </div>
      )}
    </PageFrame>
  );
}

/** The file of a run of the server's, or of a dropped model; undefined for the page's own network. */
async function modelOf(
  run: string,
  model: string,
): Promise<{ readonly blob: Blob; readonly name: string } | undefined> {
  if (run !== '') return { blob: await runFile(run, 'best.safetensors'), name: run };
  if (model === '') return undefined;
  const file = await keptFile(model.slice('file:'.length));
  if (!file) throw new Error(say.noModel);
  return file;
}

/** The library's options of what the page's controls say. */
function projectionOptions(values: MistakesState['values']['value']): ProjectOptions {
  const { projection: method, seed, perplexity, iterations, exaggeration, angle } = values;
  const { neighbours, distance, spread, epochs, dimensions: initialDimensions } = values;
  if (method === 'pca') return { method };
  if (method === 'tsne')
    return { method, seed, perplexity, iterations, earlyExaggeration: exaggeration, angle, initialDimensions };
  return {
    method,
    seed,
    nNeighbors: neighbours,
    minDist: Math.min(distance, spread),
    spread,
    nEpochs: epochs,
    initialDimensions,
  };
}
