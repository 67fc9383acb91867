import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { PageFrame } from '../../frame/PageFrame.js';
import { useKeys } from '../../keys/keys.js';
import { formatDuration, formatNumber, formatPercent } from '../../parts/formatNumber.js';
import { Notice } from '../../parts/Notice.js';
import { server } from '../../server/studioServer.js';
import { commandLineId, commandLineRun, commandLineRuns, followCommandLine, isCommandLine } from './commandLineRuns.js';
import { Curves } from './Curves.js';
import { DataControls } from './DataControls.js';
import { Guesses } from './Guesses.js';
import { KernelSheet } from './KernelSheet.js';
import { begin, earlier, goOn, live, newRunId, pause, readRuns, showRun, type LiveTraining } from './liveTraining.js';
import { ModelControls } from './ModelControls.js';
import { nearestPoint } from './points.js';
import { settingsOf, solvesAlone } from './recipe.js';
import { RecipeControls } from './RecipeControls.js';
import { RunList, statusSaid, TakeAway } from './RunActions.js';
import type { TrainState } from './state.js';
import { say } from './strings.js';
import { lastResult } from './trainingRuns.js';
import { TryIt } from './TryIt.js';
import './train.css';

/** Train: pictures, a network and a recipe, and what becomes of them, live. */
export function TrainPage({ state }: { state: TrainState }): JSX.Element {
  const { run: id, learn } = state.values.value;
  const [missing, setMissing] = useState<string | undefined>();
  const [at, setAt] = useState<number | undefined>();
  const isAsked = server.value !== undefined;
  useEffect(() => void readRuns().catch(() => undefined), []);
  useEffect(() => (isAsked ? followCommandLine() : undefined), [isAsked]);
  useEffect(() => {
    if (!isAsked) return;
    setMissing(undefined);
    if (isCommandLine(id)) return;
    if (id !== '') void showRun(id).then((found) => setMissing(found ? undefined : id));
    else if (learn) start();
  }, [id, learn, isAsked]);
  const start = (): void => {
    const settings = settingsOf(state.values.peek());
    const fresh = newRunId(settings);
    void begin(fresh, settings);
    state.change({ run: fresh, learn: false }, 'slide');
  };
  const now = live.value;
  const own = id !== '' && now?.run.id === id ? now : undefined;
  const training = isCommandLine(id) ? followed(id) : own;
  const toggle = (): void => {
    if (own?.going) void pause();
    else if (own && own.run.status !== 'done') void goOn(own.run);
    else start();
  };
  const stepOnce = (): void => {
    if (own && !own.going && own.run.status !== 'done') void goOn(own.run, 1);
  };
  useKeys([
    { key: ' ', said: { en: 'train, pause, resume', ko: '학습, 멈춤, 이어서' }, run: toggle },
    { key: '.', said: { en: 'one batch', ko: '한 배치' }, run: stepOnce },
    { key: 'n', said: { en: 'train anew', ko: '새로 학습' }, run: start },
  ]);
  const all = isCommandLine(id) ? commandLineRuns.value.map(commandLineRun) : earlier.value;
  const others = all.filter((other) => other.id !== id && other.settings.data === training?.run.settings.data);
  const { look, run } = training ?? {};
  return (
    <PageFrame
      title={say.title}
      sentence={say.sentence}
      what={
        <>
          <DataControls state={state} />
          <ModelControls state={state} />
          <RecipeControls state={state} />
        </>
      }
      why={
        <div class="train-why">
          <Results training={training} at={at} />
          {look?.kernels && <KernelSheet kernels={look.kernels} />}
          {run && look && <TryIt key={run.id} run={run} state={state} />}
          {run && look?.pictures?.[0] && <TakeAway run={run} inputShape={shapeOf(training!)} />}
          <RunList state={state} />
        </div>
      }
      below={<Transport training={training} onToggle={toggle} onStep={stepOnce} onAnew={start} />}
    >
      {missing !== undefined && <Notice>{say.notHere(missing)}</Notice>}
      {training?.error && <Notice>{training.error.message}</Notice>}
      {training?.news?.notes.map((note) => (
        <Notice key={note} kind="note">
          {note}
        </Notice>
      ))}
      <Curves run={run} others={others.slice(0, 6)} at={at} onPoint={setAt} />
      {look && run && <Guesses look={look} classNames={run.classNames} />}
    </PageFrame>
  );
}

/** A run of the command line as it stands; undefined where there is none of that name. */
function followed(id: string): LiveTraining | undefined {
  const listed = commandLineRuns.value.find((one) => commandLineId(one) === id);
  if (!listed) return undefined;
  const run = commandLineRun(listed);
  return { run, news: undefined, look: undefined, going: run.status === 'running', error: undefined };
}

