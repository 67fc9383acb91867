import { spoken } from '../language/language.js';

/** What is said where the engine fails. */
export const strings = {
  engine: { en: 'engine', ko: '엔진' },
  noWorker: { en: 'its worker stopped or could not be loaded', ko: '워커가 멈췄거나 열리지 않았습니다' },
  noKernels: { en: 'its kernels are not where they should be', ko: '커널이 있어야 할 자리에 없습니다' },
  noMemory: { en: 'the browser gives no more memory for this', ko: '브라우저가 메모리를 더 주지 않습니다' },
  takeLess: {
    en: 'take fewer or smaller pictures, a smaller batch or a smaller model, or close other tabs',
    ko: '그림을 줄이거나, 배치나 모델을 작게 하거나, 다른 탭을 닫으세요',
  },
  reload: { en: 'reload the page', ko: '페이지를 새로 고침하세요' },
};

export const say = spoken(strings);
