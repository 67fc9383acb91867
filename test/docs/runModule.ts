import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { vi } from 'vitest';
import { entryPoints } from './sources.js';

type Body = (require: (specifier: string) => unknown, exports: object) => Promise<void>;
const AsyncFunction = (async () => undefined).constructor as new (...parts: string[]) => Body;

/**
 * Runs a module's text as an import would: with the library's sources behind `striate`, in the current folder. What it
 * prints is swallowed.
 *
 * @param beside modules that it may import from the folder `test/docs`, by specifier
 */
export async function runModule(
  text: string,
  name: string,
  beside: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2023, esModuleInterop: true },
  });
  const modules = new Map<string, unknown>(Object.entries(beside));
  for (const [, specifier] of outputText.matchAll(/\brequire\("(.+?)"\)/g)) {
    if (modules.has(specifier)) continue;
    const found: unknown = await import(Object.hasOwn(entryPoints, specifier) ? entryPoints[specifier] : specifier);
    modules.set(specifier, { ...(found as object), __esModule: true });
  }
  const silent = [vi.spyOn(console, 'log'), vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
  for (const spy of silent) spy.mockReturnValue(true as never);
  try {
    // A function has no `import.meta`: the program stands as a file in the current folder.
    const body = outputText.replaceAll('import.meta.url', JSON.stringify(pathToFileURL('program.js')));
    await new AsyncFunction('require', 'exports', `${body}\n//# sourceURL=${name}`)(
      (specifier) => modules.get(specifier),
      {},
    );
  } finally {
    for (const spy of silent) spy.mockRestore();
  }
}
