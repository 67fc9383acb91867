import { Command } from 'commander';
import { extname } from 'node:path';
import { formatShape } from '../tensor/index.js';
import { formatCount } from '../platform/textTable.js';
import { UsageError } from './failure.js';
import { openAny, type ModelOptions } from './openArgument.js';
import { inputShapeOption, preprocessingOption, shared, weightsKeyOption } from './commandOptions.js';
import type { Output } from './output.js';

interface ImportOptions extends ModelOptions {
  readonly output: string;
  readonly json?: boolean;
}

/** `striate import`: another program's model as a file that all other commands take. */
export function importCommand(output: Output): Command {
  return new Command('import')
    .description('read another program’s model: ONNX, Keras (.h5, .keras), TensorFlow.js (model.json), weights')
    .argument('<file>', 'a model, or weights of an architecture of the zoo')
    .requiredOption('--output <file>', 'the .safetensors file that the model is saved in')
    .addOption(weightsKeyOption())
    .option('--model <name>', 'the architecture that a file of weights belongs to, such as resnet18')
    .addOption(preprocessingOption())
    .addOption(inputShapeOption('where the file leaves it open'))
    .addOption(shared.outputs())
    .addOption(shared.batchAxis())
    .addOption(shared.json())
    .action(async (file: string, options: ImportOptions) => {
      if (extname(options.output).toLowerCase() !== '.safetensors') {
        throw new UsageError({
          where: `--output '${options.output}'`,
          rule: 'must be a .safetensors file',
          advice: 'export writes other formats',
        });
      }
      const { model, format, preparation } = await openAny(file, options, output);
      try {
        const { preprocessing, note } = preparation ?? {};
        if (note !== undefined) output.progress(note);
        // The saved file shall say what the other program's does not.
        if (preprocessing) model.preprocessing = preprocessing;
        await model.save(options.output);
        const { parameters } = model.parameterCounts();
        const input = model.inputs[0].shape;
        if (options.json) {
          output.json({
            command: 'import',
            file,
            format,
            output: options.output,
            model: model.name,
            parameters,
            input,
            classes: model.outputShape.at(-1) ?? null,
            classNames: model.classNames ?? null,
          });
        } else {
          output.data(
            `${options.output}: ${model.name}, input ${formatShape(input)}, ${formatCount(parameters)} parameters`,
          );
        }
      } finally {
        await model.dispose();
      }
    });
}
