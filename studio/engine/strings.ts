import { spoken } from '../language/language.js';

/** What is said where the engine fails. */
export const strings = {
  engine: { en: 'engine', ko: '엔진' },
  noWorker: { en: 'its worker stopped or could not be loaded', ko: '워커가 멈췄거나 열리지 않았습니다' },
  noKernels: { en: 'its kernels are not where they should be', ko: '커널이 있어야 할 자리에 없습니다' },
  reload: { en: 'reload the page', ko: '페이지를 새로 고침하세요' },
};

export const say = spoken(strings);
