import { formatCount } from '../platform/textTable.js';
import { StriateError } from '../tensor/index.js';
import type { Output } from './output.js';

/** A picture that could not be read. */
export interface UnreadPicture {
  readonly picture: string;
  readonly reason: string;
}

/**
 * Says how many pictures could not be read.
 *
 * @throws StriateError where nothing could be read.
 */
export function reportUnread(unread: readonly UnreadPicture[], pictures: number, output: Output): void {
  if (unread.length === 0) return;
  if (unread.length === pictures) {
    const [first] = unread;
    throw new StriateError(
      pictures === 1
        ? { rule: first.reason }
        : { rule: `none of ${pictures} pictures can be read`, advice: first.reason },
    );
  }
  output.progress(
    `${formatCount(unread.length)} of ${formatCount(pictures)} pictures could not be read and were left out`,
  );
}
