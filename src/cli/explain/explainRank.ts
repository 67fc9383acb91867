import { basename } from 'node:path';
import type { DataSet } from '../../data/dataSet.js';
import {
  explain,
  overlay,
  rankExplanations,
  type ExplanationName,
  type RankedExplanation,
} from '../../explain/index.js';
import { ProgressLine } from '../../platform/progressLine.js';
import { formatPercent } from '../../report/html.js';
import type { PictureTile, TileSection } from '../../report/tiles.js';
import { Random, zeros, type Tensor } from '../../tensor/index.js';
import type { Inquirer } from './insight.js';
import { areFiles, watchedData, withReadable } from './watchedData.js';

/** Pictures that methods are compared on if nothing is said. */
const usualLimit = 16;
/** Pictures that are drawn as each method explains them. */
const picturesShown = 3;

/** `--rank`: which method explains a model best. */
export const explainRank: Inquirer = {
  usualOutput: undefined,
  async inquire(opened, options, { output, model: modelName }) {
    const { rank: dataName, limit = usualLimit, seed = 0, batch, method } = options;
    const data = await watchedData(dataName!, '--rank', opened, output);
    const methods = method as readonly ExplanationName[] | undefined;
    const ranked = async (pictures: Parameters<typeof rankExplanations>[1]): ReturnType<typeof rankExplanations> => {
      let progress: ProgressLine | undefined;
      try {
        return await rankExplanations(opened, pictures, {
          ...{ methods, count: limit, seed, batchSize: batch },
          onProgress: (done, total) => {
            progress ??= new ProgressLine('methods', total);
            progress.update(done);
          },
        });
      } finally {
        progress?.[Symbol.dispose]();
      }
    };
    let readable: readonly string[] | undefined;
    const shuffled = areFiles(data) ? new Random(seed).shuffle([...data.keys()]).map((i) => data[i]) : undefined;
    const ranking = areFiles(data)
      ? await withReadable(shuffled!, output, (some) => ranked((readable = some)), limit)
      : await ranked(data);
    const { rows, best, pictures, refused } = ranking;
    const wanted = options.output !== undefined;
    const shown = readable?.slice(0, picturesShown) ?? (wanted && !areFiles(data) ? await someOf(data) : []);
    const sections: TileSection[] = [];
    if (wanted) {
      using progress = new ProgressLine('maps', shown.length * rows.length);
      for (const [i, picture] of shown.entries()) {
        const name = typeof picture === 'string' ? basename(picture) : `picture ${i + 1}`;
        const tiles: PictureTile[] = [];
        let title = name;
        for (const row of rows) {
          const why = await explain(opened, picture, { method: row.method as ExplanationName });
          title = `${name}: ${why.target}${why.probability === undefined ? '' : `, ${formatPercent(why.probability)}`}`;
          tiles.push({ picture: overlay(why), name: row.method, note: (row.insertion - row.deletion).toFixed(3) });
          progress.update(i * rows.length + tiles.length);
        }
        sections.push({ name: `picture-${i + 1}`, title, text: ['The best method first.'], tiles, side: 165 });
      }
    }
    const table: TileSection = {
      name: 'ranking',
      title: `${best.method} explains it best`,
      text: [
        'Insertion: the area under the probability as the pixels that a method finds most important come into a blurred picture (large is good); deletion: as they are taken out (small is good). Sorted by the difference.',
        ...refused.map(({ method: name, reason }) => `Not for this model: ${name} (${reason})`),
      ],
      tiles: [],
      side: 165,
      table: {
        header: ['method', 'insertion', 'deletion', 'difference', 'drop', 'increase', 's/picture'],
        rows: rows.map(cellsOf),
      },
    };
    return {
      title: 'Which explanation is best?',
      lead: `${rows.length} methods for ${modelName} on ${pictures} picture${pictures === 1 ? '' : 's'} of ${dataName}.`,
      sections: [table, ...sections],
      lines: ranking.toString().split('\n'),
      json: { pictures, ranking: rows, best: best.method, refused },
    };
  },
};

function cellsOf(row: RankedExplanation): string[] {
  const { method, insertion, deletion, drop, increase, seconds } = row;
  return [
    method,
    ...[insertion, deletion, insertion - deletion].map((area) => area.toFixed(3)),
    ...[drop, increase].map(formatPercent),
    seconds.toPrecision(2),
  ];
}

/** The first of a data set's pictures, as the model takes them. */
async function someOf(data: DataSet): Promise<Tensor<'float32'>[]> {
  const count = Math.min(picturesShown, data.size);
  const x = zeros([count, ...data.inputShape]);
  await data.fill([...Array(count).keys()], x.data, new Int32Array(count));
  return Array.from({ length: count }, (_, i) => x.slice(i, i + 1).reshape(data.inputShape));
}
