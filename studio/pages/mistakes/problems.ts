import { spoken } from '../../language/language.js';

/** What the tasks say where they cannot go on. */
export const strings = {
  mistakes: { en: 'Mistakes', ko: '오답' },
  notHeld: { en: 'these pictures are no longer held', ko: '이 그림들은 더 이상 메모리에 없습니다' },
  reload: { en: 'reload the page', ko: '페이지를 새로 고침하세요' },
  photos: { en: 'a folder of photos', ko: '사진 폴더' },
  thesePictures: { en: 'these pictures', ko: '이 그림들' },
  needModel: { en: 'need a model that knows their classes', ko: '클래스를 아는 모델이 있어야 합니다' },
  dropModel: {
    en: 'drop a model’s file, too (safetensors, ONNX, Keras), or choose a run',
    ko: '모델 파일(safetensors, ONNX, Keras)도 놓거나 실행 기록을 고르세요',
  },
};

export const problem = spoken(strings);
