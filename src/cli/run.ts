import { Command, Option } from 'commander';
import { files } from '#platform';
import type { Model } from '../models/index.js';
import { formatShape, sameShape, StriateError, type Shape, type Tensor } from '../tensor/index.js';
import { toChannelsFirst, toChannelsLast, type ChannelOrder } from './channelOrder.js';
import { expectModel, isFile } from './modelArgument.js';
import { decodeNpy, encodeNpy } from '../formats/index.js';
import { openOrCreate } from './openArgument.js';
import { engineChoice, shared, wholeNumber, weightsKeyOption } from './commandOptions.js';
import type { Output } from './output.js';

interface RunOptions {
  readonly weights?: string;
  readonly weightsKey?: string;
  readonly input: string;
  readonly output: string;
  readonly layout: ChannelOrder;
  readonly outputs?: readonly string[];
  readonly batchAxis?: boolean;
  readonly batch: number;
  readonly threads?: number;
  readonly engine?: string;
  readonly json?: boolean;
}

/** Pictures that go through a model at once: few, because the maps of a large one take much memory. */
const usualBatch = 8;

/** `striate run`: raw numbers into a model and out of it, for comparison with any other system. */
export function runCommand(output: Output): Command {
  return new Command('run')
    .description('put raw tensors (.npy) through a model')
    .argument('<model>', 'a model of the zoo, or a file: .safetensors, .onnx, .h5, .keras, model.json')
    .option('--weights <file>', 'weights: .safetensors or PyTorch’s .pth, or imagenet for published ones')
    .addOption(weightsKeyOption())
    .requiredOption('--input <file>', 'a .npy file: a batch of the model’s inputs')
    .requiredOption('--output <file>', 'the .npy file that the model’s outputs go to')
    .addOption(
      new Option('--layout <order>', 'of the pictures in both files').choices(['NHWC', 'NCHW']).default('NHWC'),
    )
    .addOption(
      new Option('--batch <n>', 'examples that are computed at once').argParser(wholeNumber(1)).default(usualBatch),
    )
    .addOption(shared.outputs())
    .addOption(shared.batchAxis())
    .addOption(shared.threads())
    .addOption(shared.engine())
    .addOption(shared.json())
    .action(async (argument: string, options: RunOptions) => {
      expectModel(argument);
      const given = decodeNpy(await files.read(options.input), options.input);
      const x = options.layout === 'NCHW' ? toChannelsLast(given) : given;
      checkBatch(argument, x, given, options);
      const { weights, weightsKey, outputs, batchAxis } = options;
      const isPictures = !isFile(argument) || weights !== undefined;
      const size = x.shape.length === 4 ? x.shape.slice(1) : undefined;
      const open = (input?: Shape): Promise<Model> =>
        openOrCreate(argument, { weights, weightsKey, input, outputs, batchAxis }, output);
      const model = await open(isPictures ? size : undefined).catch((error: unknown) => {
        // A file that leaves the pictures' size open takes that of the pictures.
        const isOpen = error instanceof StriateError && error.code === 'openSizes';
        if (isOpen && size && !isPictures) return open(size);
        throw error;
      });
      checkFit(
        argument,
        model.inputs.map(({ shape }) => shape),
        given,
        options,
      );
      model.useEngine(engineChoice(options));
      try {
        const batchSize = Math.min(options.batch, x.shape[0]);
        const started = performance.now();
        const result = await model.predict(x, { batchSize });
        const seconds = (performance.now() - started) / 1000;
        const y = options.layout === 'NCHW' ? toChannelsFirst(result) : result;
        await files.writeWhole(options.output, encodeNpy(y));
        if (options.json) {
          const { weights: from, layout } = options;
          output.json({
            command: 'run',
            model: argument,
            weights: from ?? null,
            layout,
            input: { file: options.input, shape: given.shape },
            output: { file: options.output, shape: y.shape },
            seconds,
          });
        } else output.data(`${options.output}: ${formatShape(y.shape)}`);
      } finally {
        await model.dispose();
      }
    });
}

/** Throws unless the input is a batch, of pictures where the model is one of the zoo. */
function checkBatch(argument: string, x: Tensor, { shape }: Tensor, { input, layout }: RunOptions): void {
  const rule = `a batch of pictures [${layout.split('').join(', ')}]`;
  if (!isFile(argument) && shape.length !== 4) {
    const single = shape.length === 3 ? '; add an axis of one picture in front' : '';
    throw new StriateError({ where: input, rule: `must be ${rule}`, advice: `it is ${formatShape(shape)}${single}` });
  }
  if (shape.length < 2 || x.size === 0) {
    throw new StriateError({
      where: input,
      rule: 'must be a batch of at least one example',
      advice: `it is ${formatShape(shape)}`,
    });
  }
  const channelsElsewhere = shape.length === 4 && x.shape[3] > 4 && shape[layout === 'NHWC' ? 1 : 3] <= 4;
  if (!isFile(argument) && channelsElsewhere) {
    const other = layout === 'NHWC' ? 'NCHW' : 'NHWC';
    throw new StriateError({
      where: input,
      rule: `${formatShape(shape)} as ${layout} has pictures of ${x.shape[3]} channels`,
      advice: `it seems to be ${other}: add --layout ${other}`,
    });
  }
}

/** Throws unless a saved model takes such an input. */
function checkFit(argument: string, inputs: readonly Shape[], { shape }: Tensor, { input, layout }: RunOptions): void {
  if (inputs.length !== 1) {
    throw new StriateError({ rule: `'${argument}' has ${inputs.length} inputs`, advice: 'run takes models with one' });
  }
  const [own] = inputs;
  const wanted = layout === 'NCHW' && own.length === 3 ? [own[2], own[0], own[1]] : own;
  if (sameShape(shape.slice(1), wanted)) return;
  throw new StriateError({
    where: input,
    rule: `the model takes ${layout} of [N, ${wanted.join(', ')}]`,
    advice: `the file holds ${formatShape(shape)}`,
  });
}
