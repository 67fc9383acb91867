import { spoken } from '../../language/language.js';

/** What is said where a file cannot be read. */
export const strings = {
  noCoco: { en: 'is no COCO file', ko: 'COCO 파일이 아닙니다' },
  cocoHas: {
    en: 'it has the lists images, categories and annotations',
    ko: 'COCO 파일에는 images, categories, annotations 목록이 있습니다',
  },
  dropped: { en: 'what was dropped', ko: '놓은 파일' },
  noPictures: { en: 'has neither pictures nor annotations', ko: '그림도 주석도 없습니다' },
  dropThese: { en: 'drop pictures, folders, a zip, or a COCO JSON', ko: '그림, 폴더, zip, COCO JSON을 놓으세요' },
  learning: { en: 'learning', ko: '학습' },
  nothingToLearn: { en: 'there is nothing to learn from', ko: '배울 것이 없습니다' },
  drawBoxes: { en: 'draw a box around a thing', ko: '사물에 상자를 그리세요' },
  paintMasks: { en: 'paint a thing', ko: '사물을 칠하세요' },
  placePoints: { en: 'place the points of one thing in a picture', ko: '그림 속 사물 하나에 점을 찍으세요' },
};

export const problem = spoken(strings);
