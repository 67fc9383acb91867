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
  noKerasWriter: {
    en: 'Keras’s files are written by striate studio, and by no page on another web server',
    ko: 'Keras 파일은 striate studio가 씁니다. 다른 웹 서버의 페이지는 쓰지 못합니다',
  },
  convertBack: {
    en: 'take safetensors, and convert it: npx striate export model.safetensors --output model.keras',
    ko: 'safetensors로 받아 변환하세요: npx striate export model.safetensors --output model.keras',
  },
};

export const say = spoken(strings);
