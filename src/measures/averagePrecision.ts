/** How things of one class fared in one picture at every threshold: rows are thresholds, columns detections by falling score. */
export interface MatchedPicture {
  readonly scores: ArrayLike<number>;
  /** [thresholds × detections], 1 where a thing was matched. */
  readonly matched: Uint8Array;
  /** [thresholds × detections], 1 where the detection counts neither as right nor as wrong. */
  readonly ignored: Uint8Array;
  /** The things that count. */
  readonly things: number;
}

/** Precision at COCO's 101 recalls, and the recall that is reached. */
export interface PrecisionRecall {
  readonly precision: Float64Array;
  /** The score from which on that recall is reached; 0 where it never is. */
  readonly scores: Float64Array;
  readonly recall: number;
}

/** COCO's recalls: 0, 0.01, …, 1, rounded as NumPy's linspace rounds them. */
export const recallSteps = Float64Array.from({ length: 101 }, (_, i) => i * 0.01);

/**
 * Precision over recall of detections of one class in all pictures, as COCO counts: at each recall the best precision that is
 * reached there or further on.
 *
 * @param row which threshold
 * @param most how many detections of each picture count
 * @returns undefined where there is nothing to be found
 */
export function precisionRecall(
  pictures: readonly MatchedPicture[],
  row: number,
  most: number,
): PrecisionRecall | undefined {
  const things = pictures.reduce((sum, picture) => sum + picture.things, 0);
  if (things === 0) return undefined;
  const all: { readonly score: number; readonly right: boolean }[] = [];
  for (const { scores, matched, ignored } of pictures) {
    const at = row * scores.length;
    for (let i = 0; i < Math.min(scores.length, most); i++) {
      if (!ignored[at + i]) all.push({ score: scores[i], right: matched[at + i] === 1 });
    }
  }
  // Sorting is stable: of equal scores, the earlier picture's comes first, as in NumPy's merge sort.
  all.sort((a, b) => b.score - a.score);
  const precisions = new Float64Array(all.length);
  const recalls = new Float64Array(all.length);
  let right = 0;
  all.forEach((detection, i) => {
    if (detection.right) right++;
    recalls[i] = right / things;
    precisions[i] = right / (i + 1);
  });
  for (let i = all.length - 1; i > 0; i--) precisions[i - 1] = Math.max(precisions[i - 1], precisions[i]);
  const precision = new Float64Array(recallSteps.length);
  const scores = new Float64Array(recallSteps.length);
  let at = 0;
  recallSteps.forEach((recall, step) => {
    while (at < all.length && recalls[at] < recall) at++;
    if (at === all.length) return;
    precision[step] = precisions[at];
    scores[step] = all[at].score;
  });
  return { precision, scores, recall: all.length > 0 ? recalls[all.length - 1] : 0 };
}
