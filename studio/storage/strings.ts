import { spoken } from '../language/language.js';

/** What is said of what the browser keeps. */
export const strings = {
  browser: { en: 'this browser', ko: '이 브라우저' },
  full: { en: 'has no room for more files', ko: '파일을 더 둘 자리가 없습니다' },
  makeRoom: {
    en: 'forget something under «kept here», in the line at the foot, or make room on the disk',
    ko: '맨 아래 줄의 «보관된 것»에서 몇 개를 지우거나 디스크를 비우세요',
  },
  keepsNone: { en: 'keeps no files for this page', ko: '이 페이지의 파일을 보관하지 않습니다' },
  allow: {
    en: 'leave private browsing, or allow the page to keep data',
    ko: '시크릿 모드를 끄거나 이 페이지가 데이터를 보관하게 해 주세요',
  },
  folder: { en: 'folder', ko: '폴더' },
  hasNoPictures: { en: 'has no pictures', ko: '그림이 없습니다' },
  folderForEach: {
    en: 'drop a folder with a folder of JPEG or PNG files for each class',
    ko: '클래스마다 폴더를 두고 JPEG나 PNG를 담아, 그 바깥 폴더를 놓으세요',
  },
  noZip: { en: 'is no zip that can be read', ko: '읽을 수 있는 zip이 아닙니다' },
  packAgain: { en: 'pack the folder again', ko: '폴더를 다시 압축하세요' },
  photosGone: { en: 'these photos are not in this browser', ko: '이 사진들은 이 브라우저에 없습니다' },
  dropFolder: { en: 'drop their folder on the page again', ko: '사진 폴더를 다시 놓으세요' },
  unpacking: { en: 'unpacking, megabytes', ko: '압축 푸는 중(MB)' },
  keeping: { en: (size: string) => `keeping ${size} in this browser`, ko: (size: string) => `${size} 보관하는 중` },
  pictures: { en: (n: number) => `${n} pictures`, ko: (n: number) => `그림 ${n}장` },
  tooLarge: {
    en: (size: string, room: string) =>
      `These photos have ${size}; this browser keeps ${room} of them at most, as a copy. To have them kept, forget something under «kept here» in the line at the foot, or drop fewer.`,
    ko: (size: string, room: string) =>
      `사진이 ${size}인데, 이 브라우저는 복사본을 ${room}까지만 보관합니다. 보관하려면 맨 아래 줄의 «보관된 것»에서 몇 개를 지우거나 더 적게 놓으세요.`,
  },
  untilLeft: { en: 'They are here until the page is loaded again.', ko: '페이지를 새로 고칠 때까지만 쓸 수 있습니다.' },
};

export const say = spoken(strings);
