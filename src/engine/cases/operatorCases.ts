import type { CaseTable } from './case.js';
import { convolutionCases } from './convolution.js';
import { effectCases } from './effects.js';
import { elementwiseCases } from './elementwise.js';
import { lossCases } from './losses.js';
import { normalizationCases } from './normalization.js';
import { poolingCases } from './pooling.js';
import { shapeCases } from './shapes.js';
import { upSamplingCases } from './upSampling.js';

/** Cases for every operator there is; a new one without does not compile. */
export const operatorCases: CaseTable = {
  ...convolutionCases,
  ...effectCases,
  ...elementwiseCases,
  ...lossCases,
  ...normalizationCases,
  ...poolingCases,
  ...shapeCases,
  ...upSamplingCases,
};
