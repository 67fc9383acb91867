import { Command, InvalidArgumentError, Option } from 'commander';
import { modelToLookAt } from './modelArgument.js';
import { shared } from './options.js';
import type { Output } from './output.js';

interface SummaryOptions {
  readonly input?: readonly number[];
  readonly json?: boolean;
}

/** `striate summary`: a model's layers, outputs, parameters, operations and receptive fields. */
export function summaryCommand(output: Output): Command {
  return new Command('summary')
    .description('show a model’s layers, outputs and parameters')
    .argument('<model>', 'a model of the zoo or a .safetensors file')
    .addOption(new Option('--input <shape>', 'height × width × channels, such as 224x224x3').argParser(inputShape))
    .addOption(shared.json())
    .action(async (argument: string, options: SummaryOptions) => {
      const model = await modelToLookAt(argument, options.input);
      const summary = model.summarize();
      if (options.json) {
        output.json({ command: 'summary', ...summary });
        return;
      }
      output.data(model.summary());
      output.data(` FLOPs: ${summary.flops.toLocaleString('en-US')} (a multiply-add counts 2)`);
      const fields = summary.layers.filter(({ receptiveField }) => receptiveField !== null);
      const last = fields.at(-1);
      if (last) output.data(` Receptive field: ${String(last.receptiveField).replace(',', ' × ')} at ${last.name}`);
    });
}

function inputShape(text: string): number[] {
  const shape = text.split(/[x×,]/).map(Number);
  if (shape.length !== 3 || shape.some((n) => !Number.isInteger(n) || n < 1)) {
    throw new InvalidArgumentError('It must be height × width × channels, such as 224x224x3.');
  }
  return shape;
}
