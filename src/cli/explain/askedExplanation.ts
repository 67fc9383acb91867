import type { ExplanationMethod, ExplanationName } from '../../explain/index.js';
import type { ExplainedFile } from '../../report/explainedFile.js';
import type { UnreadPicture } from '../unreadPictures.js';

/** A method, and what it explains. */
export interface AskedExplanation<Asked> {
  readonly method: ExplanationName | ExplanationMethod;
  readonly target: Asked | undefined;
}

/** What came of some pictures. */
export interface ExplainedSome {
  readonly files: readonly ExplainedFile[];
  /** Pictures that could not be read, or show nothing of what is asked for. */
  readonly problems: readonly UnreadPicture[];
}