/** The shape of the pictures, of which looks have the height and the width. */
function shapeOf({ look, run }: LiveTraining): readonly number[] {
  const [{ height, width }] = look!.pictures!;
  const isGrey = ['xo', 'digits', 'mnist'].includes(run.settings.data);
  return [height, width, isGrey ? 1 : 3];
}

interface TransportProps {
  readonly training: LiveTraining | undefined;
  readonly onToggle: () => void;
  readonly onStep: () => void;
  readonly onAnew: () => void;
}

/** Train, pause, one batch, and how far it is. */
function Transport({ training, onToggle, onStep, onAnew }: TransportProps): JSX.Element {
  const { run, news, going = false } = training ?? {};
  // Those of the command line are only looked at.
  const isOpen = run !== undefined && run.status !== 'done' && run.name === undefined;
  const perSecond = news?.picturesPerSecond ?? 0;
  const alone = run !== undefined && solvesAlone(run.settings);
  // Of all pictures once, or of a batch at each step.
  const pictures = (steps: number): number =>
    alone ? Math.round((steps / run.steps) * run.pictures) : steps * (run?.settings.batch ?? 0);
  const left = run && perSecond > 0 ? (1000 * pictures(run.steps - run.step)) / perSecond : undefined;
  const count = (value: number): string => formatNumber(value, { digits: 0 });
  const epoch = run ? Math.min(run.settings.epochs, Math.floor((run.step * run.settings.epochs) / run.steps) + 1) : 1;
  return (
    <div class="train-transport">
      <button type="button" class="main" onClick={onToggle}>
        {going && isOpen ? say.pause : isOpen ? say.resume : say.train}
      </button>
      <button type="button" disabled={!isOpen || going} onClick={onStep}>
        {say.stepOne}
      </button>
      {isOpen && (
        <button type="button" onClick={onAnew}>
          {say.again}
        </button>
      )}
      {run && (
        <>
          <progress aria-label={statusSaid(going ? 'running' : run.status)} max={run.steps} value={run.step} />
          <span class="train-far">
            {run.name !== undefined && `${say.ofCommandLine(run.name)}, ${say.epochOf(run.step, run.steps)}: `}
            {isOpen && going && !news ? say.preparing : statusSaid(going ? 'running' : run.status)}
            {news && ': '}
            {news &&
              (alone
                ? say.solving(count(pictures(run.step)), count(run.pictures))
                : say.progress(epoch, run.settings.epochs, count(run.step), count(run.steps)))}
            {going && perSecond > 0 && ` · ${say.perSecond(count(perSecond))}`}
            {going && left !== undefined && ` · ${say.leftTime(formatDuration(Math.max(1000, left)))}`}
          </span>
        </>
      )}
    </div>
  );
}

/** The numbers of now, or of the step under the pointer. */
function Results({ training, at }: { training: LiveTraining | undefined; at: number | undefined }): JSX.Element {
  const { run } = training ?? {};
  const index = run && at !== undefined ? nearestPoint(run.points, at) : run ? run.points.length / 3 - 1 : -1;
  const point = run && index >= 0 ? run.points.subarray(3 * index, 3 * index + 3) : undefined;
  const result = run && lastResult(run);
  const percent = (share: number): string => formatPercent(share, 2);
  const held = formatNumber(run?.held ?? 0, { digits: 0 });
  const { solved } = run ?? {};
  return (
    <section>
      <h2>{at === undefined ? say.now : say.atStep(formatNumber(point?.[0] ?? 0, { digits: 0 }))}</h2>
      {point && (
        <dl class="train-numbers">
          <dt>{say.loss}</dt>
          <dd class="number">{formatNumber(point[1], { digits: 4 })}</dd>
          <dt>{say.learnAccuracy}</dt>
          <dd class="number">{formatPercent(point[2], 1)}</dd>
        </dl>
      )}
      {result && (
        <p class="train-held">
          {solved
            ? say.heldSolved(percent(result.valAccuracy), held)
            : run.name === undefined
              ? say.heldOn(percent(result.valAccuracy), held, run.results.length)
              : say.heldAfter(percent(result.valAccuracy), run.results.length)}
        </p>
      )}
      {solved?.crossValidated !== undefined && <p>{say.crossValidated(percent(solved.crossValidated))}</p>}
      <p class="hint">
        {solved
          ? say.whySolved(formatNumber(solved.features, { digits: 0 }), String(Number(solved.C.toPrecision(2))))
          : say.whyLoss}
      </p>
    </section>
  );
}
