import { spoken } from '../../language/language.js';

/** What the page says. */
export const strings = {
  title: { en: 'Annotate', ko: '주석' },
  sentence: {
    en: 'Draw boxes around things in your pictures, paint them, or mark their points: a model learns from it here.',
    ko: '내 그림 속 사물에 상자를 그리거나 칠하거나 점을 찍으면 모델이 바로 여기서 배웁니다.',
  },
  pictures: { en: 'Pictures', ko: '그림' },
  drop: {
    en: 'Drop pictures, a folder or a zip anywhere; a COCO JSON or YOLO zip brings its boxes.',
    ko: '그림, 폴더, zip을 아무 데나 놓으세요. COCO JSON이나 YOLO zip은 상자도 가져옵니다.',
  },
  dropNow: { en: 'Let go to open these.', ko: '놓으면 엽니다.' },
  chooseFiles: { en: 'Choose files', ko: '파일 고르기' },
  camera: { en: 'Camera', ko: '카메라' },
  progress: {
    en: (some: number, all: number) => `${some} of ${all} pictures have boxes`,
    ko: (some: number, all: number) => `그림 ${all}장 중 ${some}장에 상자가 있습니다`,
  },
  pictureOf: {
    en: (name: string, boxes: number) => `${name}, ${boxes} ${boxes === 1 ? 'box' : 'boxes'}`,
    ko: (name: string, boxes: number) => `${name}, 상자 수 ${boxes}`,
  },
  place: {
    en: (i: number, all: number) => `picture ${i} of ${all}`,
    ko: (i: number, all: number) => `그림 ${i}/${all}`,
  },
  previous: { en: 'Previous picture', ko: '이전 그림' },
  next: { en: 'Next picture', ko: '다음 그림' },
  removePicture: { en: 'Remove picture', ko: '그림 빼기' },
  classes: { en: 'Classes', ko: '클래스' },
  addClass: { en: 'Add a class', ko: '클래스 더하기' },
  newClass: { en: (n: number) => `class ${n}`, ko: (n: number) => `클래스 ${n}` },
  className: { en: (n: number) => `Name of class ${n}`, ko: (n: number) => `클래스 ${n}의 이름` },
  drawClass: { en: (name: string) => `Draw ${name}`, ko: (name: string) => `${name} 그리기` },
  removeClass: {
    en: (name: string) => `Remove ${name} and its boxes`,
    ko: (name: string) => `${name}, 그 상자까지 빼기`,
  },
  undo: { en: 'Undo', ko: '되돌리기' },
  redo: { en: 'Redo', ko: '다시 하기' },
  newBox: { en: 'New box', ko: '새 상자' },
  remove: { en: 'Remove box', ko: '상자 지우기' },
  boxes: { en: 'Boxes', ko: '상자' },
  noBoxes: {
    en: 'No boxes yet: drag over a thing, or press b.',
    ko: '아직 상자가 없습니다. 사물 위로 끌거나 b를 누르세요.',
  },
  boxOf: {
    en: (name: string, [left, top, right, bottom]: readonly number[]) =>
      `${name}: ${left}, ${top} to ${right}, ${bottom}`,
    ko: (name: string, [left, top, right, bottom]: readonly number[]) =>
      `${name}: ${left}, ${top}에서 ${right}, ${bottom}까지`,
  },
  sizeOf: {
    en: (width: number, height: number) => `${width} × ${height} pixels`,
    ko: (width: number, height: number) => `${width} × ${height} 픽셀`,
  },
  tool: { en: 'Tool', ko: '도구' },
  box: { en: 'Box', ko: '상자' },
  brush: { en: 'Brush', ko: '붓' },
  eraser: { en: 'Eraser', ko: '지우개' },
  polygon: { en: 'Polygon', ko: '다각형' },
  point: { en: 'Point', ko: '점' },
  brushSize: { en: 'Width', ko: '굵기' },
  newThing: { en: 'New thing', ko: '새 사물' },
  closePolygon: { en: 'close the polygon', ko: '다각형 닫기' },
  dropPolygon: { en: 'drop the polygon', ko: '다각형 버리기' },
  pixelsOf: { en: (pixels: number) => `${pixels} pixels painted`, ko: (pixels: number) => `칠한 픽셀 ${pixels}` },
  pointsPlaced: {
    en: (some: number, all: number) => `${some} of ${all} points`,
    ko: (some: number, all: number) => `점 ${some}/${all}`,
  },
  pointName: { en: (n: number) => `Name of point ${n}`, ko: (n: number) => `점 ${n}의 이름` },
  newPoint: { en: (n: number) => `point ${n}`, ko: (n: number) => `점 ${n}` },
  addPoint: { en: 'Add a point', ko: '점 더하기' },
  removePoint: { en: (name: string) => `Remove the point ${name}`, ko: (name: string) => `점 ${name} 빼기` },
  placePoint: { en: (name: string) => `Place ${name}`, ko: (name: string) => `${name} 찍기` },
  placeHint: {
    en: (name: string) => `Click where ${name} is, with Shift where it is hidden; drag a point to move it.`,
    ko: (name: string) => `${name} 자리를 누르세요. 가려져 있으면 Shift와 함께. 점은 끌어서 옮깁니다.`,
  },
  allPlaced: { en: 'All points are placed; drag one to move it.', ko: '점을 모두 찍었습니다. 끌어서 옮깁니다.' },
  isHidden: { en: 'Hidden', ko: '가려짐' },
  takePointAway: { en: 'Take it away', ko: '빼기' },
  take: { en: 'Take along', ko: '가져가기' },
  learn: { en: 'Learn', ko: '학습' },
  what: { en: 'What', ko: '무엇을' },
  masks: { en: 'Masks', ko: '마스크' },
  points: { en: 'Points', ko: '점' },
  backbone: { en: 'Network', ko: '신경망' },
  fresh: { en: 'small, starts afresh', ko: '작은 망, 처음부터' },
  passes: { en: 'Passes', ko: '반복' },
  stop: { en: 'Stop', ko: '멈추기' },
  learnFrom: {
    en: (n: number) => `Learn from ${n} ${n === 1 ? 'picture' : 'pictures'}`,
    ko: (n: number) => `그림 ${n}장으로 학습`,
  },
  learningNow: {
    en: (step: number, steps: number, left: string) => `step ${step} of ${steps}, ${left} s left`,
    ko: (step: number, steps: number, left: string) => `${step}/${steps}단계, ${left}초 남음`,
  },
  learned: {
    en: (step: number, pictures: number, seconds: string) =>
      `learned in ${step} steps, ${seconds} s; pictures: ${pictures}`,
    ko: (step: number, pictures: number, seconds: string) => `그림 ${pictures}장, ${step}단계, ${seconds}초 학습`,
  },
  loss: { en: 'Loss', ko: '손실' },
  lossNow: { en: (loss: string) => `Loss, now ${loss}`, ko: (loss: string) => `손실, 지금 ${loss}` },
  showFound: { en: 'Show what it sees', ko: '찾은 것 보기' },
  atLeast: { en: 'Score at least', ko: '최소 점수' },
  found: { en: 'What the model sees', ko: '모델이 찾은 것' },
  foundNothing: { en: 'nothing of that score', ko: '그 점수로 찾은 것이 없습니다' },
  live: { en: 'Live', ko: '실시간' },
  program: { en: 'The same in TypeScript', ko: 'TypeScript로' },
  unknown: {
    en: (n: number) =>
      `${n} annotated ${n === 1 ? 'picture is' : 'pictures are'} not here: drop the pictures first, then the file.`,
    ko: (n: number) => `주석이 있는 그림 ${n}장이 여기 없습니다. 그림을 먼저 놓고 파일을 놓으세요.`,
  },
  left: { en: 'move the box left', ko: '상자를 왼쪽으로' },
  right: { en: 'move the box right', ko: '상자를 오른쪽으로' },
  up: { en: 'move the box up', ko: '상자를 위로' },
  down: { en: 'move the box down', ko: '상자를 아래로' },
  resizeHint: {
    en: 'Arrows move it, with Shift they resize it; 1 to 9 give it a class, Delete removes it.',
    ko: '화살표로 옮기고 Shift와 함께 크기를 바꿉니다. 1~9는 클래스, Delete는 지우기입니다.',
  },
  chooseClass: { en: (name: string) => `class ${name}`, ko: (name: string) => `클래스 ${name}` },
  deselect: { en: 'choose no box', ko: '상자 선택 풀기' },
};

export const say = spoken(strings);
