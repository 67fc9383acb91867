import { spoken } from '../language/language.js';

/** What is said where the browser keeps no files. */
export const strings = {
  browser: { en: 'this browser', ko: '이 브라우저' },
  full: { en: 'has no room for more files', ko: '파일을 더 둘 자리가 없습니다' },
  makeRoom: { en: 'remove some, or make room on the disk', ko: '파일을 몇 개 지우거나 디스크를 비우세요' },
  keepsNone: { en: 'keeps no files for this page', ko: '이 페이지의 파일을 보관하지 않습니다' },
  allow: {
    en: 'leave private browsing, or allow the page to keep data',
    ko: '시크릿 모드를 끄거나 이 페이지가 데이터를 보관하게 해 주세요',
  },
};

export const say = spoken(strings);
