import { spoken } from '../language/language.js';

/** What is said of pictures. */
export const strings = {
  picture: { en: 'picture', ko: '그림' },
  pictures: { en: 'Picture', ko: '그림' },
  x: { en: 'X', ko: 'X' },
  o: { en: 'O', ko: 'O' },
  digit: { en: 'digit', ko: '숫자' },
  scene: { en: 'scene', ko: '풍경' },
  'rgb-lecture': { en: 'RGB', ko: 'RGB' },
  'lecture-5x5': { en: '5×5', ko: '5×5' },
  draw: { en: 'Draw', ko: '그리기' },
  camera: { en: 'Camera', ko: '카메라' },
  takePicture: { en: 'Take this picture', ko: '이 장면 찍기' },
  closeCamera: { en: 'Close the camera', ko: '카메라 닫기' },
  noCamera: {
    en: 'The camera cannot be used: allow it for this page, or drop a picture instead.',
    ko: '카메라를 쓸 수 없습니다. 이 페이지에 허용하거나 그림 파일을 끌어다 놓으세요.',
  },
  file: { en: 'File', ko: '파일' },
  dropHere: { en: 'or drop a picture anywhere', ko: '또는 그림을 아무 데나 끌어다 놓기' },
  moreOfData: { en: (n: number) => `${n} more from your data`, ko: (n: number) => `내 데이터에서 ${n}개 더` },
  fewer: { en: 'Fewer', ko: '접기' },
  drawGrid: {
    en: 'Drawing grid: a click toggles a cell, a drag paints; arrows move, space toggles',
    ko: '그리기 격자: 클릭하면 칸이 바뀌고 끌면 칠해집니다. 화살표로 이동, 스페이스로 바꾸기',
  },
  clear: { en: 'Clear', ko: '지우기' },
  notHere: { en: 'this picture is not kept in this browser', ko: '이 그림은 이 브라우저에 없습니다' },
  dropIt: { en: 'drop its file here, and the link works', ko: '파일을 여기에 끌어다 놓으면 링크가 열립니다' },
  noSuchPicture: { en: 'there is none of that name', ko: '그런 이름의 그림은 없습니다' },
  pickOne: { en: 'pick one on the left', ko: '왼쪽에서 고르세요' },
  notAPicture: { en: 'the file is no picture that this browser reads', ko: '이 브라우저가 읽을 수 없는 파일입니다' },
  formats: { en: 'PNG, JPEG and WebP are read everywhere', ko: 'PNG, JPEG, WebP는 어디서나 읽힙니다' },
};

export const say = spoken(strings);
