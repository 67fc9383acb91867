import type { TourStep } from '../../tour/tour.js';

/**
 * The textbook's S5, neighbours, with S16's search by similar picture, and S13, which pictures a network mistakes, and whether
 * it is the network that is wrong.
 */
export const steps: readonly TourStep[] = [
  {
    order: 5.1,
    query: 'like=1313&alike=pixels',
    text: {
      en: {
        say: 'The simplest classifier learns nothing: it looks for the most similar known pictures, and takes the class that most of them have.',
        try: 'Read how the ten nearest vote when pixels are compared. Then press «compare as the model sees them».',
        why: 'Pixel by pixel, a digit that is shifted or thicker is far from itself, and one of another class may lie nearer. A network compares what it has found in the pictures instead; search by similar picture works like that.',
      },
      ko: {
        say: '가장 단순한 분류기는 아무것도 배우지 않습니다. 가장 비슷한 그림들을 찾아 그중 가장 많은 클래스를 고릅니다.',
        try: '픽셀로 비교할 때 가까운 열 장이 어떻게 투표하는지 읽고, 「모델이 보는 대로 비교」를 눌러 보세요.',
        why: '픽셀로 비교하면 조금 밀리거나 굵어진 숫자는 자기 자신과도 멀고, 다른 클래스가 더 가까울 수 있습니다. 신경망은 그림에서 찾아낸 것을 비교합니다. 비슷한 그림 검색이 그렇게 작동합니다.',
      },
    },
  },
  {
    order: 13.1,
    query: '',
    text: {
      en: {
        say: 'Accuracy is one number; the confusion matrix says which class was taken for which, and every cell opens its pictures.',
        try: 'Click the strongest cell off the diagonal. Would you have read these digits otherwise?',
        why: 'A mistake is a picture whose guess is not its label. Rows are labels, columns are guesses, so that the diagonal is what is right. The wall begins with what cost most: the loss is −ln of the probability that the label was given.',
      },
      ko: {
        say: '정확도는 수 하나입니다. 혼동 행렬은 무엇을 무엇으로 착각했는지 말하고, 칸마다 그 그림들이 열립니다.',
        try: '대각선 밖에서 가장 진한 칸을 눌러 보세요. 이 숫자들을 다르게 읽으셨을까요?',
        why: '오답은 추측이 라벨과 다른 그림입니다. 행은 라벨, 열은 추측이므로 대각선이 맞힌 것입니다. 벽은 가장 비싼 오답부터 보입니다. 손실은 라벨에 준 확률의 −ln입니다.',
      },
    },
  },
  {
    order: 13.2,
    query: 'show=suspected&sort=suspicion',
    text: {
      en: {
        say: 'Sometimes the label is wrong, not the network. These are the pictures whose labels the network believes least.',
        try: 'Look at the first one. Press r if its label is right, a digit if it is another one, x to leave it out; u takes it back.',
        why: 'Confident learning asks each class how sure the network usually is of it, and counts a label among the wrong ones where another class is above its own measure. What you decide is a file; training again with it (--labels) shows whether you were right.',
      },
      ko: {
        say: '때로는 신경망이 아니라 라벨이 틀립니다. 신경망이 라벨을 가장 믿지 않는 그림들입니다.',
        try: '첫 그림을 보세요. 라벨이 맞으면 r, 다른 숫자면 그 숫자, 빼려면 x를 누르고, u로 되돌립니다.',
        why: 'confident learning은 클래스마다 신경망이 평소 얼마나 확신하는지 재고, 다른 클래스가 그 기준을 넘으면 라벨을 의심합니다. 정한 것은 파일이 되고, 그것으로 다시 학습하면(--labels) 옳았는지 알 수 있습니다.',
      },
    },
  },
];
