// Makes single files of modules in dist/ that users should not have to assemble: packages of which the library needs a
// part (their other parts, command-line tools and maps are then no part of an install), with their licenses beside; and
// the programs of threads, so that they can be copied next to any bundle (.mjs, so that they are modules wherever they lie).
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';

const bundles = [
  { file: 'dist/report/vega.js', platform: 'node' },
  { file: 'dist/formats/onnx/pbf.js', platform: 'neutral' },
  { file: 'dist/data/annotated/parseXml.js', platform: 'browser' },
  { file: 'dist/data/annotated/parseYaml.js', platform: 'browser' },
  // Its fit of a curve with two parameters brings 70 kB of matrices; distanceCurve.ts fits it. What it was compiled to is for
  // browsers without classes and generators, and nearly twice as large as its source.
  {
    file: 'dist/projection/umapJs.js',
    platform: 'browser',
    alias: { 'umap-js': join(process.cwd(), 'node_modules', 'umap-js', 'src', 'umap.ts') },
    replaced: {
      'ml-levenberg-marquardt': 'module.exports = (x, f, { initialValues }) => ({ parameterValues: initialValues });',
    },
  },
  { file: 'dist/engine/wasm/worker.browser.js', platform: 'browser' },
  { file: 'dist/engine/wasm/worker.node.mjs', platform: 'node' },
  { file: 'dist/formats/keras/hdf5/hdf5Worker.node.mjs', platform: 'node', external: ['h5wasm'] },
  { file: 'dist/data/threads/decodeWorker.node.mjs', platform: 'node', external: ['sharp'] },
];

/** Has modules of packages made of other code. */
const replacing = (replaced = {}) => ({
  name: 'replaced',
  resolveId: (id) => (Object.hasOwn(replaced, id) ? `\0${id}.cjs` : null),
  load: (id) => (id.startsWith('\0') ? (replaced[id.slice(1, -'.cjs'.length)] ?? null) : null),
});

/** The folder of the package that a module belongs to; undefined for modules of our own. */
function packageFolder(id) {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id)?.[0];
}

/** A package's name, version and the text of its license. */
function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `License: ${license}`;
  return `${name} ${version}\n\n${text}\n`;
}

const folders = new Set();
for (const { file, platform, external, replaced, alias } of bundles) {
  const plugins = [replacing(replaced)];
  const bundle = await rolldown({
    ...{ input: file, platform, external, plugins, treeshake: true, logLevel: 'warn' },
    resolve: { alias },
    // Of a package's own sources; dist/ has none.
    tsconfig: false,
  });
  const { output } = await bundle.generate({
    format: 'esm',
    minify: true,
    comments: { legal: true },
    codeSplitting: false,
  });
  await bundle.close();
  if (output.length !== 1) throw new Error(`${file} became ${output.length} files`);
  writeFileSync(file, output[0].code);
  for (const id of output[0].moduleIds) {
    const folder = packageFolder(id);
    if (folder && existsSync(join(folder, 'package.json'))) folders.add(folder);
  }
  // What it declares is the packages' own, which are not installed.
  rmSync(file.replace(/\.(m?)js$/, '.d.$1ts'), { force: true });
}
const head = 'Parts of these packages are in the files of this folder, each under its license.\n';
const notices = [...folders].sort().map(notice);
writeFileSync(join('dist', 'LICENSES.txt'), [head, ...notices].join(`\n${'-'.repeat(80)}\n\n`));
