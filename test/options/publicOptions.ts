import { fileURLToPath } from 'node:url';
import { relative } from 'node:path';
import ts from 'typescript';

/** What a value is to JavaScript; a word is one of the texts that an option may have. */
export type Kind = 'boolean' | 'number' | 'string' | 'function' | 'list' | 'object' | 'null' | 'word';

/** An option, as its type has it. */
export interface PublicOption {
  readonly name: string;
  /** What its value may be; undefined where that is anything. */
  readonly kinds: ReadonlySet<Kind> | undefined;
  /** The options that it holds, where it is an object of options itself. */
  readonly own: readonly PublicOption[] | undefined;
}

/** A public function, class or method that takes an object of options. */
export interface PublicTaker {
  /** `imageFolder`, `new EarlyStopping`, `Model.fit`, `losses.huber`. */
  readonly name: string;
  /** The name of the options' type; the type itself where it has none. */
  readonly type: string;
  readonly options: readonly PublicOption[];
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const entries = ['index.node', 'index.browser', 'zoo/index', 'formats/index', 'explain/index'];

/**
 * Everything public that takes an object with something optional in it, found in the types of what the package exports.
 *
 * @param things names of types that are no options though some of their fields may be left out, such as `DataSet`
 */
export function publicTakers(things: ReadonlySet<string>): PublicTaker[] {
  const { options } = ts.getParsedCommandLineOfConfigFile(`${root}tsconfig.json`, {}, host)!;
  const files = entries.map((entry) => `${root}src/${entry}.ts`);
  const program = ts.createProgram(files, options);
  const walk = new Walk(program.getTypeChecker(), things);
  for (const file of files) walk.module(program.getSourceFile(file)!);
  return [...walk.found.values()];
}

const host: ts.ParseConfigFileHost = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };

class Walk {
  readonly found = new Map<string, PublicTaker>();
  private readonly seen = new Set<ts.Type>();

  constructor(
    private readonly checker: ts.TypeChecker,
    private readonly things: ReadonlySet<string>,
  ) {}

  module(file: ts.SourceFile): void {
    for (const exported of this.checker.getExportsOfModule(this.checker.getSymbolAtLocation(file)!)) {
      const symbol = this.resolved(exported);
      if (!symbol) continue;
      if (symbol.flags & ts.SymbolFlags.Interface)
        this.members(symbol.name, this.checker.getDeclaredTypeOfSymbol(symbol));
      else if (symbol.valueDeclaration) this.value(exported.name, this.typeOf(symbol), 0);
    }
  }

  /** What an export stands for; undefined where it is a type alone. */
  private resolved(exported: ts.Symbol): ts.Symbol | undefined {
    let symbol = exported;
    let typeOnly = false;
    while (symbol.flags & ts.SymbolFlags.Alias) {
      typeOnly ||= symbol.declarations?.some((one) => ts.isTypeOnlyImportOrExportDeclaration(one)) ?? false;
      symbol = this.checker.getImmediateAliasedSymbol(symbol)!;
    }
    return typeOnly && !(symbol.flags & ts.SymbolFlags.Interface) ? undefined : symbol;
  }

  private typeOf(symbol: ts.Symbol): ts.Type {
    return this.checker.getTypeOfSymbol(symbol);
  }

  /** A function, a class, or an object that holds some. */
  private value(name: string, type: ts.Type, depth: number): void {
    for (const signature of type.getCallSignatures()) this.signature(name, signature);
    for (const signature of type.getConstructSignatures()) {
      if (!isAbstract(signature)) this.signature(`new ${name}`, signature);
      this.members(name, signature.getReturnType());
    }
    const isGroup = type.getCallSignatures().length + type.getConstructSignatures().length === 0;
    if (type.getConstructSignatures().length > 0 || (isGroup && depth < 2)) this.members(name, type, depth + 1);
  }

