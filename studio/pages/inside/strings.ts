import { spoken } from '../../language/language.js';

/** What the page says. */
export const strings = {
  title: { en: 'Inside', ko: '속 보기' },
  sentence: {
    en: 'Open a layer, then point at a pixel: every number says which products made it, down to the picture.',
    ko: '층을 열고 픽셀을 가리켜 보세요. 어떤 곱들이 그 수를 만들었는지 그림까지 따라 내려갑니다.',
  },
  model: { en: 'Model', ko: '모델' },
  digits: { en: 'digits', ko: '숫자' },
  openModel: { en: 'Open a model…', ko: '모델 열기…' },
  modelHint: { en: 'or drop a file: ONNX, safetensors', ko: '또는 파일을 끌어다 놓으세요: ONNX, safetensors' },
  prepare: { en: 'preparation', ko: '전처리' },
  notHere: { en: 'this model is not kept in this browser', ko: '이 모델은 이 브라우저에 없습니다' },
  noSuchModel: { en: 'there is no model of this name here', ko: '이런 이름의 모델이 여기 없습니다' },
  noSuchRun: { en: 'there is no run of this name with a model', ko: '이런 이름의 모델 있는 실행이 없습니다' },
  dropModel: {
    en: 'drop its file here, or start striate studio with --model FILE',
    ko: '파일을 여기에 끌어다 놓거나 striate studio --model 파일로 시작하세요',
  },
  layers: { en: 'Layers', ko: '층' },
  picture: { en: 'picture', ko: '그림' },
  pictureAndMap: { en: 'What the model sees', ko: '모델이 보는 것' },
  shown: {
    en: (shown: number, all: number) => `${shown} of ${all} maps`,
    ko: (shown: number, all: number) => `맵 ${all}개 중 ${shown}개`,
  },
  maps: { en: (n: number) => `${n} maps`, ko: (n: number) => `맵 ${n}개` },
  units: { en: (n: number) => `${n} numbers`, ko: (n: number) => `수 ${n}개` },
  mapsOf: { en: (layer: string) => `Maps of ${layer}`, ko: (layer: string) => `${layer}의 맵들` },
  mapNumber: {
    en: (layer: string, n: number) => `${layer}, map ${n}`,
    ko: (layer: string, n: number) => `${layer}, 맵 ${n}`,
  },
  unitNumber: {
    en: (layer: string, n: number) => `${layer}, unit ${n}`,
    ko: (layer: string, n: number) => `${layer}, 유닛 ${n}`,
  },
  windowOn: { en: (layer: string) => `Its window on ${layer}`, ko: (layer: string) => `${layer} 위의 창` },
  products: { en: 'What made it', ko: '무엇이 만들었나' },
  from: { en: 'from', ko: '어디서' },
  fromLayer: { en: (layer: string) => `from ${layer}`, ko: (layer: string) => `${layer}에서` },
  value: { en: 'value', ko: '값' },
  weight: { en: 'weight', ko: '가중치' },
  product: { en: 'product', ko: '곱' },
  cell: {
    en: (row: number, column: number) => `row ${row}, column ${column}`,
    ko: (row: number, column: number) => `${row}행 ${column}열`,
  },
  channel: { en: (n: number) => `map ${n}`, ko: (n: number) => `맵 ${n}` },
  strongest: {
    en: (shown: number, all: number) => `the ${shown} strongest of ${all}`,
    ko: (shown: number, all: number) => `${all}개 중 가장 센 ${shown}개`,
  },
  positive: { en: 'positive evidence', ko: '긍정 증거' },
  negative: { en: 'negative evidence', ko: '부정 증거' },
  terms: { en: (n: number) => `${n} products`, ko: (n: number) => `곱 ${n}개` },
  bias: { en: 'bias', ko: '편향' },
  sum: { en: 'sum', ko: '합' },
  padded: {
    en: (n: number) => `${n} places of the window lie in the padding and count for nothing`,
    ko: (n: number) => `창의 ${n}칸은 패딩에 있어 0으로 셉니다`,
  },
  howSum: { en: 'a sum of products', ko: '곱들의 합' },
  howMean: { en: 'a mean', ko: '평균' },
  howLargest: { en: 'the largest of its window', ko: '창에서 가장 큰 수' },
  howSmallest: { en: 'the smallest of its inputs', ko: '입력 중 가장 작은 수' },
  howProduct: { en: 'a product of its inputs', ko: '입력들의 곱' },
  howQuotient: { en: 'the first divided by the second', ko: '첫째를 둘째로 나눈 값' },
  standardized: {
    en: (n: number, mean: string, deviation: string) =>
      `Measured over ${n} numbers: mean ${mean}, standard deviation ${deviation}. (x − mean) ÷ deviation × γ + β is written here as one weight and a bias.`,
    ko: (n: number, mean: string, deviation: string) =>
      `수 ${n}개에서 잰 평균 ${mean}, 표준편차 ${deviation}. (x − 평균) ÷ 표준편차 × γ + β를 가중치 하나와 편향으로 적었습니다.`,
  },
  dividedByLength: {
    en: (n: number, length: string) => `Divided by the length of ${n} numbers as a vector, ${length}.`,
    ko: (n: number, length: string) => `수 ${n}개를 벡터로 본 길이 ${length}(으)로 나눕니다.`,
  },
  dividedBy: {
    en: (n: number, divisor: string) =>
      `Divided by ${divisor}, which follows from the squares of ${n} neighbouring maps.`,
    ko: (n: number, divisor: string) => `이웃한 맵 ${n}개의 제곱에서 나온 ${divisor}(으)로 나눕니다.`,
  },
  howFunction: { en: 'a function of one number', ko: '수 하나의 함수' },
  howCopy: { en: 'the same number, passed on', ko: '그대로 넘겨받은 수' },
  howShare: { en: 'its share of all powers', ko: '모든 거듭제곱 중 제 몫' },
  notFollowed: {
    en: (layer: string) =>
      `${layer} mixes its inputs in a way that is not written out here; the number is the engine’s.`,
    ko: (layer: string) => `${layer} 층이 입력을 섞는 방식은 여기서 풀어 쓰지 않습니다. 수는 엔진의 것입니다.`,
  },
  zeroOutside: { en: 'It lies in the padding: zero.', ko: '패딩에 있습니다: 0.' },
  topFive: { en: 'Top five', ko: '상위 다섯' },
  heatMap: { en: 'Heat map', ko: '히트맵' },
  method: { en: 'method', ko: '방법' },
  none: { en: 'none', ko: '없음' },
  target: { en: 'class', ko: '클래스' },
  likeliest: { en: 'the likeliest', ko: '가장 그럴듯한 것' },
  opacity: { en: 'opacity', ko: '진하기' },
  heatOf: {
    en: (method: string, target: string) => `${method} for ${target}`,
    ko: (method: string, target: string) => `${target}에 대한 ${method}`,
  },
  evidence: { en: 'how far to trust it', ko: '얼마나 믿을 만한지' },
  seesOf: { en: 'What it sees of the picture', ko: '그림에서 보는 부분' },
  patternOf: { en: (n: number) => `What map ${n} looks for`, ko: (n: number) => `맵 ${n}이 찾는 것` },
  findPattern: { en: 'Find what this map looks for', ko: '이 맵이 찾는 것 알아내기' },
  finding: { en: 'climbing from noise…', ko: '잡음에서 올라가는 중…' },
  here: { en: 'here', ko: '여기' },
  readFrom: { en: (layer: string) => `read from ${layer}`, ko: (layer: string) => `${layer}에서 읽음` },
  onBoxes: {
    en: (share: string, area: string) => `${share} of the map lies on the boxes, which are ${area} of the picture`,
    ko: (share: string, area: string) => `맵의 ${share}이 상자 위에 있고, 상자는 그림의 ${area}입니다`,
  },
  working: { en: 'working…', ko: '계산 중…' },
  opening: { en: 'opening the model and looking through its layers…', ko: '모델을 열고 모든 층을 계산하는 중…' },
  feeds: { en: 'What it feeds', ko: '어디로 가나' },
  feedsLayer: { en: (layer: string) => `into ${layer}`, ko: (layer: string) => `${layer}(으)로` },
  feedsAll: {
    en: (shown: number, all: number) => (all > shown ? `the ${shown} it counts most for, of ${all}` : `${all}`),
    ko: (shown: number, all: number) => (all > shown ? `가장 큰 몫 ${shown}개, 모두 ${all}개` : `${all}개`),
  },
  feedsNothing: {
    en: 'It is not the one that is kept there: it goes no further.',
    ko: '거기서 남는 수가 아니어서 더 나아가지 않습니다.',
  },
  feedsZero: {
    en: 'It is zero: whatever it is multiplied with, it brings nothing.',
    ko: '0이라서 무엇과 곱해도 보태는 것이 없습니다.',
  },
  lastLayer: {
    en: 'Nothing takes it any more: it is part of the answer.',
    ko: '더 받는 층이 없습니다. 답의 일부입니다.',
  },
  brings: { en: 'brings', ko: '보탠 양' },
  makes: { en: 'makes', ko: '만든 수' },
  forward: { en: 'on to what it counts most for', ko: '가장 크게 보탠 곳으로 나아가기' },
  path: { en: 'Path from the answer down to the picture', ko: '답에서 그림까지의 길' },
  nextLayer: { en: 'next layer', ko: '다음 층' },
  layerBefore: { en: 'layer before', ko: '앞 층' },
  movePixel: { en: 'move the pixel', ko: '픽셀 옮기기' },
  down: { en: 'follow the strongest product down', ko: '가장 센 곱을 따라 내려가기' },
  up: { en: 'back up the path', ko: '길을 거슬러 오르기' },
  parameters: { en: (n: string) => `${n} parameters`, ko: (n: string) => `파라미터 ${n}개` },
};

export const say = spoken(strings);
