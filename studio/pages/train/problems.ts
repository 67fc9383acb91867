import { spoken } from '../../language/language.js';

/** What is said where data or a model cannot be had, or a training cannot be kept. */
export const strings = {
  data: { en: 'data', ko: '데이터' },
  noSuchPictures: { en: 'there are no such pictures', ko: '그런 그림은 없습니다' },
  pickOthers: {
    en: 'pick xo, digits, mnist or cifar10, or drop a folder of photos',
    ko: 'xo, digits, mnist, cifar10 중에서 고르거나 사진 폴더를 놓으세요',
  },
  notInPage: { en: 'is not part of the page', ko: '페이지에 들어 있지 않습니다' },
  giveFolder: {
    en: (data: string) =>
      `start the studio with a folder that has it: striate studio --data FOLDER, with FOLDER/${data} in it`,
    ko: (data: string) =>
      `데이터가 있는 폴더로 스튜디오를 여세요: striate studio --data FOLDER (FOLDER/${data}가 있어야 합니다)`,
  },
  notInFolder: { en: 'is not in the folder', ko: '폴더에 없습니다' },
  seeCifar: { en: 'see striate data cifar10', ko: 'striate data cifar10을 보세요' },
  full: { en: 'has no room for this training', ko: '이 학습을 둘 자리가 없습니다' },
  makeRoom: {
    en: 'forget earlier trainings under «kept here», in the line at the foot, or make room on the disk',
    ko: '맨 아래 줄의 «보관된 것»에서 이전 학습을 지우거나 디스크를 비우세요',
  },
  keepsNone: { en: 'keeps no trainings for this page', ko: '이 페이지의 학습을 보관하지 않습니다' },
  allow: { en: 'leave private browsing', ko: '시크릿 모드를 끄세요' },
};

export const problem = spoken(strings);
