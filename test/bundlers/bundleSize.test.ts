import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { bundlers, run, workplace, type Workplace } from './workplace.js';

const place = await workplace(bundlers);
const reason = typeof place === 'string' ? ` (skipped: ${place})` : '';
const { folder, remove } = (typeof place === 'string' ? {} : place) as Workplace;

/** A program of the bundlers' folder. */
const tool = (name: string): string => join(folder ?? '', '..', 'node_modules', '.bin', name);

/** What esbuild says of the files that it wrote. */
interface Outputs {
  readonly outputs: Readonly<
    Record<string, { imports: { path: string; kind: string }[]; inputs: Readonly<Record<string, object>> }>
  >;
}

/** What Vite says of them. */
type Manifest = Readonly<Record<string, { readonly file: string; readonly imports?: readonly string[] }>>;

/** What a page loads at once. */
interface Loaded {
  /** Compressed, file by file, as servers do. */
  readonly bytes: number;
  /** The sources in it, where the bundler tells. */
  readonly sources: readonly string[];
}

/** The files that are loaded with the first, as each file's static imports say. */
function loadedWith(first: string, importsOf: (file: string) => readonly string[]): readonly string[] {
  const loaded = new Set([first]);
  for (const file of loaded) for (const imported of importsOf(file)) loaded.add(imported);
  return [...loaded];
}

const compressed = (files: readonly string[]): number =>
  files.reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0);

/** What modules become in a page. */
const bundlings: Readonly<Record<string, (name: string, source: string) => Promise<Loaded>>> = {
  async 'esbuild with splitting'(name, source) {
    writeFileSync(join(folder, `${name}.js`), source);
    const options = ['--bundle', '--minify', '--splitting', '--format=esm', `--outdir=${name}`, '--metafile=meta.json'];
    expect(await run(folder, tool('esbuild'), [`${name}.js`, ...options, '--log-level=warning'])).toEqual({
      code: 0,
      output: '',
    });
    const { outputs } = JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8')) as Outputs;
    const loaded = loadedWith(`${name}/${name}.js`, (file) =>
      outputs[file].imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path),
    );
    return {
      bytes: compressed(loaded.map((file) => join(folder, file))),
      sources: loaded.flatMap((file) => Object.keys(outputs[file].inputs)),
    };
  },

  async 'Vite as it is'(name, source) {
    const site = join(folder, `${name}-site`);
    mkdirSync(site);
    writeFileSync(join(site, 'page.js'), source);
    writeFileSync(join(site, 'index.html'), '<script type="module" src="./page.js"></script>\n');
    const { code, output } = await run(site, tool('vite'), ['build', '--manifest', 'manifest.json']);
    expect(code, output).toBe(0);
    const dist = join(site, 'dist');
    const manifest = JSON.parse(readFileSync(join(dist, 'manifest.json'), 'utf8')) as Manifest;
    const loaded = loadedWith('index.html', (key) => manifest[key].imports ?? []);
    return { bytes: compressed(loaded.map((key) => join(dist, manifest[key].file))), sources: [] };
  },
};

describe.skipIf(reason)(`what a bundler leaves in a page${reason}`, () => {
  afterAll(() => remove());

  it.each(Object.entries(bundlings))(
    'for sequential and layers is below 60 kB compressed, by %s',
    async (_, bundle) => {
      const source = "import { layers, sequential } from 'striate';\nglobalThis.made = [layers, sequential];";
      const { bytes, sources } = await bundle('page', source);
      expect(bytes).toBeLessThan(60_000);
      // A floor, so that the figure is of what it says.
      expect(bytes).toBeGreaterThan(30_000);
      // Fetched when they are used: what trains and measures, architectures, formats, packages.
      const unneeded =
        /striate\/dist\/(zoo|formats|classify|explain|report|cli|autodiff|engine\/(wasm|reference)|training\/(losses|metrics|schedules))|node_modules\/(?!striate\/)/;
      expect(sources.filter((source) => unneeded.test(source))).toEqual([]);
    },
  );

  it('is as small for one thing alone as that thing', async () => {
    writeFileSync(join(folder, 'one.js'), "import { Random } from 'striate';\nglobalThis.made = Random;");
    const options = ['--bundle', '--minify', '--format=esm', '--outfile=one.min.js', '--log-level=warning'];
    expect(await run(folder, tool('esbuild'), ['one.js', ...options])).toEqual({ code: 0, output: '' });
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
