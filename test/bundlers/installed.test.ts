import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root, run, workplace, type Workplace } from './workplace.js';

const place = await workplace();
const reason = typeof place === 'string' ? ` (skipped: ${place})` : '';
const { folder, remove } = (typeof place === 'string' ? {} : place) as Workplace;

describe.skipIf(reason)(`the package, installed in an empty folder${reason}`, () => {
  const modules = join(folder ?? '', 'node_modules');
  const installed = join(modules, 'striate');
  afterAll(() => remove());

  it('takes at most 60 MB', async () => {
    const { output } = await run(folder, 'du', ['-sm', 'node_modules']);
    expect(parseInt(output)).toBeLessThanOrEqual(60);
  });

  it('has nothing that only its own building needs: no script that runs at installs, no maps of sources, no foreign tools', () => {
    const { scripts } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { scripts: object };
    expect(Object.keys(scripts).filter((name) => /^(pre|post)?(install|prepare)$/.test(name))).toEqual([]);
    const files = readdirSync(installed, { recursive: true }) as string[];
    expect(files.filter((file) => file.endsWith('.map'))).toEqual([]);
    // sharp's own dependency.
    expect(readdirSync(join(modules, '.bin')).filter((name) => name !== 'semver')).toEqual(['striate']);
    expect(readFileSync(join(installed, 'dist', 'LICENSES.txt'), 'utf8')).toMatch(
      /\nvega-lite 6.*Redistribution and use/s,
    );
  });

  it('draws charts with what is built in of Vega, and reads ONNX with what is of pbf', async () => {
    const script = `
      import { writeFileSync } from 'node:fs';
      import { exportOnnx, importOnnx, layers, report, sequential } from 'striate';
      const rows = [{ epoch: 1, phase: 'all', loss: 2, accuracy: 0.5 }, { epoch: 2, phase: 'all', loss: 1, accuracy: 0.75 }];
      const svg = await report.drawChart(report.curveSpec(rows, 'loss', undefined));
      const model = sequential({ seed: 1, layers: [layers.dense({ units: 2, inputShape: [3] })] });
      const { model: back } = await importOnnx(await exportOnnx(model)).then((found) => ({ model: found.model ?? found }));
      console.log(svg.startsWith('<svg'), svg.includes('Loss'), back.countParams());`;
    writeFileSync(join(folder, 'chart.mjs'), script);
    expect((await run(folder, process.execPath, ['chart.mjs'])).output).toBe('true true 8\n');
  });

  describe('its types', () => {
    const strict = {
      strict: true,
      skipLibCheck: false,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
    };
    const program = `
      import { cacheFolder, dataSetNames, imageDataGenerator, imageFolder, layers, openDataSet, report, sequential } from 'striate';
      import { encodeNpy } from 'striate/formats';
      import { drawArchitecture } from 'striate/explain';
      import { zoo } from 'striate/zoo';

      const model = sequential({ seed: 1, layers: [layers.dense({ units: 3, inputShape: [4], activation: 'softmax' })] });
      model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', assets: '/striate/' });
      export async function train(folder: string): Promise<number> {
        const { train, validation } = await imageFolder(folder, { size: [32, 32] });
        const history = await model.fit(train, { epochs: 1, ...(validation && { validationData: validation }) });
        const { test } = await openDataSet(dataSetNames[0] ?? cacheFolder());
        const flow = await imageDataGenerator({ rescale: 1 / 255 }).flowFromDirectory(folder);
        await report.drawChart(report.curveSpec([], 'loss', undefined));
        return history.epochs.length + test.size + flow.size;
      }
      export const rest = [encodeNpy, drawArchitecture, zoo];
      // @ts-expect-error: a name that is none, so that the others cannot all be any
      export { openDataset } from 'striate';
    `;
    /** Whose resolution and libraries: a page's, and Node's without the DOM. */
    const pages = { types: [], lib: ['ES2022', 'DOM'] };
    const cases = {
      'bundler, a page': { module: 'ESNext', moduleResolution: 'bundler', ...pages },
      'node16, a page': { module: 'node16', moduleResolution: 'node16', ...pages },
      'nodenext, a page': { module: 'nodenext', moduleResolution: 'nodenext', ...pages },
      'nodenext, Node without the DOM': {
        module: 'nodenext',
        moduleResolution: 'nodenext',
        types: ['node'],
        lib: ['ES2023'],
      },
    };

    beforeAll(() => {
      mkdirSync(join(modules, '@types'), { recursive: true });
      for (const name of ['@types/node', 'undici-types'])
        symlinkSync(join(root, 'node_modules', name), join(modules, name));
    });

    it.each(Object.entries(cases))(
      'are the same under %s, strictest options, libraries checked',
      async (_, options) => {
        const compilerOptions = { noEmit: true, target: 'ES2022', ...strict, ...options };
        writeFileSync(join(folder, 'program.ts'), program);
        writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
        const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
        const { code, output } = await run(folder, process.execPath, [tsc, '-p', '.']);
        expect(output).toBe('');
        expect(code).toBe(0);
      },
    );
  });
});
