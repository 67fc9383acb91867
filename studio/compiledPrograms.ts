import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../', import.meta.url));

/** What TypeScript finds wrong with programs that use the package, by their names. */
export function problemsOf(programs: Readonly<Record<string, string>>): readonly string[] {
  const texts = new Map(Object.entries(programs).map(([name, text]) => [`${root}studio/made-${name}.ts`, text]));
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
  return ts.getPreEmitDiagnostics(program).map(({ messageText, file }) => {
    return `${file?.fileName.split('/').at(-1)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}
