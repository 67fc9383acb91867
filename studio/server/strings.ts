import { spoken } from '../language/language.js';

/** What is said where the server fails. */
export const strings = {
  studio: { en: 'studio', ko: '스튜디오' },
  noAnswer: { en: 'the server does not answer', ko: '서버가 답하지 않습니다' },
  startAgain: { en: 'start striate studio again', ko: 'striate studio를 다시 실행하세요' },
};

export const say = spoken(strings);
