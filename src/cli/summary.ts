import { files } from '#platform';
import { Command } from 'commander';
import { drawArchitecture } from '../explain/index.js';
import type { ModelSummary } from '../topology/index.js';
import { drawTable, formatBytes, formatCount, formatUnits } from '../platform/textTable.js';
import { resized } from '../models/index.js';
import { sameShape } from '../tensor/index.js';
import { openOrCreate } from './openArgument.js';
import { inputShapeOption, shared } from './commandOptions.js';
import type { Output } from './output.js';

interface SummaryOptions {
  readonly input?: readonly number[];
  readonly outputs?: readonly string[];
  readonly batchAxis?: boolean;
  readonly svg?: string;
  readonly json?: boolean;
}

/** `striate summary`: a model's layers, outputs, parameters, operations and receptive fields. */
export function summaryCommand(output: Output): Command {
  return new Command('summary')
    .description('show a model’s layers: outputs, parameters, operations and receptive fields')
    .argument('<model>', 'a model of the zoo, or a file: .safetensors, .onnx, .h5, .keras, model.json')
    .addOption(inputShapeOption('in place of the model’s own'))
    .addOption(shared.outputs())
    .addOption(shared.batchAxis())
    .option('--svg <file>', 'draw the architecture into this file as well')
    .addOption(shared.json())
    .action(async (argument: string, options: SummaryOptions) => {
      const { input } = options;
      const { outputs, batchAxis } = options;
      // Files of other programs may leave their size open.
      const isOwn = argument.endsWith('.safetensors');
      const found = await openOrCreate(
        argument,
        { input: isOwn ? undefined : input, outputs, batchAxis },
        output,
        false,
      );
      // Only the structure counts here: weights need not suit the other size.
      const model = input && !sameShape(input, found.inputs[0].shape) ? resized(found, input) : found;
      const summary = model.summarize();
      if (options.svg !== undefined) {
        await files.writeWhole(options.svg, new TextEncoder().encode(drawArchitecture(model)));
        output.progress(`The architecture’s picture: ${options.svg}`);
      }
      if (options.json) output.json({ command: 'summary', input: model.inputs[0].shape, ...summary });
      else for (const line of summaryLines(summary, model.inputs[0].shape)) output.data(line);
    });
}

/** The table and the totals. */
function summaryLines(summary: ModelSummary, input: readonly number[]): string[] {
  const { model, parameters, trainable, statistics, flops, multiplyAdds } = summary;
  const rows = summary.layers.map((layer) => [
    `${layer.name} (${layer.type})`,
    layer.output.join(' × '),
    formatCount(layer.parameters),
    formatUnits(layer.flops),
    layer.receptiveField?.join(' × ') ?? '–',
  ]);
  const header = ['Layer (type)', 'Output', 'Parameters', 'FLOPs', 'Receptive field'];
  const total = parameters + statistics;
  const line = (label: string, count: number): string => ` ${label}: ${formatCount(count)}`;
  return [
    `Model: "${model}", input ${input.join(' × ')}`,
    ...drawTable(header, rows, [24, 16, 13, 10, 17], [2, 3, 4]),
    `${line('Total params', total)} (${formatBytes(4 * total)})`,
    line('Parameters that can be learned', parameters) +
      (trainable < parameters ? `, not frozen: ${formatCount(trainable)}` : ''),
    line('Running statistics', statistics),
    ` FLOPs: ${formatUnits(flops)} (${formatCount(flops)}; a multiply-add counts 2)`,
    ` Multiply-adds: ${formatUnits(multiplyAdds)} (${formatCount(multiplyAdds)}; of convolutions and matrix products)`,
  ];
}
