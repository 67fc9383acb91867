import { spoken } from '../language/language.js';

/** What is said of numbers and maps. */
export const strings = {
  rowColumn: {
    en: (row: number, column: number) => `Row ${row}, column ${column}`,
    ko: (row: number, column: number) => `${row}행 ${column}열`,
  },
  less: { en: 'less', ko: '줄이기' },
  more: { en: 'more', ko: '늘리기' },
  librarySays: { en: 'The library says:', ko: '이대로는 되지 않습니다. 라이브러리의 설명(영어):' },
  copy: { en: 'Copy', ko: '복사' },
  copied: { en: 'Copied', ko: '복사됨' },
};

export const say = spoken(strings);
