import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';
import { root } from './codeBlocks.js';

interface Target {
  readonly types?: string;
  readonly node?: { readonly types: string };
}

const { name, exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  readonly name: string;
  readonly exports: Readonly<Record<string, Target | string>>;
};

/** The source file of each path that can be imported: `striate` → src/index.node.ts. */
export const entryPoints: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(exports).flatMap(([path, target]) => {
    const types = typeof target === 'string' ? undefined : (target.node?.types ?? target.types);
    return types === undefined
      ? []
      : [[posix.join(name, path), root + types.replace('./dist/', 'src/').replace('.d.ts', '.ts')]];
  }),
);

const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path)).config,
  ts.sys,
  root,
);
const compilerOptions: ts.CompilerOptions = {
  ...options,
  paths: {
    ...options.paths,
    ...Object.fromEntries(Object.entries(entryPoints).map(([path, source]) => [path, [source]])),
  },
  // What an example shows it need not use.
  noUnusedLocals: false,
  noUnusedParameters: false,
  verbatimModuleSyntax: false,
  declaration: false,
};

/**
 * A program of the library's sources and these texts, which are modules in the folder `test/docs`, by file name.
 *
 * @param before a program whose files need not be read again
 */
export function createProgram(texts: ReadonlyMap<string, string>, before?: ts.Program): ts.Program {
  const host = ts.createCompilerHost(compilerOptions);
  const files = new Map([...texts].map(([file, text]) => [`${root}test/docs/${file}`, text]));
  const overlaid: ts.CompilerHost = {
    ...host,
    fileExists: (path) => files.has(path) || host.fileExists(path),
    readFile: (path) => files.get(path) ?? host.readFile(path),
    getSourceFile(path, version, ...rest) {
      const text = files.get(path);
      if (text !== undefined) return ts.createSourceFile(path, text, version, true);
      return before?.getSourceFile(path) ?? host.getSourceFile(path, version, ...rest);
    },
  };
  return ts.createProgram([...Object.values(entryPoints), ...files.keys()], compilerOptions, overlaid, before);
}

/** What the compiler says against these texts: `LINE: MESSAGE`, by file name; the sources themselves are not checked. */
export function typeErrors(program: ts.Program, texts: ReadonlyMap<string, string>): Map<string, string[]> {
  return new Map(
    [...texts.keys()].map((name) => {
      const file = program.getSourceFile(`${root}test/docs/${name}`)!;
      const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      return [
        name,
        found.map(({ start = 0, messageText }) => {
          const line = file.getLineAndCharacterOfPosition(start).line + 1;
          return `${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
        }),
      ];
    }),
  );
}
