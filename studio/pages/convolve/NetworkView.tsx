import type { JSX } from 'preact';
import { tasksOf } from '../../engine/engineThread.js';
import { PageFrame } from '../../frame/PageFrame.js';
import { Choice, Group, Slider } from '../../parts/controls.js';
import { MapCanvas } from '../../parts/MapCanvas.js';
import type { MapData } from '../../parts/drawMap.js';
import { formatNumber } from '../../parts/formatNumber.js';
import { Notice } from '../../parts/Notice.js';
import { useSize } from '../../parts/useSize.js';
import { useTask } from '../../parts/useTask.js';
import { readKernel } from './kernels.js';
import { letterSize } from './letter.js';
import { patterns, type LetterVotes } from './letterVotes.js';
import type { ConvolveState } from './state.js';
import { say } from './strings.js';
import type { tasks } from './tasks.js';
import { ViewChoice } from './ViewChoice.js';

const engine = tasksOf<typeof tasks>('convolve');
const names = ['diagonal', 'crossing', 'rising'] as const;
const unchanged = { down: 0, right: 0, turn: 0, scale: 1, thick: 1 } as const;

/** The lectures' network by hand, whole: patterns, maps, ReLU, pooling, votes; and what makes the votes fail. */
export function NetworkView({ state }: { state: ConvolveState }): JSX.Element {
  const { picture, down, right, turn, scale, thick } = state.values.value;
  const letter = picture === 'o' ? 'O' : 'X';
  const seen = useTask(
    (call) => engine.letterVotes({ letter, down, right, turn, scale, thick }, call),
    [letter, down, right, turn, scale, thick],
  );
  const slide = (part: Partial<Record<keyof typeof unchanged, number>>): void => state.change(part, 'slide');
  return (
    <PageFrame
      title={say.title}
      sentence={say.networkSentence}
      what={
        <>
          <ViewChoice state={state} />
          <div class="group-gap" />
          <Group title={say.letter}>
            <Choice
              label={say.letter}
              options={[
                ['X', 'X'],
                ['O', 'O'],
              ]}
              value={letter}
              onChange={(to) => state.change({ picture: to.toLowerCase() })}
            />
          </Group>
          <Group title={say.trouble}>
            <Slider
              label={say.down}
              value={down}
              least={-3}
              most={3}
              write={signed}
              onChange={(n) => slide({ down: n })}
            />
            <Slider
              label={say.right}
              value={right}
              least={-3}
              most={3}
              write={signed}
              onChange={(n) => slide({ right: n })}
            />
            <Slider
              label={say.turn}
              value={turn}
              least={-90}
              most={90}
              by={5}
              write={(n) => `${signed(n)}°`}
              onChange={(n) => slide({ turn: n })}
            />
            <Slider
              label={say.scale}
              value={scale}
              least={0.5}
              most={1.5}
              by={0.05}
              write={(n) => `${Math.round(100 * n)} %`}
              onChange={(n) => slide({ scale: n })}
            />
            <Slider
              label={say.thick}
              value={thick}
              least={0.5}
              most={4}
              by={0.25}
              write={(n) => formatNumber(n)}
              onChange={(n) => slide({ thick: n })}
            />
            <button type="button" onClick={() => state.change(unchanged)}>
              {say.asItWas}
            </button>
          </Group>
        </>
      }
      why={seen.value && <WhyVotes seen={seen.value} letter={letter} />}
    >
      {seen.error && <Notice>{seen.error.message}</Notice>}
      {seen.value && <Toy seen={seen.value} letter={letter} state={state} />}
    </PageFrame>
  );
}

