import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { publicExamples } from './examples.js';
import { runModule } from './runModule.js';
import * as setting from './setting.js';
import * as symbolic from './symbolic.js';
import { inWorkplace, type Workplace } from './workplace.js';

/** Examples that only compile, and why. */
const notRun: Readonly<Record<string, string>> = {
  imageFiles: 'reads the files that are chosen on a page',
  imageFolder: 'goes on with a model for 150×150 pixels',
  augment: 'goes on with a model for 32×32 pixels',
  NormalizedSet: 'goes on with a model for 32×32 pixels',
  'Model.fineTune': 'goes on with photos of 224×224 pixels',
  preparePicture: 'goes on with a ResNet-18',
  importOnnx: 'the file is MobileNet v2, and goes on with photos for it',
  loadKerasWeights: 'the file is VGG-16, half a gigabyte',
  resizedWithWeights: 'the file is a model for 224×224 pixels',
};

const { examples } = publicExamples();
const beside = { './setting.js': setting, './symbolic.js': symbolic };

describe('every example in the comments of the public names runs', () => {
  let workplace: Workplace;
  beforeAll(async () => void (workplace = await inWorkplace()));
  afterAll(() => workplace.leave());
  beforeEach(setting.compileModel);

  test.each(examples.filter(({ name }) => !Object.hasOwn(notRun, name)))('$name', async ({ name, text }) => {
    await runModule(text, name, beside);
  });

  test('but for a few that are listed', () => {
    const names = new Set(examples.map(({ name }) => name));
    expect(Object.keys(notRun).filter((name) => !names.has(name))).toEqual([]);
  });
});
