import { useEffect, useMemo, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import type { ProjectOptions } from 'striate';
import type { CanvasPicture } from 'striate/explain';
import { isCancelled, tasksOf } from '../../engine/engineThread.js';
import { PageFrame } from '../../frame/PageFrame.js';
import { Notice } from '../../parts/Notice.js';
import { useTask } from '../../parts/useTask.js';
import { listRuns, server } from '../../server/studioServer.js';
import { confusedPairs, inThousandths, isInside } from './confusion.js';
import { CorrectionBar } from './CorrectionBar.js';
import { Matrix } from './Matrix.js';
import { ProjectionMap } from './ProjectionMap.js';
import { SourceControls } from './SourceControls.js';
import { askedSource } from './source.js';
import type { MistakesState } from './state.js';
import { say } from './strings.js';
import type { Judged, tasks } from './tasks.js';
import { Thumbnails } from './Thumbnails.js';
import { trainCommand } from './trainCommand.js';
import { useDecisions } from './useDecisions.js';
import { Wall } from './Wall.js';
import { heatsOf, WhyPicture, type Heats } from './WhyPicture.js';
import './mistakes.css';

const engine = tasksOf<typeof tasks>('mistakes');

/** How many pictures a search by likeness finds. */
const mostAlike = 48;

/** Milliseconds that a pointer stays where it is meant. */
const passing = 40;

/** Mistakes: which pictures a model takes for what, and which labels are wrong. */
export function MistakesPage({ state }: { state: MistakesState }): JSX.Element {
  const values = state.values.value;
  const { data, run, at, like, alike } = values;
  const source = askedSource(values);
  const { key } = source;
  // What the server has is known only once it has answered.
  const isReady = server.value !== undefined;
  const result = useTask(isReady ? async (call) => engine.judge(await source.open(), call) : undefined, [key, isReady]);
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
  const thumbnails = useMemo(
    () => judged && new Thumbnails(judged.shape, (indices) => engine.thumbnails({ key: judged.key, indices })),
    [judged],
  );
  const found = useTask(
    judged && like >= 0 && like < judged.count
      ? (call) => engine.similar({ key, index: like, count: mostAlike, by: alike }, call)
      : undefined,
    [judged, like, alike],
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
  }, [
    judged,
    points,
    found.value,
    like,
    String(cell),
    String(lasso),
    show,
    sort,
    show === 'decided' && decisions.standing,
  ]);
  const chosen = judged && at >= 0 && at < judged.count ? at : shown.at(0);
  const [hovered, setHovered] = useState<number | undefined>(undefined);
  const [reached, setReached] = useState<number | undefined>(undefined);
  useEffect(() => {
    setHovered(undefined);
    setReached(undefined);
  }, [key]);
  const looked = hovered ?? chosen;
  const close = useClose(judged, looked);
  const pairs = useMemo(() => (judged ? confusedPairs(judged.labels, judged.guesses) : []), [judged]);
  const guessHeat = close.index === looked ? close.heats.guess : undefined;
  const runs = useTask(run !== '' && server.value?.runs ? () => listRuns() : undefined, [run, server.value]);
  const command = trainCommand({
    run: runs.value?.find(({ name }) => name === run),
    data: judged?.folder ?? data.replace(/^data:/, ''),
    model: server.value?.model?.name,
  });
  return (
    <PageFrame
      title={say.title}
      sentence={say.sentence}
      what={<SourceControls state={state} />}
      why={
        judged && thumbnails && looked !== undefined ? (
          <WhyPicture
            judged={judged}
            index={looked}
            picture={close.index === looked ? (close.picture ?? thumbnails.get(looked)) : thumbnails.get(looked)}
            heats={close.index === looked ? close.heats : {}}
            decision={decisions.standing.get(looked)}
          />
        ) : (
          <h2>{say.title}</h2>
        )
      }
      below={
        judged && (
          <CorrectionBar
            state={state}
            judged={judged}
            chosen={chosen}
            shown={shown}
            decisions={decisions}
            command={command}
            onReach={setReached}
          />
        )
      }
    >
      {result.error && <Notice>{result.error.message}</Notice>}
      {decisions.problem !== undefined && <Notice>{decisions.problem}</Notice>}
      {placed.error && <Notice>{placed.error.message}</Notice>}
      {close.error && <Notice>{close.error.message}</Notice>}
      {!judged && !result.error && <p role="status">{run === '' && values.model === '' ? say.working : say.looking}</p>}
      {judged && thumbnails && (
        <div class="mistakes">
          {judged.learned > 0 && <Notice kind="note">{say.learnedNote}</Notice>}
          <Matrix judged={judged} pairs={pairs} state={state} />
          <ProjectionMap
            judged={judged}
            thumbnails={thumbnails}
            points={points}
            busy={placed.busy}
            parameters={placed.value?.parameters}
            chosen={chosen}
            hovered={hovered}
            onHover={setHovered}
            state={state}
          />
          <Wall
            judged={judged}
            thumbnails={thumbnails}
            shown={shown}
            chosen={chosen}
            reached={reached}
            heat={guessHeat && { ...guessHeat, index: looked! }}
            standing={decisions.standing}
            state={state}
            onHover={setHovered}
          />
        </div>
      )}
    </PageFrame>
  );
}

/** What is shown of the picture that is looked at closely. */
interface CloseLook {
  readonly index: number | undefined;
  readonly picture: CanvasPicture | undefined;
  readonly heats: Heats;
  readonly error: Error | undefined;
}

/** The picture that is looked at, as large as the model takes it, and its heat maps, the guess's first, as they come. */
function useClose(judged: Judged | undefined, index: number | undefined): CloseLook {
  const [look, setLook] = useState<CloseLook>({ index: undefined, picture: undefined, heats: {}, error: undefined });
  useEffect(() => {
    if (!judged || index === undefined) return undefined;
    const abort = new AbortController();
    const { key, labels, guesses } = judged;
    const call = { signal: abort.signal };
    const find = async (): Promise<void> => {
      // Where the pointer only passes by, nothing is computed.
      await new Promise((resolve) => setTimeout(resolve, passing));
      abort.signal.throwIfAborted();
      const picture = await engine.picture({ key, index }, call);
      let heats: Heats = {};
      setLook({ index, picture, heats, error: undefined });
      for (const of of heatsOf(labels[index] !== guesses[index])) {
        heats = { ...heats, [of]: await engine.heat({ key, index, of }, call) };
        setLook({ index, picture, heats, error: undefined });
      }
    };
    find().catch((error: unknown) => {
      if (!isCancelled(error)) setLook((before) => ({ ...before, error: error as Error }));
    });
    return () => abort.abort();
  }, [judged, index]);
  return look;
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