/** Letter, patterns, and what becomes of each pattern's map, one row a pattern. */
function Toy({ seen, letter, state }: { seen: LetterVotes; letter: 'X' | 'O'; state: ConvolveState }): JSX.Element {
  const [stage, size] = useSize<HTMLDivElement>();
  // On a phone the letter has no column of its own.
  const across = size.width < 600 ? (size.width - 34) / 4.6 : (size.width - 130) / 5.95;
  const side = Math.max(44, Math.min(150, Math.floor(across), Math.floor((size.height - 130) / 3.2)));
  const signedMap = (data: Float32Array, rows: number): MapData => ({
    height: rows,
    width: rows,
    data,
    low: -1,
    high: 1,
    colours: 'diverging',
  });
  const cut = (value: number): string => formatNumber(value, { cut: true });
  const ballots = names.map((_, k) => seen.ballots.X[k].map((value, i) => value - seen.ballots.O[k][i]));
  const loudest = Math.max(...ballots.flatMap((map) => [...map].map(Math.abs)), 1e-9);
  const share = Math.max(Math.abs(seen.votes.X), Math.abs(seen.votes.O), 0.01);
  return (
    <div class="toy" ref={stage}>
      {size.width > 0 && (
        <>
          <figure class="letter">
            <figcaption>{letter}</figcaption>
            <MapCanvas
              label={letter}
              side={Math.round(side * 1.3)}
              map={{
                height: letterSize,
                width: letterSize,
                data: seen.letter,
                low: -1,
                high: 1,
                colours: 'sequential',
              }}
            />
          </figure>
          <div class="toy-rows">
            <div class="toy-row head" aria-hidden="true">
              {[say.pattern, say.matched, say.rectified, say.pooled, say.ballots].map((title) => (
                <span
                  key={title}
                  class="label"
                  style={{ width: `${title === say.pattern ? Math.round(side * 0.6) : side}px` }}
                >
                  {title}
                </span>
              ))}
            </div>
            {names.map((pattern, k) => (
              <a
                key={pattern}
                class="toy-row"
                href={state.link({
                  view: 'kernels',
                  picture: letter.toLowerCase(),
                  kernel: [readKernel(pattern)!],
                  mode: 'match',
                })}
                title={say[pattern]}
              >
                <MapCanvas
                  label={say[pattern]}
                  side={Math.round(side * 0.6)}
                  map={signedMap(
                    Float32Array.from(patterns[pattern].join(''), (c) => (c === '#' ? 1 : -1)),
                    3,
                  )}
                />
                <MapCanvas
                  label={`${say[pattern]}: ${say.matched}`}
                  side={side}
                  map={signedMap(seen.matched[k], 7)}
                  numbers={cut}
                />
                <MapCanvas
                  label={`${say[pattern]}: ${say.rectified}`}
                  side={side}
                  map={signedMap(seen.rectified[k], 7)}
                  numbers={cut}
                />
                <MapCanvas
                  label={`${say[pattern]}: ${say.pooled}`}
                  side={side}
                  map={signedMap(seen.pooled[k], 4)}
                  numbers={cut}
                />
                <MapCanvas
                  label={`${say[pattern]}: ${say.ballots}`}
                  side={side}
                  map={{ ...signedMap(ballots[k], 4), low: -loudest, high: loudest }}
                />
              </a>
            ))}
          </div>
          <div class="votes" aria-label={say.votes} role="group">
            {(['X', 'O'] as const).map((one) => (
              <div key={one} class={`vote${seen.votes[one] === Math.max(seen.votes.X, seen.votes.O) ? ' won' : ''}`}>
                <span class="letter-name">{one}</span>
                <span class="bar">
                  <span style={{ width: `${(100 * Math.max(0, seen.votes[one])) / share}%` }} />
                </span>
                <output class="number large">{formatNumber(seen.votes[one])}</output>
              </div>
            ))}
          </div>
        </>
      )}
    </div>
  );
}

function WhyVotes({ seen, letter }: { seen: LetterVotes; letter: 'X' | 'O' }): JSX.Element {
  const said = seen.votes.X > seen.votes.O ? 'X' : 'O';
  const sums = (side: 'X' | 'O'): number[] => seen.ballots[side].map((map) => map.reduce((a, b) => a + b, 0));
  return (
    <>
      <section class="sum">
        <h2>{say.votes}</h2>
        <p class={`verdict ${said === letter ? 'right' : 'wrong'}`}>
          {said === letter ? `✓ ${say.votesRight(letter)}` : `✗ ${say.votesWrong(letter, said)}`}
        </p>
        {(['X', 'O'] as const).map((side) => (
          <p key={side} class="terms">
            <span class="label">{say.votesFor(side)}</span>{' '}
            {sums(side)
              .map((value) => formatNumber(value))
              .join(' + ')}{' '}
            = <strong>{formatNumber(seen.votes[side])}</strong>
          </p>
        ))}
      </section>
      <section class="rows">
        {names.map((name, k) => (
          <p key={name}>
            <span class="label">{say[name]}</span> {sums('X')[k] >= sums('O')[k] ? 'X' : 'O'}{' '}
            {formatNumber(Math.abs(sums('X')[k] - sums('O')[k]), { sign: true })}
          </p>
        ))}
      </section>
      <p class="hint">{say.votesWhy}</p>
    </>
  );
}

function signed(value: number): string {
  return formatNumber(value, { digits: 0, sign: true });
}
