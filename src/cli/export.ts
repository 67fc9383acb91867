import { Command, Option } from 'commander';
import { extname } from 'node:path';
import {
  exportKeras,
  exportTfjs,
  saveOnnx,
  type Decoding,
  type ExportOnnxOptions,
  type OnnxSource,
} from '../formats/index.js';
import type { Model } from '../models/index.js';
import { formatCount } from '../platform/textTable.js';
import {
  createDetector,
  createSegmenter,
  KeypointDetector,
  type DetectorOptions,
  type SegmenterOptions,
} from '../tasks/index.js';
import { taskOf } from '../tasks/loadTask.js';
import { detectionArchitectures, type DetectionName } from '../zoo/detection.js';
import { segmentationArchitectures, type SegmentationName } from '../zoo/segmentation.js';
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
  readonly decoding?: Decoding;
  readonly input?: readonly number[];
  readonly outputs?: readonly string[];
  readonly batchAxis?: boolean;
  readonly verify?: boolean;
  readonly json?: boolean;
}

/** What each extension of the output stands for. */
const writers: Readonly<
  Record<
    string,
    { format: string; write: (source: OnnxSource, path: string, options: ExportOnnxOptions) => Promise<void> }
  >
> = {
  '.onnx': { format: 'ONNX', write: saveOnnx },
  '.safetensors': {
    format: 'PyTorch',
    write: (source, path) => modelOf(source).saveWeights(path, { format: 'pytorch' }),
  },
  '.h5': { format: 'Keras 2', write: (source, path) => exportKeras(modelOf(source), path) },
  '.keras': { format: 'Keras 3', write: (source, path) => exportKeras(modelOf(source), path) },
  '.json': { format: 'TensorFlow.js', write: (source, path) => exportTfjs(modelOf(source), path) },
};

const modelOf = (source: OnnxSource): Model => ('model' in source ? source.model : source);

/** What the argument names: a network for boxes or masks by torchvision's name, or any model. */
async function openSource(argument: string, options: ExportOptions, output: Output): Promise<OnnxSource> {
  const create = Object.hasOwn(detectionArchitectures, argument)
    ? (own: DetectorOptions) => createDetector(argument as DetectionName, own)
    : Object.hasOwn(segmentationArchitectures, argument)
      ? (own: SegmenterOptions) => createSegmenter(argument as SegmentationName, own)
      : undefined;
  if (!create) {
    const model = await openOrCreate(argument, options, output);
    const task = taskOf(model, argument);
    return task && !(task instanceof KeypointDetector) ? task : model;
  }
  const { weights, input: inputShape } = options;
  if (weights === undefined)
    output.progress(`${argument} has fresh weights, those of seed 0; --weights FILE takes others`);
  return create({ inputShape, weights });
}

/** `striate export`: a model for other programs. */
export function exportCommand(output: Output): Command {
  return new Command('export')
    .description('write a model for other programs: ONNX, PyTorch’s weights, Keras, TensorFlow.js')
    .argument(
      '<model>',
      'a model of the zoo, torchvision’s name of a detector or segmenter, or a file: .safetensors, .onnx, .h5, .keras, model.json',
    )
    .option('--weights <file>', 'a .safetensors file of weights, PyTorch’s or Striate’s')
    .addOption(weightsKeyOption())
    .requiredOption('--output <file>', '.onnx, .safetensors (PyTorch’s names and layouts), .h5, .keras or .json')
    .addOption(new Option('--opset <n>', 'version of ONNX’s operators (default: 13)').argParser(wholeNumber(11, 21)))
    .addOption(new Option('--layout <order>', 'of an ONNX file’s pictures (default: NCHW)').choices(['NCHW', 'NHWC']))
    .addOption(
      new Option(
        '--decoding <kind>',
        'what an ONNX file gives of a network for boxes or masks: boxes after suppression (default), labels of pixels (default), or what the network gives',
      ).choices(['boxes', 'labels', 'raw']),
    )
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
      const source = await openSource(argument, options, output);
      const model = modelOf(source);
      const { opset, layout, decoding } = options;
      if (options.verify && model !== source && decoding !== 'raw')
        throw new UsageError({ where: '--verify', rule: 'compares what networks give', advice: 'add --decoding raw' });
      try {
        await writer.write(source, options.output, { opset, layout, decoding });
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
function checkOnnxOnly(extension: string, { opset, layout, decoding, verify }: ExportOptions): void {
  if (extension === '.onnx') return;
  const given = Object.entries({ '--opset': opset, '--layout': layout, '--decoding': decoding, '--verify': verify });
  const [wrong] = given.find(([, value]) => value !== undefined) ?? [];
  if (wrong !== undefined) throw new UsageError({ rule: `${wrong} goes with an .onnx file as --output only` });
}
