// The import table of docs/architecture.md, and no cycles.

/** The folders from the ground up; each may import what its row says. */
const base = ['tensor'];
const values = ['ops', 'graph', ...base];
const table = {
  tensor: [],
  platform: base,
  graph: base,
  ops: ['graph', ...base],
  autodiff: values,
  engine: ['platform', ...values],
  layers: values,
  training: values,
  pictures: ['platform', ...base],
  geometry: base,
  measures: ['geometry', ...base],
  data: ['pictures', 'measures', 'geometry', 'platform', ...base],
  topology: ['layers', 'platform', ...values],
};
table.fit = [
  'topology',
  'training',
  'autodiff',
  'engine/contract',
  'engine/engines',
  'engine/sharedEngines',
  'data',
  'pictures',
  'geometry',
  'measures',
  ...table.topology,
];
table.weights = ['fit', ...table.fit];
// A model writes itself in Keras's formats, too; their writer knows nothing of models.
table.models = ['weights', 'formats/keras/write/exportKeras', ...table.weights];
table.retrieval = ['models', ...table.models.filter((entry) => !entry.startsWith('formats/'))];
table.zoo = ['retrieval', ...table.retrieval];
table.tasks = ['zoo', ...table.zoo];
table.formats = ['tasks', ...table.tasks];
table.classify = ['formats', ...table.formats];
table.projection = ['classify', ...table.classify];
table.explain = ['classify', ...table.classify];
table.studio = ['formats', 'models', 'platform', 'tensor'];
table.report = [
  'explain',
  'projection',
  'retrieval',
  'fit',
  'models',
  'training',
  'data',
  'measures',
  'geometry',
  'platform',
  'tensor',
];

const folders = Object.entries(table).map(([folder, allowed]) => ({
  name: `${folder}-imports`,
  comment: `${folder} may import ${allowed.join(', ') || 'nothing'} (docs/architecture.md)`,
  severity: 'error',
  from: { path: `^src/${folder}/`, pathNot: '\\.test\\.ts$' },
  to: {
    path: '^src/',
    pathNot: [
      `^src/${folder}/`,
      ...allowed.map((entry) => (entry.includes('/') ? `^src/${entry}(\\.(node|browser))?\\.ts$` : `^src/${entry}/`)),
    ],
  },
}));

/** Tests, and what only tests import: the gradient check and the engines' contract suite. Never shipped (tsconfig.build.json). */
const tests = '\\.test\\.ts$|^src/ops/(gradientCheck|draw\\w+)\\.ts$|^src/engine/(contractSuite\\.ts|cases/|suite/)';

/** Source files that run everywhere: everything that is not marked as Node's, drawn, served or printed by Node, or a test. */
const portable = { path: '^src/', pathNot: ['\\.node\\.m?ts$', '^src/(cli|report|studio)/', tests] };

module.exports = {
  forbidden: [
    ...folders,
    {
      name: 'no-cycles',
      comment: 'types count, too; only nodes, operators and the builder of a graph name each other',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/graph/' },
      to: { circular: true },
    },
    {
      name: 'unresolved',
      comment: 'onnxruntime-node is the user’s own, asked for only to check an exported file',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true, pathNot: '^#|^onnxruntime-node$' },
    },
    {
      name: 'node-modules-in-node-files',
      comment: 'what needs Node ends in .node.ts (threads: .node.mts) or lies in cli, report or studio',
      severity: 'error',
      from: portable,
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'packages-in-node-files',
      comment: 'the portable core has no dependencies but small readers of file formats (docs/dependencies.md)',
      severity: 'error',
      from: {
        ...portable,
        pathNot: [
          ...portable.pathNot,
          '^src/formats/',
          '^src/platform/zip\\.ts$',
          '^src/projection/umapJs\\.ts$',
          '^src/data/annotated/(vocXml|parseXml|parseYaml)\\.ts$',
        ],
      },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer'] },
    },
    {
      name: 'packages-of-formats',
      comment: 'formats may use the packages that docs/dependencies.md lists for them',
      severity: 'error',
      from: { path: '^src/(formats/|platform/zip\\.ts$)', pathNot: ['\\.node\\.m?ts$', tests] },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer'],
        pathNot: 'node_modules/(pbf|fflate|h5wasm)/',
      },
    },
    {
      name: 'only-index-imports-public',
      comment: 'src/public/ lists names for src/index.ts alone',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/index\\.ts$' },
      to: { path: '^src/public/' },
    },
    {
      name: 'nothing-imports-cli',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'only-cli-and-index-import-report',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli/|report/|index\\.node\\.ts|nodeOnly\\.browser\\.ts)' },
      to: { path: '^src/report/' },
    },
    {
      name: 'only-cli-imports-studio',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(cli/|studio/)' },
      to: { path: '^src/studio/' },
    },
    {
      name: 'studio-uses-the-public-api',
      comment:
        'the pages of studio/ import striate, striate/explain, …; of src/ they know the types of the server’s answers alone',
      severity: 'error',
      from: { path: '^studio/' },
      to: {
        path: '^(src|dist|test)/',
        pathNot: '^src/(index(\\.node)?|explain/index|formats/index|zoo/index|studio/api)\\.ts$',
      },
    },
    {
      name: 'pages-of-the-studio-are-apart',
      comment: 'what two pages share lies beside pages/',
      severity: 'error',
      from: { path: '^studio/pages/([^/]+)/' },
      to: { path: '^studio/pages/', pathNot: '^studio/pages/$1/' },
    },
    {
      name: 'studio-has-no-cycles',
      severity: 'error',
      from: { path: '^studio/' },
      to: { circular: true, path: '^studio/' },
    },
    {
      name: 'no-tests-in-sources',
      severity: 'error',
      from: { path: '^src/', pathNot: tests },
      to: { path: `${tests}|^test/` },
    },
    {
      name: 'declared-packages-only',
      severity: 'error',
      from: { path: '^src/', pathNot: tests },
      // What the build makes part of the package (scripts/bundle-packages.mjs) is no dependency of it.
      to: {
        dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'],
        pathNot: '^node_modules/(vega|vega-lite|pbf|umap-js|yaml|@rgrove/parse-xml)/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/(engine/wasm|pictures)/kernels/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
  },
};
