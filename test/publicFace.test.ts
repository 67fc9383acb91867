import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import * as explain from '../src/explain/index.js';
import * as formats from '../src/formats/index.js';
import * as striate from '../src/index.js';
import * as zoo from '../src/zoo/index.js';

const root = fileURLToPath(new URL('../', import.meta.url));

it('keeps inside what rooms share among themselves', () => {
  const inside =
    'activate activationNames classesInWeights contentOf endsInScores expectSameShape fansOf formatPath ' +
    'logitsOf mix32 perExample predictsScores probabilityRange resolveLoss resolveMetric resolveOptimizer stridesOf Topology';
  expect(Object.keys(striate).filter((name) => inside.split(' ').includes(name))).toEqual([]);
});

it('lists values in files that it exports whole, so that bundlers put none of them into a page that does not use it', () => {
  for (const entry of ['src/index.ts', 'src/index.browser.ts']) {
    const text = readFileSync(join(root, entry), 'utf8');
    const named = [...text.matchAll(/^export \{([^}]*)\} from '([^']+)'/gm)].map(([, , from]) => from);
    expect(named).toEqual(entry === 'src/index.ts' ? [] : ['./nodeOnly.browser.js']);
  }
});

it('has architectures, formats and explanations as entries of their own, too', () => {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: object };
  expect(Object.keys(exports)).toEqual(['.', './zoo', './formats', './explain', './package.json']);
  // What is only there: bytes of files for pages, which have nowhere to write them, NumPy's arrays, and the table of formats.
  const alone = Object.keys({ ...zoo, ...formats, ...explain }).filter((name) => !(name in striate));
  expect(alone.sort()).toEqual(['decodeNpy', 'encodeNpy', 'formatOf', 'kerasBytes', 'modelFormats', 'tfjsFiles']);
});

/** The modules that a module loads before it runs: imports that are neither of types alone nor made later. */
function loadedBy(entries: readonly string[]): Set<string> {
  const { imports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    imports: Record<string, { default: string }>;
  };
  const loaded = new Set<string>();
  const visit = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, typed, from] of text.matchAll(/^(?:import|export)( type)? [^;]*?from '([^']+)';/gm)) {
      if (typed !== undefined) continue;
      if (from.startsWith('#')) visit(imports[from].default.replace('./dist/', 'src/').replace(/\.js$/, '.ts'));
      else if (!from.startsWith('.')) loaded.add(from);
      else visit(relative(root, join(root, dirname(file), from)).replace(/\.js$/, '.ts'));
    }
  };
  entries.forEach(visit);
  return loaded;
}

it('a page that builds and trains a model loads no architectures, no formats and no packages', () => {
  const loaded = [...loadedBy(['src/models/index.ts', 'src/layers/index.ts', 'src/training/index.ts'])];
  expect(loaded.length).toBeGreaterThan(100);
  const unneeded = /^src\/(zoo|formats|classify|explain|report|cli)\/|pickle|^[^s]|^s(?!rc\/)/;
  expect(loaded.filter((file) => unneeded.test(file))).toEqual([]);
});
