import type { TourStep } from '../../tour/tour.js';

/** The textbook's S16 (other heads: boxes, masks). */
export const steps: readonly TourStep[] = [
  {
    order: 16.1,
    query: '',
    text: {
      en: {
        say: 'A class says what is in a picture; a box says where, too. What a detector learns from is boxes that somebody drew.',
        try: 'Go to the next picture and drag over each shape. Then press 1 or 2 to say what it is.',
        why: 'The same maps that tell a class feed a second head, which answers for every place of a map: is a thing here, which, and how far are its four sides? Drawn boxes are the right answers.',
      },
      ko: {
        say: '클래스는 그림에 무엇이 있는지 말하고, 상자는 어디에 있는지도 말합니다. 검출기는 사람이 그린 상자에서 배웁니다.',
        try: '다음 그림으로 가서 도형마다 끌어 상자를 그리세요. 그런 다음 1이나 2를 눌러 무엇인지 알려 주세요.',
        why: '클래스를 알아보는 바로 그 맵이 둘째 머리로도 들어갑니다. 이 머리는 맵의 자리마다 사물이 있는지, 무엇인지, 네 변이 얼마나 떨어져 있는지 답합니다. 그려 둔 상자가 정답입니다.',
      },
    },
  },
  {
    order: 16.2,
    query: 'tool=polygon&learn=masks',
    text: {
      en: {
        say: 'A mask says of every pixel what it belongs to: a third head on the same maps, as fine as the picture.',
        try: 'Click the corners of the square and press Enter, or paint the circle with the brush. Then let it learn from it.',
        why: 'Maps are coarse where a network knows what things are. The head brings them back to the picture’s size and joins finer ones on the way, which know where edges are.',
      },
      ko: {
        say: '마스크는 픽셀마다 무엇에 속하는지 말합니다. 같은 맵 위의 셋째 머리이고, 그림만큼 곱습니다.',
        try: '사각형의 꼭짓점을 누르고 Enter를 치거나, 붓으로 원을 칠하세요. 그런 다음 학습시켜 보세요.',
        why: '무엇인지 아는 맵은 거칩니다. 머리는 이 맵을 그림 크기로 되돌리면서, 가장자리를 아는 고운 맵을 도중에 합칩니다.',
      },
    },
  },
];