  /** Public members; those that a class has from another are named after the other. */
  private members(name: string, type: ts.Type, depth = 2): void {
    if (this.seen.has(type) || !(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return;
    this.seen.add(type);
    for (const property of this.checker.getPropertiesOfType(type)) {
      const isAlias = property.flags & ts.SymbolFlags.Alias;
      const member = isAlias ? this.checker.getAliasedSymbol(property) : property;
      const declaration = member.valueDeclaration;
      if (!declaration || !isOurs(declaration)) continue;
      const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
      if (ts.getCombinedModifierFlags(declaration) & hidden) continue;
      const owner = declaration.parent;
      const from = ts.isClassDeclaration(owner) || ts.isInterfaceDeclaration(owner) ? owner.name!.text : name;
      const memberType = this.typeOf(member);
      if (memberType.getCallSignatures().length > 0 || depth < 2)
        this.value(`${from}.${property.name}`, memberType, depth);
    }
  }

  private signature(name: string, signature: ts.Signature): void {
    for (const parameter of signature.parameters) {
      for (const type of this.parameterTypes(parameter)) {
        const told = this.nameOf(type);
        // Behind arguments that go without their names: the same options, but for those.
        if (told === 'Omit' || this.things.has(told) || !this.holdsOptions(type)) continue;
        this.found.set(`${name} ${told}`, { name, type: told, options: this.optionsOf(type, []) });
      }
    }
  }

  /** The types that an argument may have, those of the rest of the arguments included. */
  private parameterTypes(parameter: ts.Symbol): readonly ts.Type[] {
    const whole = this.parts(this.typeOf(parameter));
    const rest =
      parameter.valueDeclaration &&
      ts.isParameter(parameter.valueDeclaration) &&
      parameter.valueDeclaration.dotDotDotToken;
    if (!rest) return whole;
    // Options may stand alone, or behind some that go without their names: they are the same.
    return whole
      .flatMap((type) => this.checker.getTypeArguments(type as ts.TypeReference).slice(0, 1))
      .flatMap((type) => this.parts(type));
  }

  private parts(type: ts.Type): readonly ts.Type[] {
    const given = this.checker.getNonNullableType(type);
    return given.isUnion() ? given.types : [given];
  }

  private nameOf(type: ts.Type): string {
    const name = (type.aliasSymbol ?? type.symbol)?.name ?? '';
    return name.startsWith('__') || name === '' ? this.checker.typeToString(type) : name;
  }

  private holdsOptions(type: ts.Type): boolean {
    if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return false;
    if (this.checker.isArrayType(type) || this.checker.isTupleType(type) || type.getStringIndexType()) return false;
    if (type.symbol?.flags & ts.SymbolFlags.Class || type.getCallSignatures().length > 0) return false;
    const fields = this.checker.getPropertiesOfType(type);
    if (!fields.every((field) => field.declarations?.every(isOurs))) return false;
    return fields.some((field) => field.flags & ts.SymbolFlags.Optional);
  }

  private optionsOf(type: ts.Type, within: readonly ts.Type[]): PublicOption[] {
    return this.checker.getPropertiesOfType(type).map((field) => {
      const parts = this.parts(this.typeOf(field));
      const own = parts.find(
        (part) => this.holdsOptions(part) && !this.things.has(this.nameOf(part)) && !within.includes(part),
      );
      const nullable = this.checker.typeToString(this.typeOf(field)).split(' | ').includes('null');
      return {
        name: field.name,
        kinds: this.kindsOf(parts, nullable),
        own: own && this.optionsOf(own, [...within, type]),
      };
    });
  }

  private kindsOf(parts: readonly ts.Type[], nullable: boolean): ReadonlySet<Kind> | undefined {
    const kinds = new Set<Kind>(nullable ? ['null'] : []);
    for (const part of parts) {
      const kind = this.kindOf(part);
      if (kind === undefined) return undefined;
      kinds.add(kind);
    }
    if (kinds.has('string')) kinds.delete('word');
    return kinds;
  }

  private kindOf(type: ts.Type): Kind | undefined {
    if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.TypeParameter)) return undefined;
    if (type.flags & ts.TypeFlags.BooleanLike) return 'boolean';
    if (type.flags & ts.TypeFlags.NumberLike) return 'number';
    if (type.flags & ts.TypeFlags.StringLiteral) return 'word';
    if (type.flags & ts.TypeFlags.StringLike) return 'string';
    if (type.getCallSignatures().length > 0) return 'function';
    const isList = type.getNumberIndexType() && this.checker.getPropertyOfType(type, 'length');
    return isList ? 'list' : 'object';
  }
}

function isAbstract({ declaration }: ts.Signature): boolean {
  const owner = declaration?.parent;
  return (
    !!owner && ts.isClassDeclaration(owner) && (ts.getCombinedModifierFlags(owner) & ts.ModifierFlags.Abstract) !== 0
  );
}

function isOurs(declaration: ts.Declaration): boolean {
  return relative(root, declaration.getSourceFile().fileName).startsWith('src/');
}
