// A camera's frame, 640×480, through mobilenet_v2 at 224×224 in the studio's page Architectures, in Chromium: scaled,
// normalized, predicted. The median of the rounds in milliseconds, of which preparing; the studio's aim is 60 ms.
//
//   npm run bench -- frame [--rounds 5] [--json]
import { parseArgs } from 'node:util';
import { openStudio } from '../scripts/openStudio.mjs';
import { median } from './peer.mjs';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, json: { type: 'boolean', default: false } },
});
const { address, browser, close } = await openStudio();
const [whole, preparing] = [[], []];
try {
  const page = await (await browser.newContext({ locale: 'en-US' })).newPage();
  page.setDefaultTimeout(0);
  await page.goto(`${address}#/architectures?models=mobilenet_v2`);
  const test = page.getByRole('button', { name: 'Frame test' });
  for (let round = 0; round < Number(options.rounds); round++) {
    await test.click();
    // While it runs, the button rests.
    await page.getByRole('button', { name: 'Frame test', disabled: false }).waitFor();
    const said = await page.getByText(/a frame, .* of it preparing/).innerText();
    const [, frame, part] = /([\d.]+) ms a frame, ([\d.]+) ms of it preparing/.exec(said);
    whole.push(Number(frame));
    preparing.push(Number(part));
  }
} finally {
  await close();
}
const result = { milliseconds: median(whole), preparing: median(preparing), rounds: whole };
process.stdout.write(
  options.json
    ? `${JSON.stringify(result)}\n`
    : `${result.milliseconds} ms a frame (${whole.join(', ')}), ${result.preparing} ms of it preparing\n`,
);
