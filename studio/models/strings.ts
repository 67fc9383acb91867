import { spoken } from '../language/language.js';

/** What is said of models' files. */
export const strings = {
  noKeras: {
    en: 'is Keras’s, which striate studio reads, but no page on another web server',
    ko: 'Keras 파일입니다. striate studio는 읽지만 다른 웹 서버의 페이지는 읽지 못합니다',
  },
  convertIt: {
    en: (file: string) =>
      `open it with npx striate studio, or convert it: npx striate import ${file} --output model.safetensors`,
    ko: (file: string) =>
      `npx striate studio에서 열거나 먼저 변환하세요: npx striate import ${file} --output model.safetensors`,
  },
  studio: { en: 'studio', ko: '스튜디오' },
  noForeign: {
    en: 'its pages read no files of Keras, TensorFlow.js and PyTorch',
    ko: '페이지는 Keras, TensorFlow.js, PyTorch 파일을 읽지 못합니다',
  },
  convertFirst: {
    en: 'convert the model first: npx striate import model.keras --output model.safetensors',
    ko: '먼저 변환하세요: npx striate import model.keras --output model.safetensors',
  },
  noMeasures: { en: 'its pages do not measure this', ko: '페이지는 이것을 평가하지 않습니다' },
  measureThere: { en: 'use npx striate evaluate', ko: 'npx striate evaluate를 쓰세요' },
  noKerasWriter: {
    en: 'Keras’s files are written by striate studio, and by no page on another web server',
    ko: 'Keras 파일은 striate studio가 씁니다. 다른 웹 서버의 페이지는 쓰지 못합니다',
  },
  convertBack: {
    en: 'take safetensors, and convert it: npx striate export model.safetensors --output model.keras',
    ko: 'safetensors로 받아 변환하세요: npx striate export model.safetensors --output model.keras',
  },
  model: { en: 'model', ko: '모델' },
  modelGone: { en: 'this model is not in this browser', ko: '이 모델은 이 브라우저에 없습니다' },
  dropModel: { en: 'drop its file on the page again', ko: '모델 파일을 다시 놓으세요' },
  modelNotInFolder: { en: 'is not in the folder of data', ko: '데이터 폴더에 없습니다' },
  giveOrDrop: {
    en: 'start the studio with a folder that has it (striate studio --data FOLDER), or drop the file',
    ko: '모델이 있는 폴더로 스튜디오를 열거나(striate studio --data FOLDER) 파일을 놓으세요',
  },
};

export const say = spoken(strings);
