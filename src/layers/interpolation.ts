/** How the pixels of a resized picture are made: of the nearest one, of two each way, of four, or of six or ten. */
export type ResizingInterpolation = keyof typeof reaches;

/** A share that a new position has of an old one. */
interface Share {
  readonly position: number;
  readonly share: number;
}

/** How many old positions a new one is made of. */
export const reaches = { nearest: 1, bilinear: 2, bicubic: 4, lanczos3: 6, lanczos5: 10 } as const;

/** The names of all interpolations. */
export const resizingInterpolations = Object.keys(reaches) as readonly ResizingInterpolation[];

/** Keys (1981), a = −1/2, as TensorFlow has it: distances in steps of 1/1024. */
function cubic(distance: number): number {
  const d = Math.abs(distance);
  if (d <= 1) return (1.5 * d - 2.5) * d * d + 1;
  return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
}

/** Lanczos (1979): the sinc, windowed by its own middle. */
function lanczos(distance: number, radius: number): number {
  if (Math.abs(distance) < 1e-3) return 1;
  if (Math.abs(distance) > radius) return 0;
  const x = Math.PI * distance;
  return (radius * Math.sin(x) * Math.sin(x / radius)) / (x * x);
}

/** Weights of the positions from `first` on that lie inside, as shares. */
function shared(first: number, weights: readonly number[], size: number): readonly Share[] {
  const near = weights.map((share, i) => ({ position: first + i, share }));
  const inside = near.filter(({ position }) => position >= 0 && position < size);
  const total = inside.reduce((sum, { share }) => sum + share, 0);
  return inside.map(({ position, share }) => ({ position, share: share / total }));
}

const windowed =
  (radius: number) =>
  (at: number, size: number): readonly Share[] => {
    const first = Math.ceil(at - radius);
    const weights = Array.from({ length: 2 * radius + 1 }, (_, i) => lanczos(first + i - at, radius));
    return shared(first, weights, size);
  };

/** What a place between the centres of old positions is made of. */
const shares: Readonly<Record<ResizingInterpolation, (at: number, size: number) => readonly Share[]>> = {
  nearest: (at, size) => [{ position: Math.min(Math.floor(at + 0.5), size - 1), share: 1 }],
  bilinear(at, size) {
    const first = Math.floor(at);
    const inside = (position: number): number => Math.min(Math.max(position, 0), size - 1);
    return [
      { position: inside(first), share: 1 - (at - first) },
      { position: inside(first + 1), share: at - first },
    ];
  },
  bicubic(at, size) {
    const first = Math.floor(at);
    const rest = Math.round((at - first) * 1024) / 1024;
    return shared(
      first - 1,
      [-1, 0, 1, 2].map((i) => cubic(rest - i)),
      size,
    );
  },
  lanczos3: windowed(3),
  lanczos5: windowed(5),
};

/** The matrix that resizes an axis from so many positions to so many others, [from, to], row after row. */
export function resizingMatrix(from: number, to: number, interpolation: ResizingInterpolation): Float32Array {
  const matrix = new Float32Array(from * to);
  for (let i = 0; i < to; i++) {
    const at = ((i + 0.5) * from) / to - 0.5;
    for (const { position, share } of shares[interpolation](at, from)) matrix[position * to + i] += share;
  }
  return matrix;
}
