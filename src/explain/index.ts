export { drawArchitecture, type ArchitecturePictureOptions } from './architecture/drawArchitecture.js';
export * from './explanations/index.js';
export { tilePictures, toPicture, type CanvasPicture, type ColourOptions, type TileOptions } from './toPicture.js';
