import { Command, Option } from 'commander';
import { pictureShape } from '../../classify/preparation.js';
import { explanations } from '../../explain/index.js';
import { engineChoice, shared, wholeNumber } from '../commandOptions.js';
import { dataOption } from '../dataArgument.js';
import { modelName } from '../modelArgument.js';
import { addModelOptions, openArgument } from '../openArgument.js';
import type { Output } from '../output.js';
import { settlePreparation } from '../settlePreparation.js';
import { unknownName } from '../unknownName.js';
import { explainActivations } from './explainActivations.js';
import { explainClasses } from './explainClasses.js';
import { explainFilters } from './explainFilters.js';
import { activationPictures, inquiryOf, type ExplainOptions, type Inquiry } from './explainOptions.js';
import { explainPictures } from './explainPictures.js';
import { explainRank } from './explainRank.js';
import { insightSink, type Inquirer } from './insight.js';
import { picturesNamed } from './watchedData.js';

/** Who answers what is asked, but for the explanations of pictures. */
const inquirers = {
  filters: explainFilters,
  classPatterns: explainClasses,
  activations: explainActivations,
  rank: explainRank,
} as const satisfies Record<Exclude<Inquiry, 'pictures'>, Inquirer>;

/** The library's methods as the command line spells them. */
const methodNames = Object.keys(explanations).map((name) =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
);

/** `striate explain`: shows why a model says what it says of pictures. */
export function explainCommand(output: Output): Command {
  const command = new Command('explain')
    .description('show why a model says what it says of pictures, and what its filters and layers look for and see')
    .argument(
      '<model>',
      'a saved .safetensors model, a run, an ONNX, Keras or TensorFlow.js file, a model of the zoo, or torchvision’s name of a detector or segmenter',
    )
    .argument('[picture...]', 'picture files (PNG, JPEG, WebP, …) and folders of them')
    .addOption(
      new Option(
        '--method <names>',
        `how, several with commas between: ${methodNames.join(', ')} (default: grad-cam)`,
      ).argParser((text: string) => text.split(',').map(methodName)),
    )
    .addOption(
      new Option(
        '--target <class>',
        'what for: a class by name or number, a difference, cat-dog, or a unit of a layer, conv2:17 or conv2:3,4,17; of boxes, masks and points a class or point by name, or a found box by its number; several times for several (default: the likeliest class)',
      ).argParser((text: string, before: readonly string[] | undefined) => [...(before ?? []), text]),
    )
    .option(
      '--layer <name>',
      'the layer that class activation maps are read from (default: the last map); with --activations, those that are shown, with commas between (default: all)',
    )
    .option(
      '--evidence',
      'measure how far each may be trusted: insertion, deletion, ROAD, drop of confidence (takes passes)',
    )
    .option(
      '--filters <layers>',
      'show what filters look for, in place of pictures: of these layers, with commas between, or of all',
    )
    .addOption(
      dataOption(
        'with --filters: show beside each pattern what of this data raises the filter most, a data set or a folder',
      ),
    )
    .option(
      '--class-patterns <classes>',
      'show what classes look like to the model: these, by names or numbers with commas between, or all',
    )
    .option(
      '--activations [picture...]',
      'show what layers say of pictures, which filters are silent, and what units see',
    )
    .option('--rank <data>', 'compare methods on a data set or a folder of pictures, and say which explains best')
    .addOption(
      new Option(
        '--steps <n>',
        'steps of integrated gradients (default: 50), or of gradient ascent (default: 64 for --filters, 128 for --class-patterns)',
      ).argParser(wholeNumber(1, 100_000)),
    )
    .addOption(
      new Option('--size <n>', 'pixels of the patterns of --filters (default: as filters see, 48 to 128)').argParser(
        wholeNumber(8, 4096),
      ),
    )
    .addOption(shared.seed('of patterns, and of the pictures that --rank draws (default: 0)'))
    .addOption(
      new Option(
        '--limit <n>',
        'how many are shown: filters of a layer (default: 64, of several layers 8), classes (12 of all), channels (16), pictures of --rank (16)',
      ).argParser(wholeNumber(1, 100_000)),
    );
  return addModelOptions(command)
    .option(
      '--output <file|folder>',
      `what to write: a picture (.png, .jpg, …), a page (.html), a folder with all of these, or a map's numbers (.npy) (default: explanation.png, filters.png, class-patterns.png or activations.png; with --json and --rank nothing)`,
    )
    .addOption(shared.batch())
    .addOption(shared.threads())
    .addOption(shared.engine())
    .addOption(shared.json())
    .action(async (argument: string, pictures: readonly string[], options: ExplainOptions) => {
      const inquiry = inquiryOf(options, pictures);
      if (inquiry === 'pictures') await explainPictures(argument, pictures, options, output);
      else await inquire(inquirers[inquiry], argument, pictures, options, output);
    });
}

/** Finds something out about a model, and tells it. */
async function inquire(
  { usualOutput, inquire: find }: Inquirer,
  argument: string,
  named: readonly string[],
  options: ExplainOptions,
  output: Output,
): Promise<void> {
  const { json } = options;
  const path = options.output ?? (json ? undefined : usualOutput);
  const sink = path === undefined ? undefined : insightSink(path);
  const opened = await openArgument(argument, options, output);
  const { model } = opened;
  try {
    pictureShape(model);
    model.useEngine(engineChoice(options));
    const pictures = activationPictures(options, named);
    // A large folder is listed beforehand only where its pictures tell how they are prepared.
    const isKnown = opened.preparation?.note === undefined;
    const data = isKnown || pictures.length > 0 ? undefined : (options.rank ?? options.data);
    const seen = data === undefined ? pictures : ((await picturesNamed(data)) ?? []);
    const settled = await settlePreparation(opened, seen, output);
    const insight = await find(settled, options, { output, model: modelName(argument), pictures });
    const written = await sink?.(insight);
    if (json) output.json({ command: 'explain', model: argument, output: written, ...insight.json });
    else for (const line of insight.lines) output.data(line);
    if (written === undefined) return;
    output.progress(`${/\.html?$/.test(written) ? 'To be read' : 'To be seen'}: ${output.strong(written)}`);
  } finally {
    await model.dispose();
  }
}

/** A method's name as the library has it, for commander. */
function methodName(text: string): string {
  const wanted = text.trim();
  const plain = wanted.replaceAll('+', '-plus').replaceAll('-', '').toLowerCase();
  const found = methodNames.find((name) => name.replaceAll('-', '') === plain);
  if (found !== undefined) return found;
  throw unknownName({
    where: '--method',
    name: wanted,
    known: methodNames,
    nothing: 'no method',
    advice: () => `there are ${methodNames.join(', ')}`,
  });
}
