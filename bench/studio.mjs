// The digit CNN (93,322 parameters, batch 64, drawn digits) as the studio's page Train learns it in Chromium, with threads and
// on a page without isolation, against Node with as many threads as the first: pictures a second, in turns, medians. A page's
// curves, looks, checkpoints and drawing are part of its time. The aims are 0.8 × and 0.4 × Node.
//
//   npm run bench -- studio [--rounds 7] [--json]
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openStudio } from '../scripts/openStudio.mjs';
import { median, startPeer } from './peer.mjs';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, json: { type: 'boolean', default: false } },
});
const batch = 64;
const turnSeconds = 4;
/** Steps that Node is asked for at once: no more than its data set has. */
const epochSteps = 50;
const state =
  '#/train?data=digits&pictures=10000&held=500&model=mnist_cnn&batch=64&rate=0.001&course=steady&epochs=200';

/** A page that trains when it is asked to, as a peer of `bench/train.mjs` does. */
async function startPage({ address, browser }, isolated) {
  const page = await (await browser.newContext({ locale: 'en-US' })).newPage();
  page.setDefaultTimeout(0);
  if (!isolated) {
    await page.route(address, async (route) => {
      const response = await route.fetch();
      const { 'cross-origin-embedder-policy': _, 'cross-origin-opener-policy': __, ...headers } = response.headers();
      await route.fulfill({ response, headers });
    });
  }
  await page.goto(address + state);
  const engine = await page.getByText(/engine: \d+ threads?, wasm/).innerText();
  if ((await page.evaluate('crossOriginIsolated')) !== isolated)
    throw new Error('a page is isolated that should not be');
  const step = async () => {
    const said = await page.locator('.train-far').innerText();
    return Number(/step ([\d,]+) of/.exec(said)?.[1].replaceAll(',', '') ?? 0);
  };
  const main = page.locator('.train-transport button.main');
  return {
    name: `Chromium, ${/\d+ threads?/.exec(engine)[0]}`,
    /** Pictures a second of a turn. */
    turn: async () => {
      await main.click();
      // What begins or resumes a training is over.
      const first = await step();
      while ((await step()) <= first + 2) await wait(50);
      const [from, began] = [await step(), performance.now()];
      await wait(1000 * turnSeconds);
      const [to, ended] = [await step(), performance.now()];
      await main.click();
      await page
        .locator('.train-far')
        .getByText(/^paused/)
        .waitFor();
      return (1000 * (to - from) * batch) / (ended - began);
    },
  };
}

/** Node, through the same `fit`. */
async function startNode(threads) {
  const script = fileURLToPath(new URL('striate.mjs', import.meta.url));
  const peer = await startPeer(process.execPath, [script, String(batch), String(threads)]);
  if (peer.reason) throw new Error(peer.reason);
  await peer.train(epochSteps);
  return {
    name: `Node, ${peer.name}`,
    turn: async () => {
      let [steps, seconds] = [0, 0];
      while (seconds < turnSeconds) {
        seconds += (await peer.train(epochSteps)).seconds;
        steps += epochSteps;
      }
      return (steps * batch) / seconds;
    },
    stop: peer.stop,
  };
}

const studio = await openStudio([], { ...process.env, STRIATE_DATA: '' });
const rates = { node: [], isolated: [], alone: [] };
const peers = {};
try {
  delete process.env.STRIATE_DATA;
  peers.node = await startNode(availableParallelism());
  peers.isolated = await startPage(studio, true);
  peers.alone = await startPage(studio, false);
  for (let round = 0; round <= Number(options.rounds); round++) {
    for (const [key, { turn }] of Object.entries(peers)) {
      const rate = await turn();
      // The first round warms compilers and caches.
      if (round > 0) rates[key].push(rate);
    }
  }
} finally {
  peers.node?.stop();
  await studio.close();
}
const node = median(rates.node);
const rows = Object.entries(peers).map(([key, { name }]) => ({
  name: key === 'alone' ? `${name}, not isolated` : name,
  picturesPerSecond: Math.round(median(rates[key])),
  ofNode: Math.round((100 * median(rates[key])) / node) / 100,
}));
if (options.json) process.stdout.write(`${JSON.stringify(rows)}\n`);
else {
  for (const { name, picturesPerSecond, ofNode } of rows) {
    process.stdout.write(`${String(picturesPerSecond).padStart(7)} pictures/s  ${ofNode.toFixed(2)} ×  ${name}\n`);
  }
}
