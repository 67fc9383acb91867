import { isApplication, type Node } from '../graph/index.js';
import { affine, concat, reshape, sigmoid, softmax } from '../ops/index.js';
import { endsInScores, logitsOf } from '../training/scores.js';

/** In which form a class counts: as the score before softmax or sigmoid, or as the probability behind it. */
export type ScoreForm = 'scores' | 'probabilities';

/**
 * What a classifier says of each class. output: [B, classes], or [B, 1] where one number separates two classes → [B, classes],
 * two at least. Scores are found behind a softmax or sigmoid, and get one where there is none; of two classes told apart by one
 * score z, the first has −z.
 */
export function classScores(output: Node, form: ScoreForm): Node {
  const single = output.type.shape.at(-1) === 1;
  const activation = single || endsInSigmoid(output) ? sigmoid : softmax;
  const isScore = endsInScores(output);
  if (form === 'probabilities') {
    const second = isScore ? activation(output) : output;
    return single ? concat(affine(second, { scale: -1, offset: 1 }), second, { axis: 1 }) : second;
  }
  const score = isScore ? output : (logitsOf(output, activation) ?? output);
  return single ? concat(affine(score, { scale: -1, offset: 0 }), score, { axis: 1 }) : score;
}

/** Whether each class has a probability of its own. */
function endsInSigmoid(output: Node): boolean {
  if (isApplication(output, reshape)) return endsInSigmoid(output.inputs[0]);
  return isApplication(output, sigmoid);
}
