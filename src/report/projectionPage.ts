import { files } from '#platform';
import { formatCount } from '../platform/textTable.js';
import { escapeMarkup } from '../platform/escapeMarkup.js';
import { section, settingsTable } from './html.js';
import { htmlPage } from './htmlPage.js';
import { classCounts, methodTitles, type ProjectedPictures } from './projectedPictures.js';
import { projectionSection, projectionStyle } from './projectionSection.js';

/**
 * Writes a self-contained page with a projection: a map to look around in, and every parameter it was made with.
 *
 * @throws StriateError when the file cannot be written.
 */
export async function writeProjectionPage(path: string, pictures: ProjectedPictures): Promise<void> {
  const { model, data, projection, labels, predicted, predictedNames } = pictures;
  const wrong = classCounts(pictures).wrong.reduce((sum, count) => sum + count, 0);
  const known = predicted !== undefined && predictedNames === undefined;
  const mistakes = known
    ? `; ${wrong === 0 ? 'it gets none of them wrong' : `it gets ${formatCount(wrong)} wrong`}`
    : '';
  const page = htmlPage({
    title: `${model} on ${data}`,
    kind: 'projection',
    style: projectionStyle,
    lead: `What ${escapeMarkup(model)} sees in ${formatCount(labels.length)} pictures of ${escapeMarkup(data)}, in two dimensions${mistakes}.`,
    main: [
      await projectionSection(pictures, `Its pictures by ${methodTitles[projection.method]}`),
      section(
        'settings',
        'How it was made',
        settingsTable({ method: methodTitles[projection.method], ...projection.parameters, seed: projection.seed }),
      ),
    ].join('\n'),
  });
  await files.writeWhole(path, new TextEncoder().encode(page));
}
