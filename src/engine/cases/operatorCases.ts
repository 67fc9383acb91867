import { affineTransformCases } from './affineTransformCases.js';
import type { CaseTable } from './case.js';
import { convolutionCases } from './convolutionCases.js';
import { effectCases } from './effectCases.js';
import { elementwiseCases } from './elementwiseCases.js';
import { lossCases } from './lossCases.js';
import { normalizationCases } from './normalizationCases.js';
import { poolingCases } from './poolingCases.js';
import { resizeCases } from './resizeCases.js';
import { shapeCases } from './shapeCases.js';
import { upSamplingCases } from './upSamplingCases.js';

/** Cases for every operator there is; a new one without does not compile. */
export const operatorCases: CaseTable = {
  ...affineTransformCases,
  ...convolutionCases,
  ...effectCases,
  ...elementwiseCases,
  ...lossCases,
  ...normalizationCases,
  ...poolingCases,
  ...resizeCases,
  ...shapeCases,
  ...upSamplingCases,
};
