import { afterAll, describe } from 'vitest';
import { formulaNetwork } from './formulaNetwork.js';
import { rowsOf, testPictureMaps, type Explained } from './references.js';

describe.each(rowsOf('explanations.json'))(
  'explanations of $name over the picture, with the formula’s weights',
  (row) => {
    let network: Promise<Explained> | undefined;
    testPictureMaps(row, () => (network ??= formulaNetwork(row)));
    afterAll(async () => (await network)?.model.dispose());
  },
);
