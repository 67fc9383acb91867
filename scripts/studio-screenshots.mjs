// Pictures of the studio's six pages for the documentation, wide and as on a phone, dark and light, and one in Korean:
// node scripts/studio-screenshots.mjs [PAGE …], into docs/images/ (build first; needs Chromium, or CHROMIUM_PATH, and
// a font for Korean). They show what comes with the studio alone, so that they look the same anywhere.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { openStudio } from './openStudio.mjs';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));

/** What each page shows. */
const states = {
  convolve: '#/convolve?picture=digit&kernel=vertical-edges&at=9,14',
  train:
    '#/train?data=digits&pictures=3000&held=300&blocks=conv8,pool2,conv16,pool2,dense32&rate=0.003&epochs=4&learn=on',
  inside: '#/inside?model=digits&picture=digit-7&layer=conv2&map=3&at=5,5',
  architectures: '#/architectures?models=vgg16,resnet50,mobilenet_v2',
  mistakes: '#/mistakes',
  annotate: '#/annotate?box=2&class=2',
};

/** What is done on a page first, as no address says it. */
const done = {
  // The chosen square's pixels by its corners, and its two points.
  async annotate(page) {
    const clicks = async (places) => {
      const { x, y, width } = await page.locator('svg.annotate-drawing').boundingBox();
      for (const [across, down] of places) {
        await page.mouse.click(x + (across * width) / 240, y + (down * width) / 240);
        await page.waitForTimeout(300);
      }
    };
    await page.keyboard.press('p');
    await clicks([
      [134, 74],
      [206, 74],
      [206, 146],
      [134, 146],
    ]);
    await page.keyboard.press('Enter');
    await page.keyboard.press('k');
    await page.waitForTimeout(300);
    await clicks([
      [170, 84],
      [170, 138],
    ]);
    // Without the frame of what the keys went to.
    await page.evaluate('document.activeElement.blur()');
  },
};

const wide = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const screens = {
  dark: { ...wide, colorScheme: 'dark' },
  light: { ...wide, colorScheme: 'light' },
  'phone-dark': { ...phone, colorScheme: 'dark' },
  'phone-light': { ...phone, colorScheme: 'light' },
};

const { address, browser, close } = await openStudio(['--runs', 'docs/images'], { ...process.env, STRIATE_DATA: '' });

/** Waits until nothing has been computed for a while. */
async function settled(page) {
  // Annotate computes nothing until something is to be saved.
  await page
    .getByText(/(engine|엔진): /)
    .or(page.locator('.annotate-drawing image'))
    .first()
    .waitFor();
  for (let quiet = 0; quiet < 6; quiet++) {
    await page.waitForTimeout(400);
    if ((await page.locator('footer .busy').count()) > 0) quiet = -1;
  }
}

async function picture(name, state, screen) {
  const context = await browser.newContext({ locale: 'en-US', ...screen });
  const page = await context.newPage();
  page.setDefaultTimeout(0);
  await page.goto(address + state);
  await settled(page);
  await done[new URL(page.url()).hash.split(/[/?]/)[1]]?.(page);
  await settled(page);
  const png = await page.screenshot();
  const { size } = await sharp(png)
    .png({ palette: true, colours: 192, effort: 10, compressionLevel: 9 })
    .toFile(`docs/images/studio-${name}.png`);
  process.stdout.write(`studio-${name}.png ${Math.round(size / 1000)} kB\n`);
  await context.close();
}

try {
  const asked = process.argv.slice(2);
  for (const [page, state] of Object.entries(states)) {
    if (asked.length > 0 && !asked.includes(page)) continue;
    for (const [name, screen] of Object.entries(screens)) await picture(`${page}-${name}`, state, screen);
    if (page === 'convolve') {
      const network = '#/convolve?view=network&turn=45';
      await picture('convolve-network', network, screens.light);
      await picture('convolve-korean', state, { ...screens.light, locale: 'ko-KR' });
    }
  }
} finally {
  await close();
}
