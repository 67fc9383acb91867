import { spoken } from '../language/language.js';

/** What the tour says besides its steps. */
export const strings = {
  tour: { en: 'tour', ko: '둘러보기' },
  step: { en: (n: number, all: number) => `tour ${n}/${all}`, ko: (n: number, all: number) => `둘러보기 ${n}/${all}` },
  start: { en: 'Take the tour', ko: '둘러보기 시작' },
  next: { en: 'Next', ko: '다음' },
  back: { en: 'Back', ko: '이전' },
  leave: { en: 'Leave the tour', ko: '둘러보기 끝내기' },
  done: { en: 'Done', ko: '끝' },
  again: { en: 'As the step was', ko: '처음 상태로' },
  why: { en: 'Why?', ko: '왜 그럴까?' },
};

export const say = spoken(strings);
