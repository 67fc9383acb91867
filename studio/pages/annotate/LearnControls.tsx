import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { servedModels } from '../../models/servedModels.js';
import { Choice, CopyButton, Group, Select, Slider, Stepper, Toggle } from '../../parts/controls.js';
import { formatNumber } from '../../parts/formatNumber.js';
import { Notice } from '../../parts/Notice.js';
import { saveFile } from '../../parts/saveFile.js';
import { server } from '../../server/studioServer.js';
import { engine } from './droppedWork.js';
import { beginLearning, learning, openLearnt } from './liveLearning.js';
import { learnKinds } from './learnKinds.js';
import { LossCurve } from './LossCurve.js';
import { learntProgram } from './program.js';
import type { AnnotateState } from './state.js';
import { say } from './strings.js';
import { teaching, type Work } from './work.js';

/** Learning from what was drawn: how, how far it is, and what came of it. */
export function LearnControls({ work, state }: { work: Work; state: AnnotateState }): JSX.Element {
  const { learn: kind, backbone: asked, passes, show, score, live } = state.values.value;
  const [networks, setNetworks] = useState<readonly (readonly [name: string, said: string])[]>([]);
  const [problem, setProblem] = useState<string | undefined>();
  const { news, going = false, error } = learning.value[kind] ?? {};
  useEffect(() => {
    servedModels().then(setNetworks, () => undefined);
  }, [server.value]);
  useEffect(() => void openLearnt(kind).catch(() => undefined), [kind]);
  // One that has learned ImageNet needs fewer boxes than one that starts afresh.
  const backbone = asked || (networks.find(([, said]) => /imagenet/i.test(said))?.[0] ?? 'fresh');
  const taught = work.pictures.filter((picture) => teaching[kind](picture)).length;
  const download = (format: 'safetensors' | 'onnx'): void => {
    setProblem(undefined);
    engine.download({ kind, format }).then(
      (bytes) => saveFile(new Blob([bytes as Uint8Array<ArrayBuffer>]), `${kind}.${format}`),
      (failed: unknown) => setProblem((failed as Error).message),
    );
  };
  const left = news && news.step > 0 ? (news.seconds / news.step) * (news.steps - news.step) : undefined;
  const program = news && learntProgram(news);
  return (
    <Group title={say.learn}>
      <Choice
        label={say.what}
        options={learnKinds.map((one) => [one, say[one]] as const)}
        value={kind}
        onChange={(learn) => state.change({ learn })}
      />
      {networks.length > 0 && (
        <Select
          label={say.backbone}
          options={[['fresh', say.fresh], ...networks]}
          value={backbone}
          disabled={going}
          onChange={(next) => state.change({ backbone: next }, 'slide')}
        />
      )}
      <Stepper
        label={say.passes}
        value={passes}
        least={10}
        most={500}
        by={10}
        onChange={(next) => state.change({ passes: next }, 'slide')}
      />
      <div class="buttons">
        {going ? (
          <button type="button" onClick={() => void engine.stop({})}>
            {say.stop}
          </button>
        ) : (
          <button type="button" onClick={() => void beginLearning(work, { kind, backbone, passes })}>
            {say.learnFrom(taught)}
          </button>
        )}
      </div>
      {error && <Notice>{error.message}</Notice>}
      {news && (
        <>
          <LossCurve news={news} />
          <p class="hint" role={going ? undefined : 'status'}>
            {going
              ? say.learningNow(news.step, news.steps, left === undefined ? '–' : formatNumber(left, { digits: 0 }))
              : say.learned(news.step, news.pictures, formatNumber(news.seconds, { digits: 0 }))}
          </p>
          <Toggle label={say.showFound} value={show} onChange={(next) => state.change({ show: next }, 'slide')} />
          {kind === 'boxes' && (
            <Slider
              label={say.atLeast}
              value={score}
              least={0.1}
              most={0.9}
              by={0.05}
              write={(value) => formatNumber(value, { digits: 2 })}
              onChange={(next) => state.change({ score: next }, 'slide')}
            />
          )}
          <div class="buttons">
            <button type="button" aria-pressed={live} onClick={() => state.change({ live: !live })}>
              {say.live}
            </button>
            <button type="button" disabled={going} onClick={() => download('safetensors')}>
              safetensors
            </button>
            <button type="button" disabled={going} onClick={() => download('onnx')}>
              ONNX
            </button>
          </div>
          {problem !== undefined && <Notice>{problem}</Notice>}
          <details>
            <summary>{say.program}</summary>
            <CopyButton text={program!} />
            <pre tabIndex={0}>
              <code>{program}</code>
            </pre>
          </details>
        </>
      )}
    </Group>
  );
}
