import { expect, it } from 'vitest';
import * as browser from './platform.browser.js';
import * as node from './platform.node.js';
import type { Platform } from './platform.js';

const platforms = { node, browser } satisfies Readonly<Record<string, Platform>>;

it('offers the same on every platform', () => {
  expect(Object.keys(platforms.node).sort()).toEqual(Object.keys(platforms.browser).sort());
});
