import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { engineStatus, work } from '../engine/engineThread.js';
import { formatBytes, formatDuration, formatNumber } from '../parts/formatNumber.js';
import { server } from '../server/studioServer.js';
import { tourStep } from '../page.js';
import { say as tour } from '../tour/strings.js';
import { tourSteps } from '../tour/tour.js';
import { say } from './strings.js';

/** What takes less is not worth a word. */
const soon = 150;

/** The quiet line at the foot: what computes, what it is doing, how long it took, what is kept here, and the way to the tour. */
export function StatusLine({ onKept }: { onKept: () => void }): JSX.Element {
  const steps = tourSteps();
  const step = tourStep.value;
  return (
    <footer class="status">
      <Engine />
      <Work />
      <span class="space" />
      {server.value === null && <span class="no-server">{say.noServer}</span>}
      <button type="button" class="quiet" onClick={onKept}>
        {say.keptHere}
      </button>
      {steps.length > 0 && (
        <a href={`#/tour/${step === 0 ? 1 : Math.min(step + 1, steps.length)}`}>
          {step === 0 ? tour.start : tour.step(step, steps.length)} ›
        </a>
      )}
    </footer>
  );
}

function Engine(): JSX.Element | null {
  const status = engineStatus.value;
  if (!status) return null;
  const { name, threads, milliseconds, memory } = status;
  return (
    <span title={crossOriginIsolated ? undefined : say.notIsolated}>
      {say.engine}: {say.threads(threads)}, {name} · {formatDuration(milliseconds)} · {formatBytes(memory)}
    </span>
  );
}

/** What takes long says so: at what, how far, for how long. */
function Work(): JSX.Element {
  const [now, setNow] = useState(0);
  const longest = work.value.at(0);
  useEffect(() => {
    if (!longest) return undefined;
    const timer = setInterval(() => setNow(performance.now()), 100);
    return () => clearInterval(timer);
  }, [longest?.id]);
  const taken = longest ? now - longest.since : 0;
  if (!longest || taken < soon) return <span role="status" />;
  const { progress } = longest;
  const far =
    progress?.total === undefined
      ? ''
      : ` ${say.of(formatNumber(progress.done, { digits: 0 }), formatNumber(progress.total, { digits: 0 }))}`;
  return (
    <span role="status" class="busy">
      {progress?.what ?? say.working}
      {far} · {formatDuration(taken)}
    </span>
  );
}
