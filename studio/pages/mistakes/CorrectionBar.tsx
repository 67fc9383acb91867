import { useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { useKeys } from '../../keys/keys.js';
import { CopyButton } from '../../parts/controls.js';
import { saveFile } from '../../parts/saveFile.js';
import { correctionsCsv, decisionCounts, type Decision } from './corrections.js';
import type { MistakesState } from './state.js';
import { say } from './strings.js';
import type { Judged } from './tasks.js';
import { labelsFile } from './trainCommand.js';
import type { KeptDecisions } from './useDecisions.js';

/** What `CorrectionBar` is given. */
export interface CorrectionBarProps {
  readonly state: MistakesState;
  readonly judged: Judged;
  /** The picture that is decided on. */
  readonly chosen: number | undefined;
  readonly shown: readonly number[];
  readonly decisions: KeptDecisions;
  /** The call that trains again with the difference file. */
  readonly command: string;
  /** Tells that keys went to a picture. */
  readonly onReach: (index: number) => void;
}

/** Right as is, relabel, leave out, undo; and what the difference file holds. */
export function CorrectionBar(props: CorrectionBarProps): JSX.Element {
  const { state, judged, chosen, shown, decisions, command, onReach } = props;
  const { classNames, guesses } = judged;
  const select = useRef<HTMLSelectElement>(null);
  const { relabel, 'leave out': left, right } = decisionCounts(decisions.all);
  /** Goes on to the picture behind, so that many are decided on quickly. */
  const step = (by: number): void => {
    const place = chosen === undefined ? -1 : shown.indexOf(chosen);
    const next = shown[Math.min(shown.length - 1, Math.max(0, place + by))];
    if (next === undefined) return;
    state.change({ at: next }, 'slide');
    onReach(next);
  };
  const decide = (decision: Decision): void => {
    decisions.decide(decision);
    step(1);
  };
  const asRight = (): void => {
    if (chosen !== undefined) decide({ index: chosen, decision: 'right' });
  };
  const leaveOut = (): void => {
    if (chosen !== undefined) decide({ index: chosen, decision: 'leave out' });
  };
  const relabelAs = (label: number): void => {
    if (chosen !== undefined && label < classNames.length) decide({ index: chosen, decision: 'relabel', label });
  };
  const asGuessed = (): void => {
    if (chosen !== undefined) relabelAs(guesses[chosen]);
  };
  const undo = (): void => {
    const last = decisions.all.at(-1);
    decisions.undo();
    if (!last) return;
    state.change({ at: last.index }, 'slide');
    onReach(last.index);
  };
  const alike = (): void => {
    if (chosen !== undefined) state.change({ like: chosen, at: chosen, cell: null });
  };
  useKeys([
    { key: 'r', said: { en: 'right as is', ko: '그대로 맞음' }, run: asRight },
    { key: 'g', said: { en: 'relabel as the model guesses', ko: '모델의 추측으로 바꾸기' }, run: asGuessed },
    ...Array.from({ length: Math.min(10, classNames.length) }, (_, k) => ({
      key: String(k),
      said: { en: 'relabel as the class of this number', ko: '이 번호의 클래스로 바꾸기' },
      run: () => relabelAs(k),
    })),
    { key: 'l', said: { en: 'choose the label', ko: '라벨 고르기' }, run: () => select.current?.focus() },
    { key: 'x', said: { en: 'leave out', ko: '빼기' }, run: leaveOut },
    { key: 'u', said: { en: 'undo', ko: '되돌리기' }, run: undo },
    { key: '/', said: { en: 'search for similar pictures', ko: '비슷한 그림 찾기' }, run: alike },
    { key: 'ArrowLeft', said: { en: 'picture before, next picture', ko: '이전 그림, 다음 그림' }, run: () => step(-1) },
    { key: 'ArrowRight', said: { en: 'picture before, next picture', ko: '이전 그림, 다음 그림' }, run: () => step(1) },
  ]);
  const download = (): void =>
    saveFile(new Blob([correctionsCsv(decisions.all, judged)], { type: 'text/csv' }), labelsFile);
  const none = chosen === undefined;
  return (
    <div class="mistakes-bar">
      <span class="buttons">
        <button type="button" disabled={none} onClick={asRight}>
          {say.right} <kbd>r</kbd>
        </button>
        <select
          ref={select}
          aria-label={say.relabelTo}
          disabled={none}
          value=""
          onChange={(event) => {
            const { value } = event.currentTarget;
            event.currentTarget.value = '';
            event.currentTarget.blur();
            if (value !== '') relabelAs(Number(value));
          }}
        >
          <option value="">{say.relabel} …</option>
          {classNames.map((name, k) => (
            <option key={name} value={k}>
              {name}
            </option>
          ))}
        </select>
        <button type="button" disabled={none} onClick={leaveOut}>
          {say.leaveOut} <kbd>x</kbd>
        </button>
        <button type="button" disabled={none} onClick={alike}>
          {say.like} <kbd>/</kbd>
        </button>
        <button type="button" disabled={decisions.all.length === 0} onClick={undo}>
          {say.undo} <kbd>u</kbd>
        </button>
      </span>
      <span class="space" />
      <span role="status">
        <span class="label">{say.file}:</span> {say.holds(relabel, left, right)}
      </span>
      <button type="button" class="main" disabled={decisions.standing.size === 0} onClick={download}>
        {say.download}
      </button>
      {decisions.standing.size > 0 && (
        <span class="hint mistakes-again">
          {say.again} <code>{command}</code> <CopyButton text={command} />
        </span>
      )}
    </div>
  );
}
