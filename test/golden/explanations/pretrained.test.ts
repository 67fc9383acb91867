import { afterAll, describe } from 'vitest';
import { dataFolder, publishedNetworks, skipReason } from './publishedNetworks.js';
import { rowsOf, testLayerMaps, testPictureMaps, type Explained } from './references.js';

describe.skipIf(!dataFolder).each(rowsOf('pretrained.json'))(
  `explanations of $name with published weights, of a real picture${skipReason}`,
  (row) => {
    let network: Promise<Explained> | undefined;
    const opened = (): Promise<Explained> => (network ??= publishedNetworks[row.name]());
    testLayerMaps(row, opened);
    testPictureMaps(row, opened);
    afterAll(async () => (await network)?.model.dispose());
  },
);
