import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { normalizedBlocks, suitedTo, type TrainSettings } from './recipe.js';
import { trainingProgram } from './program.js';

const plain: TrainSettings = {
  ...{ data: 'digits', pictures: 400, held: 100, side: 64, model: 'blocks', blocks: 'conv8,pool2,dense16' },
  ...{ optimizer: 'adam', rate: 0.003, course: 'cycle', batch: 32, epochs: 2, augment: 'none' },
};

const trained = { data: 'photos:0', model: 'file:0' } as const;

/** Settings of each kind, by what is special in them. */
const kinds: Readonly<Record<string, TrainSettings>> = {
  plain,
  mnist: { ...plain, ...suitedTo.mnist, data: 'mnist', blocks: normalizedBlocks },
  photos: { ...plain, data: 'photos:0', augment: 'basic' },
  zoo: { ...plain, data: 'cifar10', model: 'cifar_resnet20', optimizer: 'sgd', course: 'steady', augment: 'flip' },
  solved: { ...plain, ...trained, learns: 'classifier' },
  'fine-tuned': { ...plain, ...trained, learns: 'all', augment: 'flip' },
};

it('compiles, whatever was trained', () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const texts = new Map(
    Object.entries(kinds).map(([kind, settings]) => [
      `${root}studio/pages/train/made-${kind}.ts`,
      trainingProgram(settings, [32, 32, settings.data === 'digits' || settings.data === 'mnist' ? 1 : 3], 10),
    ]),
  );
  const options: ts.CompilerOptions = {
    ...{
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      noUnusedLocals: true,
      types: ['node'],
      typeRoots: [`${root}node_modules/@types`],
    },
    ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'] },
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    paths: { striate: [`${root}dist/index.node.d.ts`] },
  };
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    readFile: (name) => texts.get(name) ?? disk.readFile(name),
    fileExists: (name) => texts.has(name) || disk.fileExists(name),
    getSourceFile: (name, version, ...rest) => {
      const text = texts.get(name);
      return text === undefined ? disk.getSourceFile(name, version, ...rest) : ts.createSourceFile(name, text, version);
    },
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  const found = ts.getPreEmitDiagnostics(program).map(({ messageText, file }) => {
    return `${file?.fileName.split('/').at(-1)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
  expect(found).toEqual([]);
});
