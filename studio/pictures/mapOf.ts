import type { MapData } from '../parts/drawMap.js';
import type { StudioPicture } from './picture.js';

/** A picture as cells to draw. */
export function mapOf({ height, width, channels, data, low, high, kind }: StudioPicture): MapData {
  const colours = channels === 3 ? 'rgb' : kind === 'photo' ? 'grey' : 'sequential';
  return { height, width, data, low, high, colours };
}

/** One channel of a picture, as cells to draw. */
export function channelOf(picture: StudioPicture, channel: number): MapData {
  const { height, width, channels, low, high } = picture;
  const data = Float32Array.from({ length: height * width }, (_, i) => picture.data[i * channels + channel]);
  return { height, width, data, low, high, colours: 'sequential' };
}
