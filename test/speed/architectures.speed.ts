import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../platform/browser/chromium.js';
import { counted } from '../studio/counted.js';
import { startStudioInChromium, type StudioInChromium } from '../studio/studioInChromium.js';

const executable = findChromium();
const reason = executable ? '' : ' (skipped: no chromium found; install it or set CHROMIUM_PATH)';

/** What of an event of a trace is looked at; times in microseconds, `tdur` of the processor. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
  readonly args: { readonly name?: string; readonly data?: { readonly url?: string } };
}

describe.skipIf(!executable)(`Architectures is quick${reason}`, () => {
  let studio: StudioInChromium;
  beforeAll(async () => {
    studio = await startStudioInChromium(executable!);
  });
  afterAll(() => studio.close());

  it('opens without a task of the main thread over 50 ms', async () => {
    const { page } = await studio.open('#/convolve');
    await page.getByRole('link', { name: 'Architectures' }).waitFor();
    await studio.browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline'] });
    await page.goto(`${studio.address}#/architectures`);
    await page.reload();
    await counted(page);
    const trace = JSON.parse((await studio.browser.stopTracing()).toString()) as { traceEvents: readonly TraceEvent[] };
    // The page's own process, and there time of the processor: what else runs then does not count.
    const own = new Set(
      trace.traceEvents.filter(({ args }) => args.data?.url?.startsWith(studio.address)).map(({ pid }) => pid),
    );
    const mains = trace.traceEvents.filter(({ args }) => args.name === 'CrRendererMain');
    const isMain = ({ pid, tid }: TraceEvent): boolean =>
      own.has(pid) && mains.some((main) => main.pid === pid && main.tid === tid);
    const tasks = trace.traceEvents.filter((event) => event.name.endsWith('RunTask') && isMain(event));
    const longest = Math.max(...tasks.map(({ tdur = 0 }) => tdur / 1000));
    console.log(`${tasks.length} tasks, the longest ${Math.round(longest)} ms of the processor`);
    expect(tasks.length).toBeGreaterThan(100);
    expect(longest).toBeLessThan(50);
    await page.context().close();
  });
});
