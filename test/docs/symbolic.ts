/** The values of a model under construction that examples apply layers to, in place of those of `setting.ts`. */
import { input } from '../../src/index.node.js';

export const x = input({ shape: [8, 8, 16] });
export const [x1, x2, shortcut, branch, before, after] = Array.from({ length: 6 }, () => input({ shape: [8, 8, 16] }));
export const [branch1, branch2, branch3] = [x1, x2, shortcut];
export const gate = input({ shape: [1, 1, 16] });
export const queries = input({ shape: [4, 49, 32] });
export const keys = input({ shape: [4, 32, 49] });
export const total = input({ shape: [8, 8, 1] });
