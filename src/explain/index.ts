export { tilePictures, toPicture, type ColourOptions, type RgbaPicture, type TileOptions } from './rgbaPicture.js';
export { templates } from './templates.js';
