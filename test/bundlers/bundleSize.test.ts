import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { bundlers, run, workplace, type Workplace } from './workplace.js';

const place = await workplace(bundlers);
const reason = typeof place === 'string' ? ` (skipped: ${place})` : '';
const { folder, remove } = (typeof place === 'string' ? {} : place) as Workplace;

const esbuild = join(folder ?? '', '..', 'node_modules', '.bin', 'esbuild');

/** What esbuild says of the files that it wrote. */
interface Outputs {
  readonly outputs: Readonly<
    Record<string, { imports: { path: string; kind: string }[]; inputs: Readonly<Record<string, object>> }>
  >;
}

/** Bundles a module; gives what a page loads with it at once, compressed, and the sources that are in it. */
async function bundled(name: string, source: string): Promise<{ bytes: number; sources: readonly string[] }> {
  writeFileSync(join(folder, `${name}.js`), source);
  const options = ['--bundle', '--minify', '--splitting', '--format=esm', `--outdir=${name}`, '--metafile=meta.json'];
  expect(await run(folder, esbuild, [`${name}.js`, ...options, '--log-level=warning'])).toEqual({
    code: 0,
    output: '',
  });
  const { outputs } = JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8')) as Outputs;
  const loaded = new Set<string>();
  const visit = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const { path, kind } of outputs[file].imports) if (kind === 'import-statement') visit(path);
  };
  visit(`${name}/${name}.js`);
  const sizes = [...loaded].map((file) => gzipSync(readFileSync(join(folder, file)), { level: 9 }).length);
  const sources = [...loaded].flatMap((file) => Object.keys(outputs[file].inputs));
  return { bytes: sizes.reduce((sum, size) => sum + size), sources };
}

describe.skipIf(reason)(`what a bundler leaves in a page${reason}`, () => {
  afterAll(() => remove());

  it('for sequential and layers is below 78 kB compressed, without architectures, formats and packages', async () => {
    const { bytes, sources } = await bundled(
      'page',
      "import { layers, sequential } from 'striate';\nglobalThis.made = [layers, sequential];",
    );
    // 60 kB is what it should be: `compile` knows losses, metrics and optimizers by name, so that all of them come along.
    expect(bytes).toBeLessThan(78_000);
    // A floor, so that the figure is of what it says.
    expect(bytes).toBeGreaterThan(30_000);
    const unneeded = /striate\/dist\/(zoo|formats|classify|explain|report|cli)\/|node_modules\/(?!striate\/)/;
    expect(sources.filter((source) => unneeded.test(source))).toEqual([]);
  });

  it('is as small for one thing alone as that thing', async () => {
    writeFileSync(join(folder, 'one.js'), "import { Random } from 'striate';\nglobalThis.made = Random;");
    const options = ['--bundle', '--minify', '--format=esm', '--outfile=one.min.js', '--log-level=warning'];
    expect(await run(folder, esbuild, ['one.js', ...options])).toEqual({ code: 0, output: '' });
    expect(gzipSync(readFileSync(join(folder, 'one.min.js'))).length).toBeLessThan(3_000);
  });

  it('does nothing when it is loaded, as "sideEffects": false says: no globals, nothing that keeps a process alive, nothing printed', async () => {
    const script = `
      const kinds = [globalThis, ...['Object', 'Array', 'Promise', 'Float32Array', 'Map', 'Error'].map((name) => globalThis[name].prototype)];
      const seen = () => JSON.stringify(kinds.map((kind) => Reflect.ownKeys(kind).map(String)));
      const before = seen();
      for (const entry of ['striate', 'striate/zoo', 'striate/formats', 'striate/explain']) await import(entry);
      if (seen() !== before) console.log('globals have changed');`;
    writeFileSync(join(folder, 'load.mjs'), script);
    expect(await run(folder, process.execPath, ['load.mjs'])).toEqual({ code: 0, output: '' });
  });
});
