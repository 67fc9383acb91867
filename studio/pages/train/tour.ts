import type { TourStep } from '../../tour/tour.js';

/** The textbook's S3 (the digit network learns), S4 (dense layers against shared kernels) and S14 (a new head). */
export const steps: readonly TourStep[] = [
  {
    order: 3.1,
    query: 'data=digits&pictures=4000&held=500&epochs=3&learn=on',
    text: {
      en: {
        say: 'Nobody writes these kernels: each batch of digits changes all 93,322 weights a little, so that the loss falls.',
        try: 'Watch the kernels on the right take shape and the crosses under the pictures turn into check marks. Then draw a digit.',
        why: 'Backpropagation asks of every weight whether the loss would fall if it were larger or smaller, and by how much. The step follows that answer; the learning rate says how far.',
      },
      ko: {
        say: '이 커널은 아무도 쓰지 않았습니다. 숫자 한 묶음을 볼 때마다 가중치 93,322개가 조금씩 바뀌어 손실이 줄어듭니다.',
        try: '오른쪽 커널이 모양을 갖추고, 그림 아래 ✗가 ✓로 바뀌는 것을 보세요. 그다음 숫자를 그려 보세요.',
        why: '역전파는 가중치마다 크게 하면 손실이 줄지, 작게 하면 줄지, 얼마나 줄지를 셉니다. 걸음은 그 답을 따르고, 학습률이 걸음의 크기를 정합니다.',
      },
    },
  },
  {
    order: 4.1,
    query: 'data=digits&pictures=4000&held=500&blocks=dense128&epochs=3&learn=on',
    text: {
      en: {
        say: 'Without convolutions every pixel has weights of its own: more weights than before, and fewer right answers.',
        try: 'Compare with the grey curve of the network before. Then add a convolution as the first block and train anew.',
        why: 'A kernel has the same few weights wherever it lies, so what it learns at one place it knows at all. A dense layer must learn a stroke once for each place that it may stand at.',
      },
      ko: {
        say: '합성곱이 없으면 픽셀마다 제 가중치를 갖습니다. 가중치는 더 많은데 맞히는 것은 더 적습니다.',
        try: '앞 신경망의 회색 곡선과 견주어 보세요. 그다음 합성곱을 첫 블록으로 더해 새로 학습해 보세요.',
        why: '커널은 어디에 놓여도 같은 가중치 몇 개를 씁니다. 한 곳에서 배운 것을 모든 곳에서 압니다. 완전 연결 층은 획이 놓일 수 있는 자리마다 따로 배워야 합니다.',
      },
    },
  },
  {
    order: 14.1,
    query: 'data=xo&pictures=100&held=400&model=digits&learns=classifier&learn=on',
    text: {
      en: {
        say: 'What a network has learned helps with another task: this one knows digits, and a hundred letters are enough for it to tell X from O.',
        try: 'Drop a folder of your own photos and a model such as SqueezeNet’s ONNX file, and press Train: forty photos will do.',
        why: 'All layers but the last stay as they are. Each picture goes through them once, and the new last layer, a logistic regression of what comes out, is solved exactly. That is transfer learning.',
      },
      ko: {
        say: '배운 것은 다른 일에도 쓰입니다. 숫자를 아는 이 신경망은 글자 백 장이면 X와 O를 가립니다.',
        try: '내 사진 폴더와 SqueezeNet의 ONNX 파일 같은 모델을 놓고 학습을 눌러 보세요. 사진 마흔 장이면 됩니다.',
        why: '마지막 층만 빼고 그대로 둡니다. 그림은 한 번씩만 통과하고, 거기서 나온 값에 대한 로지스틱 회귀인 새 마지막 층을 정확히 풉니다. 이것이 전이 학습입니다.',
      },
    },
  },
];
