// How far an explanation may be trusted: each measure is a file of its own.

export type { ConfidenceChange } from './confidenceChange.js';
export type { EvidenceCurve } from './curves.js';
export { energyInside, type RegionBox, type EnergyInside, type Region } from './energyInside.js';
export { evidenceLines, type Evidence, type EvidenceMeasure, type EvidenceOptions } from './evidence.js';
export {
  rankExplanations,
  type ExplanationRanking,
  type RankedExplanation,
  type RankExplanationsOptions,
} from './rankExplanations.js';
export type { Road } from './road.js';
export {
  sanityCheck,
  type SanityCheck,
  type SanityCheckOptions,
  type SanityResult,
  type SanityStage,
} from './sanityCheck.js';
export { spearman } from './spearman.js';
