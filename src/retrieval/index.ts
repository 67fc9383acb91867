export { EmbeddingIndex, type EmbeddingIndexOptions, type EntryNames, type SimilarEntry } from './embeddingIndex.js';
export type { IndexEntry } from './indexFile.js';
export { modelFingerprint, type ModelFingerprint } from './modelFingerprint.js';
export {
  averagePrecision,
  precisionAt,
  retrievalScores,
  type RetrievalScores,
  type RetrievalScoresOptions,
} from './retrievalScores.js';
export { classSeparation, type ClassSeparation } from './classSeparation.js';
export type { Distance } from './nearestRows.js';
export { KNearestNeighbors, type KNearestNeighborsOptions, type Neighbors } from './kNearestNeighbors.js';
