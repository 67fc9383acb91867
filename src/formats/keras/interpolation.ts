/** What `size` positions become when an axis grows `factor` times, by the positions of pixels' centres (Keras) or of their upper left corners (TensorFlow.js): [size, size · factor], row after row. */
export function bilinearMatrix(size: number, factor: number, from: 'centres' | 'corners'): Float32Array {
  const units = size * factor;
  const matrix = new Float32Array(size * units);
  for (let i = 0; i < units; i++) {
    const at = from === 'corners' ? i / factor : Math.max(0, (i + 0.5) / factor - 0.5);
    const first = Math.min(Math.floor(at), size - 1);
    const second = Math.min(first + 1, size - 1);
    const share = at - first;
    matrix[first * units + i] += 1 - share;
    matrix[second * units + i] += share;
  }
  return matrix;
}
