export {
  project,
  projectionNames,
  projectionParameters,
  type CommonProjectionOptions,
  type Projection,
  type ProjectionName,
  type PcaProjectionOptions,
  type ProjectOptions,
  type TsneProjectionOptions,
  type UmapProjectionOptions,
} from './project.js';
export type { NeighborhoodOptions, PcaOptions, StartingPlaces } from './pca.js';
export type { TsneOptions } from './tsne.js';
export type { UmapOptions } from './umap.js';
export { projectionQuality, type ProjectionQuality, type ProjectionQualityOptions } from './projectionQuality.js';
export { embeddingsOf, type Embeddings, type EmbeddingsOptions, type SeenPictures } from './embeddingsOf.js';
