import { Command, Option } from 'commander';
import { formatCount } from '../platform/textTable.js';
import { formatShape } from '../tensor/index.js';
import { architectures, zoo, type Architecture, type ArchitectureFilter } from '../zoo/index.js';
import { shared, wholeNumber } from './commandOptions.js';
import { columns, type Output } from './output.js';
import { unknownName } from './unknownName.js';

interface ModelsOptions extends Pick<ArchitectureFilter, 'family' | 'maxParameters'> {
  readonly json?: boolean;
}

/** `striate models`: lists the architectures of the zoo. */
export function modelsCommand(output: Output): Command {
  return new Command('models')
    .description('list the architectures of the zoo')
    .option('--family <name>', 'one family alone, such as ResNet')
    .addOption(new Option('--max-parameters <n>', 'no more parameters than this').argParser(wholeNumber(1)))
    .addOption(shared.json())
    .action(({ json, ...filter }: ModelsOptions) => {
      checkFamily(filter.family);
      const rows = zoo.list(filter).map((name): readonly [string, Architecture] => [name, zoo.describe(name)]);
      if (json) {
        const models = rows.map(([name, { create: _, ...about }]) => ({ name, ...about }));
        output.json({ command: 'models', models });
        return;
      }
      const table = rows.map(([name, { family, parameters, inputShape, paper }]) => [
        name,
        family,
        formatCount(parameters).padStart(11),
        formatShape(inputShape).slice(1, -1).replaceAll(', ', '×'),
        paper.year,
        paper.title,
      ]);
      const header = ['name', 'family', 'parameters'.padStart(11), 'input', 'year', 'paper'];
      for (const line of columns([header, ...table])) output.data(line);
    });
}

/** Throws when no architecture is of the family. */
function checkFamily(family: string | undefined): void {
  if (family === undefined || zoo.list({ family }).length > 0) return;
  const families = new Set(Object.values(architectures).map((row: Architecture) => row.family));
  const known = [...families];
  throw unknownName({
    where: '--family',
    name: family,
    known,
    nothing: 'no family',
    advice: () => `use one of ${known.join(', ')}`,
  });
}
