import type { TourStep } from '../../tour/tour.js';

/** The textbook's S13: which pictures a network mistakes, and whether it is the network that is wrong. */
export const steps: readonly TourStep[] = [
  {
    order: 13.1,
    query: '',
    text: {
      en: {
        say: 'Accuracy is one number; the confusion matrix says which class was taken for which, and every cell opens its pictures.',
        try: 'Click the darkest cell off the diagonal. Would you have read these digits otherwise?',
        why: 'Rows are labels, columns are guesses, so that the diagonal is what is right. The wall begins with what cost most: the loss is −ln of the probability that the label was given.',
      },
      ko: {
        say: '정확도는 수 하나입니다. 혼동 행렬은 무엇을 무엇으로 착각했는지 말하고, 칸마다 그 그림들이 열립니다.',
        try: '대각선 밖에서 가장 진한 칸을 눌러 보세요. 이 숫자들을 다르게 읽으셨을까요?',
        why: '행은 라벨, 열은 추측이므로 대각선이 맞힌 것입니다. 벽은 가장 비싼 오답부터 보입니다. 손실은 라벨에 준 확률의 −ln입니다.',
      },
    },
  },
];
