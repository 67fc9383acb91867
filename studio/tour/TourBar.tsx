import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { address, formatAddress, go } from '../address/address.js';
import { useKeys } from '../keys/keys.js';
import { language } from '../language/language.js';
import { tourStep, withoutTour } from '../page.js';
import { say } from './strings.js';
import { tourSteps } from './tour.js';

/** The step that the tour is at: its sentence, what to do, and the way on. */
export function TourBar(): JSX.Element | null {
  const steps = tourSteps();
  const number = tourStep.value;
  const step = steps[number - 1];
  const [open, setOpen] = useState(0);
  const to = (n: number): void => {
    if (n >= 1 && n <= steps.length) go({ page: `tour/${n}`, query: '' });
  };
  useKeys(
    step
      ? [
          { key: 'n', said: { en: 'next step of the tour', ko: '둘러보기 다음 단계' }, run: () => to(number + 1) },
          { key: 'p', said: { en: 'step before', ko: '둘러보기 이전 단계' }, run: () => to(number - 1) },
        ]
      : [],
  );
  if (!step) return null;
  const text = step.text[language.value];
  const here = withoutTour(address.value.query) === '' ? step.query : withoutTour(address.value.query);
  const isChanged = address.value.page !== `tour/${number}`;
  return (
    <section class="tour" aria-label={say.step(number, steps.length)}>
      <p class="sentence">{text.say}</p>
      <p class="try">{text.try}</p>
      {open === number && <p class="deeper">{text.why}</p>}
      <div class="buttons">
        <button
          type="button"
          class="quiet"
          aria-expanded={open === number}
          onClick={() => setOpen(open === number ? 0 : number)}
        >
          {say.why}
        </button>
        {isChanged && <a href={formatAddress({ page: `tour/${number}`, query: '' })}>{say.again}</a>}
        <a class="quiet" href={formatAddress({ page: step.page, query: here })}>
          {say.leave}
        </a>
        <span class="space" />
        <button type="button" disabled={number === 1} onClick={() => to(number - 1)}>
          {say.back}
        </button>
        <span class="count number">
          {number}/{steps.length}
        </span>
        <button type="button" class="main" disabled={number === steps.length} onClick={() => to(number + 1)}>
          {say.next}
        </button>
      </div>
    </section>
  );
}
