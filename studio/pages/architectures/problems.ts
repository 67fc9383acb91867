import { spoken } from '../../language/language.js';

/** What the tasks say where they cannot go on. */
export const strings = {
  severalInputs: {
    en: 'takes several inputs; one picture is measured here',
    ko: '입력이 여럿입니다. 여기서는 그림 한 장으로 재는 모델만 잽니다',
  },
};

export const problem = spoken(strings);
