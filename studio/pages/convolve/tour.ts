import type { TourStep } from '../../tour/tour.js';

/** The textbook's S1 (X and O by hand) and S2 (a kernel that slides). */
export const steps: readonly TourStep[] = [
  {
    order: 1.1,
    query: 'picture=x&kernel=diagonal&mode=match&at=1,1',
    text: {
      en: {
        say: 'A kernel is a small pattern. Laid over a picture, it says how well the two match: 1.00 is perfect.',
        try: 'Point along the X: where its stroke falls as the pattern’s does, the map lights up. At the crossing it is only 0.55.',
        why: 'Each cell of the pattern is multiplied with the pixel under it. Ink on ink and paper on paper give 1, anything else −1; the nine products, summed and divided by 9, are the match.',
      },
      ko: {
        say: '커널은 작은 무늬입니다. 그림에 겹쳐 놓으면 둘이 얼마나 맞는지 수로 말해 줍니다. 1.00이면 꼭 맞습니다.',
        try: 'X를 따라 가리켜 보세요. 획이 무늬와 같은 쪽으로 내려가는 곳에서 맵이 밝아지고, 엇갈리는 곳에서는 0.55에 그칩니다.',
        why: '무늬의 칸마다 그 아래 픽셀과 곱합니다. 획은 획과, 바탕은 바탕과 만나면 1, 어긋나면 −1입니다. 아홉 곱을 더해 9로 나눈 값이 일치도입니다.',
      },
    },
  },
  {
    order: 1.2,
    query: 'view=network',
    text: {
      en: {
        say: 'Three patterns make three maps; ReLU drops what speaks against, pooling keeps the best of four, and what is left votes for X or O.',
        try: 'Change the letter to O and watch other places speak up.',
        why: 'This is a whole convolutional network, made by hand. In a trained one nobody chooses the patterns or who votes for what: both are learned from examples.',
      },
      ko: {
        say: '세 무늬가 맵 셋을 만듭니다. ReLU가 어긋난 것을 버리고 풀링이 넷 중 가장 큰 것을 남기면, 남은 것이 X 또는 O에 표를 줍니다.',
        try: '글자를 O로 바꾸고 어느 자리가 나서는지 보세요.',
        why: '손으로 만든 온전한 합성곱 신경망입니다. 학습한 신경망에서는 무늬도, 누가 무엇에 표를 줄지도 사람이 정하지 않고 예제에서 배웁니다.',
      },
    },
  },
  {
    order: 1.3,
    query: 'view=network&turn=45',
    text: {
      en: {
        say: 'Turned by 45°, the X has no stroke left that the patterns know, and the votes say O.',
        try: 'Turn it back slowly: where does the answer change? Then try a thicker stroke and a smaller letter.',
        why: 'Pooling forgives a shift by a cell, as it asks only whether a stroke is near. It forgives no turn. Trained networks see letters turned in many ways, and learn more patterns.',
      },
      ko: {
        say: '45° 돌린 X에는 무늬들이 아는 획이 남지 않아, 투표가 O라고 합니다.',
        try: '천천히 되돌려 보세요. 답이 어디서 바뀌나요? 획을 굵게, 글자를 작게도 해 보세요.',
        why: '풀링은 획이 가까이 있는지만 묻기 때문에 한 칸쯤 옮겨져도 봐줍니다. 도는 것은 봐주지 않습니다. 학습한 신경망은 여러 각도의 글자를 보고 더 많은 무늬를 배웁니다.',
      },
    },
  },
  {
    order: 2.1,
    query: 'picture=digit&kernel=vertical-edges&at=9,14&drawn=249',
    text: {
      en: {
        say: 'The kernel slides over the picture, row by row, and every place gives one number of the map.',
        try: 'Press Play, or space. Then Next kernel: the same digit, seen for other edges.',
        why: 'This kernel takes what lies on its left from what lies on its right. On an even surface that is 0; at an edge it is large, blue where it grows lighter, orange where it grows darker.',
      },
      ko: {
        say: '커널이 그림 위를 한 행씩 미끄러지고, 자리마다 맵의 수 하나가 나옵니다.',
        try: '재생이나 스페이스를 누르세요. 그다음 “다음 커널”을 누르면 같은 숫자를 다른 경계로 봅니다.',
        why: '이 커널은 오른쪽에 있는 것에서 왼쪽에 있는 것을 뺍니다. 고른 면에서는 0, 경계에서는 커집니다. 밝아지면 파랑, 어두워지면 주황입니다.',
      },
    },
  },
  {
    order: 2.2,
    query: 'picture=rgb-lecture&kernel=lecture-3&pad=1&at=0,0',
    text: {
      en: {
        say: 'A colour picture has three channels, and the kernel a slice for each: 308 + (−498) + 164, and the bias of 1, make −25.',
        try: 'Follow the corner by hand in the three rows of products, then point at another cell.',
        why: 'The three slices slide together, and their sums become a single number: one kernel makes one map, however many channels there are. The zeros around the picture are the padding.',
      },
      ko: {
        say: '컬러 그림에는 채널이 셋이고 커널에는 채널마다 한 조각이 있습니다. 308 + (−498) + 164에 편향 1을 더하면 −25입니다.',
        try: '곱의 세 줄에서 모서리를 손으로 따라가 보고, 다른 칸도 가리켜 보세요.',
        why: '세 조각은 함께 미끄러지고, 그 합들은 수 하나가 됩니다. 채널이 몇이든 커널 하나는 맵 하나를 만듭니다. 그림 둘레의 0은 패딩입니다.',
      },
    },
  },
  {
    order: 2.3,
    query: 'size=5&kernel=4&pad=2&stride=1&at=2,2',
    text: {
      en: {
        say: 'How large the map becomes follows from four numbers: picture, kernel, padding and stride.',
        try: 'Change the stride to 2, or the padding to 1, and read the formula again.',
        why: 'With P cells of padding on both sides the window has N − F + 2P steps of one cell to go; a stride of S takes each S-th of them, and the first place counts, too.',
      },
      ko: {
        say: '맵의 크기는 그림, 커널, 패딩, 스트라이드의 네 수에서 나옵니다.',
        try: '스트라이드를 2로, 패딩을 1로 바꾸고 식을 다시 읽어 보세요.',
        why: '양쪽에 패딩이 P칸이면 창은 한 칸씩 N − F + 2P번 갈 수 있습니다. 스트라이드 S는 그중 S번째마다 멈추고, 처음 자리도 하나로 셉니다.',
      },
    },
  },
];
