import { afterAll, describe } from 'vitest';
import { formulaNetwork } from './formulaNetwork.js';
import { rowsOf, testLayerMaps, type Explained } from './references.js';

describe.each(rowsOf('explanations.json'))('class activation maps of $name with the formula’s weights', (row) => {
  let network: Promise<Explained> | undefined;
  testLayerMaps(row, () => (network ??= formulaNetwork(row)));
  afterAll(async () => (await network)?.model.dispose());
});
