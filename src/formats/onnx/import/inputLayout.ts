import type { GraphProto } from '../proto.js';

/** Where a file has a picture's channels: before rows and columns (PyTorch), or behind them (TensorFlow). */
export type PictureLayout = 'NCHW' | 'NHWC';

/** Pictures have one to four channels. */
const mostChannels = 4;

/**
 * How an input of four axes lies: what the caller says, otherwise as the sizes tell, and where they do not, NHWC if the first
 * thing that is done is to bring channels to the front.
 */
export function inputLayout(
  graph: GraphProto,
  name: string,
  sizes: readonly (number | undefined)[],
  given: PictureLayout | undefined,
): PictureLayout {
  if (given) return given;
  const [, first, , last] = sizes;
  const few = (n: number | undefined): boolean => n !== undefined && n <= mostChannels;
  if (few(first) !== few(last)) return few(last) ? 'NHWC' : 'NCHW';
  const users = graph.node.filter(({ input }) => input.includes(name));
  const turned =
    users.length > 0 &&
    users.every(({ opType, attribute }) => {
      const permutation = attribute.find((one) => one.name === 'perm')?.ints;
      return opType === 'Transpose' && permutation?.join() === '0,3,1,2';
    });
  return turned ? 'NHWC' : 'NCHW';
}
