import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pages, programs } from './codeBlocks.js';
import { runModule } from './runModule.js';
import { inWorkplace, type Workplace } from './workplace.js';

const all = pages.flatMap(programs);

/** How many programs may only compile; each says why above its block: `<!-- run: no, WHY -->`. */
const mostNotRun = 6;

describe('every program of the README and the guides runs', () => {
  let workplace: Workplace;
  beforeAll(async () => void (workplace = await inWorkplace()));
  afterAll(() => workplace.leave());

  test.each(all.filter(({ notRun }) => notRun === undefined))('$name', async ({ name, text }) => {
    await runModule(text, name);
  });

  test('but for a few that state why not', () => {
    expect(all.filter(({ notRun }) => notRun !== undefined).length).toBeLessThanOrEqual(mostNotRun);
  });
});
