export { drawArchitecture, type ArchitecturePictureOptions } from './drawArchitecture.js';
export { tilePictures, toPicture, type ColourOptions, type TileOptions } from './rgbaPicture.js';
export { templates } from './templates.js';
