import { spoken } from '../language/language.js';

/** What the frame says. */
export const strings = {
  pages: { en: 'Pages', ko: '페이지' },
  skip: { en: 'Skip to the page', ko: '본문으로 건너뛰기' },
  what: { en: 'what', ko: '무엇을' },
  why: { en: 'why', ko: '왜' },
  toDark: { en: 'Dark', ko: '어두운 화면' },
  toLight: { en: 'Light', ko: '밝은 화면' },
  otherLanguage: { en: '한국어', ko: 'English' },
  keys: { en: 'Keys', ko: '단축키' },
  close: { en: 'Close', ko: '닫기' },
  listKeys: { en: 'list the keys', ko: '단축키 보기' },
  keptHere: { en: 'Kept here', ko: '보관된 것' },
  keptSays: {
    en: 'What was dropped, drawn and trained stays in this browser alone, until it is forgotten here.',
    ko: '놓은 것, 그린 것, 학습한 것은 이 브라우저에만 남고, 여기서 지울 때까지 보관됩니다.',
  },
  keptOf: {
    en: (used: string, most: string) => `It takes ${used} of the ${most} that the browser gives.`,
    ko: (used: string, most: string) => `브라우저가 주는 ${most} 중 ${used}를 씁니다.`,
  },
  keptNothing: { en: 'Nothing is kept.', ko: '보관된 것이 없습니다.' },
  keptPhotos: { en: (n: number) => `${n} photos`, ko: (n: number) => `사진 ${n}장` },
  keptModel: { en: 'model', ko: '모델' },
  keptPicture: { en: 'picture', ko: '그림' },
  forget: { en: (name: string) => `Forget ${name}`, ko: (name: string) => `${name} 지우기` },
  forgetAll: { en: 'Forget all', ko: '모두 지우기' },
  change: { en: 'Change', ko: '바꾸기' },
  loading: { en: 'Loading …', ko: '여는 중 …' },
  working: { en: 'computing', ko: '계산하는 중' },
  of: {
    en: (done: string, total: string) => `${done} of ${total}`,
    ko: (done: string, total: string) => `${total} 중 ${done}`,
  },
  threads: { en: (n: number) => (n === 1 ? '1 thread' : `${n} threads`), ko: (n: number) => `스레드 ${n}개` },
  notIsolated: {
    en: 'This page is not isolated, so one thread computes: striate studio serves it with more.',
    ko: '이 페이지는 격리되어 있지 않아 스레드 하나로 계산합니다. striate studio로 열면 여러 스레드를 씁니다.',
  },
  engine: { en: 'engine', ko: '엔진' },
  noServer: {
    en: 'without striate studio: your runs and data folders are not listed',
    ko: 'striate studio 없이 열림: 실행 기록과 데이터 폴더는 나오지 않습니다',
  },
  failed: { en: 'This page stopped:', ko: '이 페이지가 멈췄습니다:' },
  reload: { en: 'Reload it; if it stops again, please report it.', ko: '새로 고침하세요. 다시 멈추면 알려 주세요.' },
};

export const say = spoken(strings);
