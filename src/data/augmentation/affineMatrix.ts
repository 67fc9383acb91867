/**
 * Where a pixel of the result comes from: row = m[0] · r + m[1] · c + m[2], column = m[3] · r + m[4] · c + m[5], the first
 * two rows of a 3×3 matrix. Rows come first, as in Keras; whole numbers are pixel centres.
 */
export type Affine = readonly [number, number, number, number, number, number];

/** The size of a picture. */
export interface Frame {
  readonly height: number;
  readonly width: number;
}

export const identity: Affine = [1, 0, 0, 0, 1, 0];

/** The matrix product: the last one is applied first, to the result's coordinates. */
export function compose(...parts: readonly Affine[]): Affine {
  return parts.reduce(
    (a, b) => [
      a[0] * b[0] + a[1] * b[3],
      a[0] * b[1] + a[1] * b[4],
      a[0] * b[2] + a[1] * b[5] + a[2],
      a[3] * b[0] + a[4] * b[3],
      a[3] * b[1] + a[4] * b[4],
      a[3] * b[2] + a[4] * b[5] + a[5],
    ],
    identity,
  );
}

/** The transform about the picture's centre. */
export function aboutCentre(m: Affine, { height, width }: Frame): Affine {
  const row = height / 2 - 0.5;
  const column = width / 2 - 0.5;
  return compose(translation(row, column), m, translation(-row, -column));
}

/** Shifts the source of result pixels by rows and columns. */
export function translation(rows: number, columns: number): Affine {
  return [1, 0, rows, 0, 1, columns];
}

export function rotation(degrees: number): Affine {
  const angle = (degrees * Math.PI) / 180;
  return [Math.cos(angle), -Math.sin(angle), 0, Math.sin(angle), Math.cos(angle), 0];
}

/** Keras's shear: columns lean, and rows are compressed by the cosine. */
export function shear(degrees: number): Affine {
  const angle = (degrees * Math.PI) / 180;
  return [1, -Math.sin(angle), 0, 0, Math.cos(angle), 0];
}

/** Below 1, the centre is enlarged. */
export function zoom(rows: number, columns: number): Affine {
  return [rows, 0, 0, 0, columns, 0];
}

export function flip({ height, width }: Frame, horizontal: boolean, vertical: boolean): Affine {
  return [vertical ? -1 : 1, 0, vertical ? height - 1 : 0, 0, horizontal ? -1 : 1, horizontal ? width - 1 : 0];
}

/** A rectangle of the picture, resized to the target: pixel edges map to edges. */
export function crop(top: number, left: number, { height, width }: Frame, target: Frame): Affine {
  const rows = height / target.height;
  const columns = width / target.width;
  return [rows, 0, top + 0.5 * rows - 0.5, 0, columns, left + 0.5 * columns - 0.5];
}
