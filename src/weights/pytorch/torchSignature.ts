import { looksLikeZip } from '../../platform/zip.js';

/** The number that files of before PyTorch 1.6 begin with, as bytes. */
const magicBytes = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

/** Whether bytes begin like a file of `torch.save`: a zip archive, or the older stream of pickles. */
export function looksLikeTorch(bytes: Uint8Array): boolean {
  return looksLikeZip(bytes) || isPickle(bytes) || isTar(bytes);
}

/** Streams begin with a pickle's protocol and, near to it, PyTorch's number. */
function isPickle(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x80 || bytes[1] < 1 || bytes[1] > 5) return false;
  // A safetensors file begins with its header's length, which may begin like a pickle; a brace follows.
  return holdsMagic(bytes) || bytes[8] !== 0x7b;
}

export function holdsMagic(bytes: Uint8Array): boolean {
  for (let start = 2; start < 32; start++) {
    if (magicBytes.every((byte, i) => bytes[start + i] === byte)) return true;
  }
  return false;
}

/** PyTorch's first files were tar archives. */
export function isTar(bytes: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(bytes.subarray(257, 262)) === 'ustar';
}
