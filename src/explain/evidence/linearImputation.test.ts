import { describe, expect, it } from 'vitest';
import { linearImputation } from './linearImputation.js';

// From pytorch_grad_cam 1.5.7, without noise, on a picture [9, 7, 2] of sines:
//   img = [[[np.sin(0.7*(y*7+x)*2+c) + 0.1*y for x in range(7)] for y in range(9)] for c in range(2)]
//   NoisyLinearImputer(noise=0)(torch.tensor(img), torch.tensor(mask))
const missing = Uint8Array.from('000000011110001101100111010010111001111100111100000000000000001', Number);
const filled = [
  [0.332935, 0.26758],
  [0.331632, 0.017123],
  [0.139366, -0.354699],
  [-0.005162, -0.428907],
  [0.367625, -0.030037],
  [0.279512, -0.191937],
  [0.351205, -0.235347],
  [0.387665, -0.036434],
  [0.4703, -0.113321],
  [0.443879, -0.182066],
  [0.52038, -0.139006],
  [0.546166, 0.197094],
  [0.610747, -0.001007],
  [0.72857, 0.098512],
  [0.790139, 0.273497],
  [0.667914, 0.362896],
  [0.726948, 0.335483],
  [0.770823, 0.306509],
  [0.8195, 0.329666],
  [0.873564, 0.448678],
  [0.819995, 0.55897],
  [0.745133, 0.806951],
  [0.923795, 0.747365],
  [0.948165, 0.52545],
  [0.839429, 0.465242],
  [0.961686, 0.732135],
];

describe('linear imputation', () => {
  const [height, width, channels] = [9, 7, 2];
  const x = Float32Array.from({ length: height * width * channels }, (_, i) => {
    const [place, c] = [Math.floor(i / channels), i % channels];
    return Math.sin(0.7 * place * channels + c) + 0.1 * Math.floor(place / width);
  });

  it('equals that of pytorch_grad_cam', () => {
    const found = linearImputation(x, missing, [height, width, channels]);
    let row = 0;
    missing.forEach((gone, place) => {
      for (let c = 0; c < channels; c++) {
        const value = found[place * channels + c];
        if (gone) expect(value).toBeCloseTo(filled[row][c], 3);
        else expect(value).toBe(x[place * channels + c]);
      }
      if (gone) row++;
    });
    expect(row).toBe(filled.length);
  });

  it('fills a large hole so that each pixel is the mean of those around it', () => {
    const [side, hole] = [96, [4, 90]];
    const picture = Float32Array.from({ length: side * side }, (_, i) => Math.sin(i / 7) + (i % side) / side);
    const gone = Uint8Array.from(picture, (_, i) => {
      const [row, column] = [Math.floor(i / side), i % side];
      return row >= hole[0] && row < hole[1] && column >= hole[0] && column < hole[1] ? 1 : 0;
    });
    const found = linearImputation(picture, gone, [side, side, 1]);
    let worst = 0;
    gone.forEach((one, i) => {
      if (!one) return;
      const beside = found[i - 1] + found[i + 1] + found[i - side] + found[i + side];
      const across = found[i - side - 1] + found[i - side + 1] + found[i + side - 1] + found[i + side + 1];
      worst = Math.max(worst, Math.abs(found[i] - beside / 6 - across / 12));
    });
    expect(worst).toBeLessThan(1e-3);
  });

  it('fills what nothing is known of with zeros', () => {
    expect([...linearImputation(x, new Uint8Array(height * width).fill(1), [height, width, channels])]).toEqual(
      Array.from({ length: x.length }, () => 0),
    );
  });
});
