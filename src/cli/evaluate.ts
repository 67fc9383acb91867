import { Command } from 'commander';
import { classScores } from '../report/classScores.js';
import { openData, tellSkipped } from './dataArgument.js';
import { classifierObjective, loadTrained } from './modelArgument.js';
import { engineChoice, shared } from './options.js';
import { columns, type Output } from './output.js';
import { testModel } from './testModel.js';

interface EvaluateOptions {
  readonly data?: string;
  readonly threads?: number;
  readonly engine?: string;
  readonly json?: boolean;
}

/** `striate evaluate`: tries a trained model on a data set's test pictures. */
export function evaluateCommand(output: Output): Command {
  return new Command('evaluate')
    .description('try a trained model on the test pictures of a data set')
    .argument('<model>', 'a .safetensors file that train or model.save wrote')
    .addOption(shared.data())
    .addOption(shared.threads())
    .addOption(shared.engine())
    .addOption(shared.json())
    .action(async (file: string, options: EvaluateOptions) => {
      const data = await openData(options.data, output, { model: file });
      const { test } = data;
      const model = await loadTrained(file);
      // Trying needs no optimizer; the loss is the one that classifiers of pictures are trained with.
      model.compile({ optimizer: 'sgd', ...classifierObjective(model), ...engineChoice(options) });
      try {
        output.progress(`Trying ${file} on ${test.size.toLocaleString('en-US')} test pictures of ${test.name} …`);
        const result = await testModel(model, test, { mistakes: 0, batch: 64 });
        tellSkipped(data, output);
        const classes = classScores(result.confusion, test.classNames);
        const { loss, accuracy } = result;
        if (options.json) {
          const common = {
            command: 'evaluate',
            model: file,
            parameters: model.summarize().parameters,
            data: test.name,
          };
          output.json({
            ...common,
            test: { loss, accuracy },
            classes: classes.map(({ name, pictures, recall, precision }) => ({ name, pictures, recall, precision })),
            confusion: result.confusion,
          });
          return;
        }
        output.data(`accuracy ${percent(accuracy)}, loss ${loss.toFixed(4)}`);
        const rows = classes.map((score) => [
          score.name,
          score.pictures,
          percent(score.recall),
          percent(score.precision),
          score.takenFor === undefined ? '' : `${score.takenFor.name} (${score.takenFor.times} times)`,
        ]);
        const header = ['class', 'pictures', 'recall', 'precision', 'most often taken for'];
        for (const line of columns([header, ...rows])) output.data(line);
      } finally {
        await model.dispose();
      }
    });
}

function percent(share: number): string {
  return Number.isNaN(share) ? '–' : `${(share * 100).toFixed(2)} %`;
}
