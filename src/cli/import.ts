import { Command } from 'commander';
import { extname } from 'node:path';
import type { Model } from '../models/index.js';
import { formatShape } from '../tensor/index.js';
import { zoo } from '../zoo/index.js';
import { isKnown } from './modelArgument.js';
import { UsageError } from './failure.js';
import { modelOfFile } from './modelFile.js';
import { shared } from './options.js';
import { inputShapeOption } from './inputShapeOption.js';
import type { Output } from './output.js';
import { choosePreprocessing, preprocessingOption } from './preprocessingArgument.js';

interface ImportOptions {
  readonly output: string;
  readonly model?: string;
  readonly preprocessing?: string;
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
    .addOption(preprocessingOption())
    .addOption(inputShapeOption('where the file leaves it open'))
    .addOption(shared.json())
    .action(async (file: string, options: ImportOptions) => {
      if (extname(options.output).toLowerCase() !== '.safetensors') {
        throw new UsageError({
          where: `--output '${options.output}'`,
          rule: 'must be a .safetensors file',
          advice: 'export writes other formats',
        });
      }
      const { model, format } = await modelOfFile(file, { architecture: options.model, inputShape: options.input });
      try {
        await statePictures(model, { file, format, ...options }, output);
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
            `${options.output}: ${model.name}, input ${formatShape(input)}, ${parameters.toLocaleString('en')} parameters`,
          );
        }
      } finally {
        await model.dispose();
      }
    });
}

/** Has the saved model say how its pictures are prepared, which its own file may not say. */
async function statePictures(
  model: Model,
  { file, format, ...options }: ImportOptions & { readonly file: string; readonly format: string },
  output: Output,
): Promise<void> {
  const { shape } = model.inputs[0];
  // Grey drawings are told by their strokes, and what takes no pictures has nothing to say.
  const isColoured = shape.length === 3 && shape[2] === 3;
  if (model.inputs.length !== 1 || (!isColoured && options.preprocessing === undefined)) return;
  const architecture =
    options.model !== undefined && isKnown(options.model) ? zoo.describe(options.model).preprocessing : undefined;
  const chosen = await choosePreprocessing(model, { argument: options.preprocessing, architecture, file, format });
  if (chosen.advice !== undefined) output.progress(chosen.advice);
  model.preprocessing = chosen.preprocessing;
}
