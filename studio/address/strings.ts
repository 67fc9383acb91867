import { spoken } from '../language/language.js';

/** What is said of addresses. */
export const strings = {
  oneOf: { en: (names: string) => `one of ${names}`, ko: (names: string) => `다음 중 하나: ${names}` },
  whole: {
    en: (least: number, most: number) => `a whole number from ${least} to ${most}`,
    ko: (least: number, most: number) => `${least}에서 ${most}까지의 정수`,
  },
  number: {
    en: (least: number, most: number) => `a number from ${least} to ${most}`,
    ko: (least: number, most: number) => `${least}에서 ${most}까지의 수`,
  },
  place: { en: 'a row and a column, such as 0,0', ko: '행과 열, 예: 0,0' },
  flag: { en: 'on or off', ko: 'on 또는 off' },
  text: { en: 'a name', ko: '이름' },

  unknownName: {
    en: (name: string) => `${name} is no part of this page’s address`,
    ko: (name: string) => `${name}: 이 페이지 주소에 없는 이름입니다`,
  },
  unreadable: {
    en: (name: string, received: string, accepts: string) => `${name}=${received}: it must be ${accepts}`,
    ko: (name: string, received: string, accepts: string) => `${name}=${received}: ${accepts}이어야 합니다`,
  },
  didYouMean: { en: (other: string) => `did you mean ${other}?`, ko: (other: string) => `혹시 ${other}?` },
  openedWith: {
    en: (value: string) => `opened with ${value} instead`,
    ko: (value: string) => `대신 ${value}(으)로 열었습니다`,
  },
  noPage: {
    en: (page: string, pages: string) => `There is no page ${page}; there are ${pages}.`,
    ko: (page: string, pages: string) => `${page} 페이지는 없습니다. 있는 페이지: ${pages}.`,
  },
};

export const say = spoken(strings);
