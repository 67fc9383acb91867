import { spoken } from '../../language/language.js';

/** What the tasks say where they cannot go on. */
export const strings = {
  severalInputs: {
    en: 'is looked into with one picture, and this model takes several inputs',
    ko: '그림 한 장으로 들여다보는데, 이 모델은 입력이 여럿입니다',
  },
  openOther: { en: 'open a model that takes one picture', ko: '그림 한 장을 받는 모델을 여세요' },
  noPictures: { en: 'takes no pictures, grey or in colour', ko: '흑백 그림도 컬러 그림도 받지 않습니다' },
  openPictures: {
    en: 'open a model whose input is [height, width, 1] or [height, width, 3]',
    ko: '입력이 [높이, 너비, 1]이나 [높이, 너비, 3]인 모델을 여세요',
  },
};

export const problem = spoken(strings);
