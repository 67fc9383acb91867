import { Command } from 'commander';
import { extname } from 'node:path';
import { formatShape } from '../tensor/index.js';
import { UsageError } from './failure.js';
import { modelOfFile } from './modelFile.js';
import { shared } from './options.js';
import { inputShapeOption } from './inputShapeOption.js';
import type { Output } from './output.js';

interface ImportOptions {
  readonly output: string;
  readonly model?: string;
  readonly input?: readonly number[];
  readonly json?: boolean;
}

/** `striate import`: another program's model as a file that all other commands take. */
export function importCommand(output: Output): Command {
  return new Command('import')
    .description('read another program’s model: ONNX, Keras (.h5, .keras), TensorFlow.js (model.json), weights')
    .argument('<file>', 'a model, or weights of an architecture of the zoo')
    .requiredOption('--output <file>', 'the .safetensors file that the model is saved in')
    .option('--model <name>', 'the architecture that a file of weights belongs to, such as resnet18')
    .addOption(inputShapeOption('where the file leaves it open'))
    .addOption(shared.json())
    .action(async (file: string, options: ImportOptions) => {
      if (extname(options.output).toLowerCase() !== '.safetensors') {
        throw new UsageError(`--output '${options.output}': must be a .safetensors file; export writes other formats`);
      }
      const { model, format } = await modelOfFile(file, { architecture: options.model, inputShape: options.input });
      try {
        await model.save(options.output);
        const { parameters } = model.parameterCounts();
        const input = model.inputs[0].shape;
        if (options.json) {
          output.json({
            ...{ command: 'import', file, format, output: options.output, model: model.name, parameters },
            ...{ input, classes: model.outputShape.at(-1) ?? null, classNames: model.classNames ?? null },
          });
        } else {
          output.data(
            `${options.output}: ${model.name}, input ${formatShape(input)}, ${parameters.toLocaleString('en')} parameters`,
          );
        }
      } finally {
        await model.dispose();
      }
    });
}
