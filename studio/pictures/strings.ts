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
  cameraSees: { en: 'What the camera sees', ko: '카메라에 보이는 것' },
  tryAgain: { en: 'Try again', ko: '다시 시도' },
  cameraRefused: {
    en: 'The camera was refused: allow it for this page beside the address, then try again. Or drop pictures instead.',
    ko: '카메라가 허용되지 않았습니다. 주소 옆에서 이 페이지에 허용하고 다시 시도하거나, 그림 파일을 놓으세요.',
  },
  cameraMissing: {
    en: 'No camera was found: connect one, then try again. Or drop pictures instead.',
    ko: '카메라를 찾지 못했습니다. 연결하고 다시 시도하거나, 그림 파일을 놓으세요.',
  },
  cameraBusy: {
    en: 'The camera gives no picture: close other programs that use it, then try again.',
    ko: '카메라가 화면을 주지 않습니다. 카메라를 쓰는 다른 프로그램을 닫고 다시 시도하세요.',
  },
  cameraUnsafe: {
    en: 'Browsers give the camera only to pages of this machine or over https: open the studio as http://localhost, or drop pictures instead.',
    ko: '브라우저는 이 컴퓨터의 페이지나 https에만 카메라를 줍니다. 스튜디오를 http://localhost로 열거나, 그림 파일을 놓으세요.',
  },
  cameraGone: {
    en: 'The camera went away: connect or allow it again, then try again.',
    ko: '카메라가 끊겼습니다. 다시 연결하거나 허용하고 다시 시도하세요.',
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
