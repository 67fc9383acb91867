import { Command, Option } from 'commander';
import { extname } from 'node:path';
import { exportKeras, exportTfjs, saveOnnx, type ExportOnnxOptions } from '../formats/index.js';
import type { Model } from '../models/index.js';
import { formatCount } from '../platform/textTable.js';
import { UsageError } from './failure.js';
import { openOrCreate } from './openArgument.js';
import { inputShapeOption, shared, wholeNumber, weightsKeyOption } from './commandOptions.js';
import type { Output } from './output.js';
import { verifyOnnx } from './verifyOnnx.js';

interface ExportOptions {
  readonly weights?: string;
  readonly weightsKey?: string;
  readonly output: string;
  readonly opset?: number;
  readonly layout?: 'NCHW' | 'NHWC';
  readonly input?: readonly number[];
  readonly outputs?: readonly string[];
  readonly batchAxis?: boolean;
  readonly verify?: boolean;
  readonly json?: boolean;
}

/** What each extension of the output stands for. */
const writers: Readonly<
  Record<string, { format: string; write: (model: Model, path: string, options: ExportOnnxOptions) => Promise<void> }>
> = {
  '.onnx': { format: 'ONNX', write: saveOnnx },
  '.safetensors': { format: 'PyTorch', write: (model, path) => model.saveWeights(path, { format: 'pytorch' }) },
  '.h5': { format: 'Keras 2', write: exportKeras },
  '.keras': { format: 'Keras 3', write: exportKeras },
  '.json': { format: 'TensorFlow.js', write: exportTfjs },
};

/** `striate export`: a model for other programs. */
export function exportCommand(output: Output): Command {
  return new Command('export')
    .description('write a model for other programs: ONNX, PyTorch’s weights, Keras, TensorFlow.js')
    .argument('<model>', 'a model of the zoo, or a file: .safetensors, .onnx, .h5, .keras, model.json')
    .option('--weights <file>', 'a .safetensors file of weights, PyTorch’s or Striate’s')
    .addOption(weightsKeyOption())
    .requiredOption('--output <file>', '.onnx, .safetensors (PyTorch’s names and layouts), .h5, .keras or .json')
    .addOption(new Option('--opset <n>', 'version of ONNX’s operators (default: 13)').argParser(wholeNumber(11, 21)))
    .addOption(new Option('--layout <order>', 'of an ONNX file’s pictures (default: NCHW)').choices(['NCHW', 'NHWC']))
    .addOption(inputShapeOption('in place of the model’s own'))
    .addOption(shared.outputs())
    .addOption(shared.batchAxis())
    .option('--verify', 'run the ONNX file with your own onnxruntime-node and compare')
    .addOption(shared.json())
    .action(async (argument: string, options: ExportOptions) => {
      const extension = extname(options.output).toLowerCase();
      const writer = Object.hasOwn(writers, extension) ? writers[extension] : undefined;
      if (!writer) {
        throw new UsageError({
          where: `--output '${options.output}'`,
          rule: `must end in ${Object.keys(writers).join(', ')}`,
        });
      }
      checkOnnxOnly(extension, options);
      const model = await openOrCreate(argument, options, output);
      const { opset, layout } = options;
      try {
        await writer.write(model, options.output, { opset, layout });
        const verified = options.verify ? await verifyOnnx(model, options.output, layout) : undefined;
        const { parameters } = model.parameterCounts();
        if (options.json) {
          output.json({
            command: 'export',
            model: argument,
            weights: options.weights ?? null,
            output: options.output,
            format: writer.format,
            parameters,
            verified: verified ?? null,
          });
        } else {
          output.data(`${options.output}: ${writer.format}, ${formatCount(parameters)} parameters`);
          if (verified) {
            output.data(
              `onnxruntime ${verified.runtime} gives the same outputs, up to ${verified.deviation.toExponential(1)} of their spread`,
            );
          }
        }
      } finally {
        await model.dispose();
      }
    });
}

/** Throws where an option is given that only an ONNX file has. */
function checkOnnxOnly(extension: string, { opset, layout, verify }: ExportOptions): void {
  if (extension === '.onnx') return;
  const given = Object.entries({ '--opset': opset, '--layout': layout, '--verify': verify });
  const [wrong] = given.find(([, value]) => value !== undefined) ?? [];
  if (wrong !== undefined) throw new UsageError({ rule: `${wrong} goes with an .onnx file as --output only` });
}
