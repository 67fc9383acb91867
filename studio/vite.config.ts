import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { pairedKernels } from './pairedKernels.js';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The built library as a page gets it: what is public, and nothing else. */
const striate = {
  'striate/explain': at('../dist/explain/index.js'),
  'striate/formats': at('../dist/formats/index.js'),
  'striate/zoo': at('../dist/zoo/index.js'),
  striate: at('../dist/index.browser.js'),
};

/**
 * What of the library pages do without: models' files that the studio does not take (`models/readableModel.ts` says which it does),
 * torchvision's detectors and segmenters, measures of what such models find, and what is told to people who write programs.
 */
const foreign = new RegExp(
  [
    'formats/(keras|tfjs)/',
    'weights/pytorch/torchFile\\.js',
    'explain/taskTarget\\.js',
    'tasks/taskWeights\\.js',
    'zoo/(detection|segmentation)\\.js',
    'zoo/weights/(hub|published)\\.js',
    'weights/weightFolder\\.js',
    'training/(auc|classMetrics)\\.js',
    'tensor/spellings\\.js',
    'models/foreignNames\\.js',
    'fit/callbacks/progressBar\\.js',
    'measures/(evaluateDetections|evaluateSegmentation|keypointSimilarity)\\.js',
  ]
    .map((path) => `[\\\\/]dist[\\\\/]${path.replaceAll('/', '[\\\\/]')}`)
    .join('|'),
);
const archives = /[\\/]dist[\\/]platform[\\/]zip\.js$/;
const withoutForeign = (): Plugin => ({
  name: 'without-foreign',
  enforce: 'pre',
  resolveId(source, importer) {
    if (!importer || foreign.test(importer)) return null;
    const isForeign = source.startsWith('.')
      ? foreign.test(resolve(dirname(importer), source))
      : source === 'fflate' && archives.test(importer);
    return isForeign ? at('./engine/noForeign.ts') : null;
  },
});

/** The same policy as the server's, for servers that send none. `frame-ancestors` works in a header alone. */
const policy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; " +
  "media-src 'self' blob:; connect-src 'self' blob:; worker-src 'self'; base-uri 'none'; form-action 'none'";
const contentSecurityPolicy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: policy }, injectTo: 'head-prepend' },
  ],
};

/**
 * Leaves out what nothing loads: of a function that was left out, what it would have imported stays behind as a file, and of
 * those the pages would have half a megabyte.
 */
const unreachedFiles = (): Plugin => ({
  name: 'unreached-files',
  apply: 'build',
  generateBundle(_, bundle) {
    const reached = new Set<string>();
    const reach = (file: string): void => {
      const chunk = bundle[file];
      if (reached.has(file) || chunk?.type !== 'chunk') return;
      reached.add(file);
      for (const next of [...chunk.imports, ...chunk.dynamicImports]) reach(next);
    };
    for (const chunk of Object.values(bundle)) if (chunk.type === 'chunk' && chunk.isEntry) reach(chunk.fileName);
    for (const [file, { type }] of Object.entries(bundle)) {
      // Threads of Node's are no part of a page, either.
      const isNodes = /[/]worker\.node-[\w-]+\.mjs$/.test(file);
      if (isNodes || (type === 'chunk' && !reached.has(file))) Reflect.deleteProperty(bundle, file);
    }
  },
});

/**
 * The engine's worker as another entry of the same build, so that what page and worker both need lies in files that both load.
 * Left to Vite it would be a build of its own, with everything twice.
 */
const workerBeside = (): Plugin => {
  const worker = "new URL('./engine.worker.ts', import.meta.url)";
  let reference: string;
  return {
    name: 'worker-beside',
    apply: 'build',
    enforce: 'pre',
    buildStart() {
      reference = this.emitFile({ type: 'chunk', id: at('./engine/engine.worker.ts'), name: 'engine.worker' });
    },
    transform(code, id) {
      if (!code.includes(worker) || id.includes('node_modules')) return null;
      return { code: code.replace(worker, `import.meta.ROLLDOWN_FILE_URL_${reference}`), map: null };
    },
  };
};

const isolated = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

export default defineConfig({
  root: at('.'),
  // Wherever the folder stands on a web server.
  base: './',
  resolve: { alias: striate },
  plugins: [contentSecurityPolicy, workerBeside(), withoutForeign(), unreachedFiles(), pairedKernels()],
  worker: { format: 'es' },
  build: {
    outDir: at('../dist/studio/pages'),
    emptyOutDir: true,
    target: 'es2023',
    // The policy has no data: addresses for what is fetched.
    assetsInlineLimit: 0,
    // What the views need is fetched at once; workers have no document to tell so.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_, needed, { hostId, hostType }) =>
        hostType === 'html' || /\bindex-[\w-]+\.js$/.test(hostId) ? needed : [],
    },
    // Of the packages that are part of the pages.
    license: { fileName: 'licenses.md' },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
  },
  server: { headers: isolated, fs: { allow: [at('..')] } },
});
