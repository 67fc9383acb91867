import { spoken } from '../../language/language.js';

/** What is said where a file cannot be read. */
export const strings = {
  noCoco: { en: 'is no COCO file', ko: 'COCO 파일이 아닙니다' },
  cocoHas: {
    en: 'it has the lists images, categories and annotations',
    ko: 'COCO 파일에는 images, categories, annotations 목록이 있습니다',
  },
  noZip: { en: 'is no sound zip', ko: '온전한 zip이 아닙니다' },
  packAgain: { en: 'pack it again', ko: '다시 압축해 주세요' },
  dropped: { en: 'what was dropped', ko: '놓은 파일' },
  noPictures: { en: 'has neither pictures nor annotations', ko: '그림도 주석도 없습니다' },
  dropThese: { en: 'drop pictures, folders, a zip, or a COCO JSON', ko: '그림, 폴더, zip, COCO JSON을 놓으세요' },
};

export const problem = spoken(strings);
