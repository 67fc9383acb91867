import type { TourStep } from '../../tour/tour.js';

/** The textbook's S16 (other heads: boxes). */
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
];
