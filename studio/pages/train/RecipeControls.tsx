import type { JSX } from 'preact';
import { Choice, Group, Select, Stepper, Toggle } from '../../parts/controls.js';
import {
  augmentationNames,
  isTrained,
  learningParts,
  optimizerNames,
  rateCourses,
  solvesAlone,
  usualRate,
} from './recipe.js';
import type { TrainState } from './state.js';
import { say } from './strings.js';

/** Rates to choose from: 1, 2, 3, 5 of each power of ten. */
const rates = [-5, -4, -3, -2, -1].flatMap((power) => [1, 2, 3, 5].map((n) => Number(`${n}e${power}`)));
const batches = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/** How it learns: optimizer, rate, batch, epochs, augmentation, each with a sentence of what it does. */
export function RecipeControls({ state }: { state: TrainState }): JSX.Element {
  const { model, learns, optimizer, rate, course, batch, epochs, augment, smooth, finish } = state.values.value;
  const trained = isTrained({ model });
  const change = (part: Parameters<TrainState['change']>[0]): void => state.change({ ...part, run: '', learn: false });
  const next = (list: readonly number[], value: number, to: number): number => {
    const up = list.find((one) => one > value * 1.0001) ?? value;
    const down = list.findLast((one) => one < value * 0.9999) ?? value;
    return to > value ? up : down;
  };
  const steps = (
    <>
      <Selection
        label={say.optimizer}
        options={optimizerNames.map((name) => [name, names[name]])}
        value={optimizer}
        sentence={say[optimizer]}
        onChange={(to) => change({ optimizer: to, rate: usualRate[to] })}
      />
      <div>
        <Stepper
          label={say.rate}
          value={rate}
          least={rates[0]}
          most={rates.at(-1)!}
          by={rate / 1e6}
          onChange={(to) => change({ rate: next(rates, rate, to) })}
        />
        <p class="hint">{say.rateSays}</p>
      </div>
      <Choice
        label={say.course}
        options={rateCourses.map((name) => [name, say[name]])}
        value={course}
        onChange={(to) => change({ course: to })}
      />
      <div>
        <Stepper
          label={say.batch}
          value={batch}
          least={1}
          most={512}
          onChange={(to) => change({ batch: next(batches, batch, to) })}
        />
        <p class="hint">{say.batchSays}</p>
      </div>
      <div>
        <Stepper label={say.epochs} value={epochs} least={1} most={500} onChange={(to) => change({ epochs: to })} />
        <p class="hint">{say.epochsSays}</p>
      </div>
      <Selection
        label={say.augment}
        options={augmentationNames.map((name) => [name, say[name]])}
        value={augment}
        sentence={say.augmentSays}
        onChange={(to) => change({ augment: to })}
      />
      {!trained && (
        <>
          <div>
            <Stepper
              label={say.smooth}
              value={smooth}
              least={0}
              most={0.5}
              by={0.05}
              onChange={(to) => change({ smooth: Number(to.toFixed(2)) })}
            />
            <p class="hint">{say.smoothSays}</p>
          </div>
          <div>
            <Toggle label={say.finish} value={finish} onChange={(to) => change({ finish: to })} />
            <p class="hint">{say.finishSays}</p>
          </div>
        </>
      )}
    </>
  );
  return (
    <Group title={say.recipe}>
      {trained && (
        <div>
          <Choice
            label={say.learns}
            options={learningParts.map((part) => [part, part === 'all' ? say.learnsAll : say.learnsClassifier])}
            value={learns}
            onChange={(to) => change({ learns: to })}
          />
          <p class="hint">{learns === 'all' ? say.learnsAllSays : say.learnsClassifierSays}</p>
        </div>
      )}
      {!solvesAlone({ model, learns }) && steps}
    </Group>
  );
}

const names = { adam: 'Adam', sgd: 'SGD', rmsprop: 'RMSprop', nadam: 'Nadam', lion: 'Lion' } as const;

interface SelectionProps<T extends string> {
  readonly label: string;
  readonly options: readonly (readonly [value: T, said: string])[];
  readonly value: T;
  readonly sentence: string;
  readonly onChange: (value: T) => void;
}

/** One of several words, and what it does. */
function Selection<T extends string>({ label, options, value, sentence, onChange }: SelectionProps<T>): JSX.Element {
  return (
    <div>
      <Select label={label} options={options} value={value} onChange={onChange} />
      <p class="hint">{sentence}</p>
    </div>
  );
}
