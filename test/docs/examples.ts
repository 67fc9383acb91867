import ts from 'typescript';
import { root } from './codeBlocks.js';
import { createProgram, entryPoints } from './sources.js';
import * as setting from './setting.js';
import * as symbolic from './symbolic.js';

/** An `@example` of something that can be imported, or of a member of it. */
export interface Example {
  /** What it is an example of: `Model.fineTune`. */
  readonly name: string;
  /** It as a module: what it uses imported, what its own lines import included. */
  readonly text: string;
}

/** Every example in the comments of the public names, and the program that they were read from. */
export function publicExamples(): { readonly examples: readonly Example[]; readonly program: ts.Program } {
  const program = createProgram(new Map());
  const checker = program.getTypeChecker();
  const exported = Object.entries(entryPoints).flatMap(([path, source]) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(source)!)!;
    return checker.getExportsOfModule(module).map((symbol) => ({ path, symbol }));
  });
  const pathOf = new Map(exported.map(({ path, symbol }) => [symbol.name, path]));
  const seen = new Set<ts.Symbol>();
  const examples: Example[] = [];
  const membersOf = (symbol: ts.Symbol): readonly ts.Symbol[] => {
    if (symbol.flags & ts.SymbolFlags.Module) return checker.getExportsOfModule(symbol);
    const statics = [...(symbol.exports?.values() ?? [])];
    if (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface)) {
      return [...statics, ...checker.getDeclaredTypeOfSymbol(symbol).getProperties()];
    }
    return symbol.flags & ts.SymbolFlags.Variable ? checker.getTypeOfSymbol(symbol).getProperties() : statics;
  };
  const visit = (alias: ts.Symbol, name: string): void => {
    const symbol = alias.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(alias) : alias;
    const declarations = symbol.declarations ?? [];
    const foreign = declarations.some((one) => !one.getSourceFile().fileName.startsWith(`${root}src/`));
    if (seen.has(symbol) || foreign) return;
    seen.add(symbol);
    for (const tag of declarations.flatMap((one) => ts.getJSDocTags(one))) {
      if (tag.tagName.text !== 'example') continue;
      examples.push({ name, text: asModule(ts.getTextOfJSDocComment(tag.comment) ?? '', pathOf) });
    }
    for (const member of membersOf(symbol)) visit(member, `${ownerOf(member) ?? name}.${member.name}`);
  };
  for (const { symbol } of exported) visit(symbol, symbol.name);
  return { examples, program };
}

/** The class or interface that declares a member, which may be inherited from one that cannot be imported. */
function ownerOf(member: ts.Symbol): string | undefined {
  const owner = member.declarations?.[0]?.parent;
  return owner && (ts.isClassDeclaration(owner) || ts.isInterfaceDeclaration(owner)) ? owner.name?.text : undefined;
}

/**
 * An example as a module. Reference pages leave imports out, so every public name is there, and so are the values of
 * `setting.ts` and `symbolic.ts`, which stand for the reader's own: `model`, `train`, `x`. An example that imports something uses that.
 */
function asModule(comment: string, pathOf: ReadonlyMap<string, string>): string {
  const lines = comment.replace(/^```\w*$/gm, '').split('\n');
  const imports = lines.filter((line) => line.startsWith('import '));
  const code = lines.filter((line) => !line.startsWith('import ')).join('\n');
  const own = new Set(imports.join(' ').match(/\w+/g));
  const used = new Set(code.match(/\b[A-Za-z_]\w*\b/g));
  const building = /\blayers\.\w+\(.*?\)\.apply\(/.test(code);
  const header = [...used].flatMap((name) => {
    if (own.has(name)) return [];
    if (building && Object.hasOwn(symbolic, name)) return [`import { ${name} } from './symbolic.js';`];
    if (Object.hasOwn(setting, name)) return [`import { ${name} } from './setting.js';`];
    const path = pathOf.get(name);
    return path === undefined ? [] : [`import { ${name} } from '${path}';`];
  });
  return `${[...imports, ...header].join(' ')} export {}; {\n${code}\n}`;
}
