import { spoken } from '../../language/language.js';

/** What the page says. */
export const strings = {
  title: { en: 'Mistakes', ko: '오답' },
  sentence: {
    en: 'Click a cell: its pictures open. Decide who is wrong, the model or the label.',
    ko: '칸을 누르면 그 그림들이 열립니다. 틀린 것이 모델인지 라벨인지 정해 보세요.',
  },
  acceptsCell: { en: 'a cell: the number of the true class and of the guess (3,8)', ko: '칸: 정답과 추측의 번호(3,8)' },
  acceptsLasso: {
    en: 'corners in thousandths (10_20;400_30;200_500)',
    ko: '천분율로 적은 꼭짓점(10_20;400_30;200_500)',
  },
  source: { en: 'Pictures', ko: '그림' },
  data: { en: 'of', ko: '출처' },
  digits: { en: 'drawn digits', ko: '그린 숫자' },
  folder: { en: 'your folder', ko: '내 폴더' },
  part: { en: 'part', ko: '부분' },
  test: { en: 'held out', ko: '평가용' },
  train: { en: 'training', ko: '학습용' },
  model: { en: 'Model', ko: '모델' },
  ownModel: {
    en: 'A small network that learned 3,000 drawn digits here, just now',
    ko: '방금 여기서 그린 숫자 3,000개를 배운 작은 신경망',
  },
  runs: { en: 'or a run', ko: '또는 실행 기록' },
  noRun: { en: 'the network of this page', ko: '이 페이지의 신경망' },
  openModel: { en: 'Open a model …', ko: '모델 열기 …' },
  openFolder: { en: 'Open a folder of photos …', ko: '사진 폴더 열기 …' },
  dropHint: {
    en: 'or drop them anywhere: a folder with a folder for each class, and a model’s file (safetensors, ONNX)',
    ko: '또는 아무 데나 놓으세요. 클래스마다 폴더가 있는 폴더, 그리고 모델 파일(safetensors, ONNX)',
  },
  dropFolder: {
    en: 'The folder is not kept when the page is loaded again: open it, or drop it here.',
    ko: '폴더는 페이지를 다시 열면 남지 않습니다. 다시 열거나 여기에 놓으세요.',
  },
  noModel: {
    en: 'This model is not kept in this browser: open its file, or drop it here.',
    ko: '이 모델은 이 브라우저에 없습니다. 파일을 열거나 여기에 놓으세요.',
  },
  order: { en: 'The wall', ko: '그림 벽' },
  show: { en: 'show', ko: '보기' },
  mistakes: { en: 'mistakes', ko: '오답' },
  all: { en: 'all', ko: '모두' },
  suspected: { en: 'suspected labels', ko: '의심 라벨' },
  decided: { en: 'decided', ko: '정한 것' },
  sort: { en: 'worst first by', ko: '나쁜 순서' },
  loss: { en: 'loss', ko: '손실' },
  suspicion: { en: 'suspicion of a wrong label', ko: '라벨 의심도' },
  distance: { en: 'distance from its class', ko: '클래스에서 떨어진 거리' },
  projectionTitle: { en: 'Projection', ko: '투영' },
  by: { en: 'by', ko: '방법' },
  pca: { en: 'PCA', ko: 'PCA' },
  tsne: { en: 't-SNE', ko: 't-SNE' },
  umap: { en: 'UMAP', ko: 'UMAP' },
  perplexity: { en: 'perplexity', ko: '퍼플렉시티' },
  iterations: { en: 'iterations', ko: '반복' },
  exaggeration: { en: 'early exaggeration', ko: '초기 과장' },
  angle: { en: 'angle', ko: '각도' },
  neighbours: { en: 'neighbours', ko: '이웃 수' },
  minDist: { en: 'least distance', ko: '최소 거리' },
  spread: { en: 'spread', ko: '퍼짐' },
  epochs: { en: 'epochs', ko: '에포크' },
  dimensions: { en: 'first reduced to', ko: '먼저 줄일 차원' },
  seed: { en: 'seed', ko: '시드' },
  matrixTitle: { en: 'Confusion matrix', ko: '혼동 행렬' },
  matrixHint: { en: 'rows: the label · columns: the guess', ko: '행: 라벨 · 열: 추측' },
  pairsTitle: { en: 'Most confused pairs', ko: '가장 많이 헷갈린 쌍' },
  cellSaid: {
    en: (truth: string, guess: string, count: number) => `${truth} taken for ${guess}: ${count}`,
    ko: (truth: string, guess: string, count: number) => `${truth}을(를) ${guess}(으)로: ${count}`,
  },
  projectionSaid: {
    en: (n: number) => `Projection of ${n} pictures; draw around some to see them alone`,
    ko: (n: number) => `그림 ${n}장의 투영. 둘러 그리면 그것만 봅니다`,
  },
  lassoHint: {
    en: 'draw around points to see them alone; a click opens one',
    ko: '점들을 둘러 그리면 그것만 보이고, 누르면 하나가 열립니다',
  },
  wallName: { en: 'pictures, worst first', ko: '나쁜 순서의 그림' },
  wallTitle: { en: (n: number) => `${n} ${n === 1 ? 'picture' : 'pictures'}`, ko: (n: number) => `그림 ${n}장` },
  more: { en: (n: number) => `${n} more`, ko: (n: number) => `${n}장 더` },
  tile: {
    en: (index: number, truth: string, guess: string, share: string) =>
      `Picture ${index}: ${truth}, taken for ${guess}, ${share}`,
    ko: (index: number, truth: string, guess: string, share: string) =>
      `그림 ${index}: ${truth}, 추측 ${guess}, ${share}`,
  },
  allCells: { en: 'all cells', ko: '모든 칸' },
  noLasso: { en: 'no lasso', ko: '올가미 지우기' },
  noLike: { en: 'not by likeness', ko: '유사도 끄기' },
  nothing: {
    en: 'No picture here. Show more of them, or take a filter away.',
    ko: '여기에는 그림이 없습니다. 더 많이 보이게 하거나 필터를 지우세요.',
  },
  picture: { en: (n: number) => `Picture ${n}`, ko: (n: number) => `그림 ${n}` },
  label: { en: 'label', ko: '라벨' },
  guess: { en: 'guess', ko: '추측' },
  ofLabel: { en: 'given to the label', ko: '라벨에 준 확률' },
  lossOf: { en: 'loss, −ln of that', ko: '손실, 그 −ln' },
  suspected2: {
    en: (name: string) => `the label may be wrong: ${name}?`,
    ko: (name: string) => `라벨이 틀렸을 수 있음: ${name}?`,
  },
  decision: { en: 'decision', ko: '결정' },
  right: { en: 'right as is', ko: '그대로 맞음' },
  relabel: { en: 'relabel', ko: '라벨 바꾸기' },
  relabelTo: { en: 'relabel as', ko: '새 라벨' },
  leaveOut: { en: 'leave out', ko: '빼기' },
  like: { en: 'similar pictures', ko: '비슷한 그림' },
  heatHint: { en: 'colour: what speaks for the guess (Grad-CAM)', ko: '색: 추측을 뒷받침하는 곳(Grad-CAM)' },
  calibrationTitle: { en: 'Can its probabilities be believed?', ko: '확률을 믿어도 될까?' },
  calibrationSaid: {
    en: (sure: string, right: string, error: string) =>
      `It is ${sure} sure and ${right} right; expected calibration error ${error}.`,
    ko: (sure: string, right: string, error: string) =>
      `확신은 ${sure}, 정답은 ${right}, 기대 보정 오차는 ${error}입니다.`,
  },
  calibrationBin: {
    en: (from: string, to: string, right: string, n: number) => `${from}–${to} sure: ${right} of ${n} right`,
    ko: (from: string, to: string, right: string, n: number) => `확신 ${from}–${to}: ${n}장 중 ${right} 정답`,
  },
  noise: {
    en: (share: string) => `About ${share} of the labels look wrong (confident learning).`,
    ko: (share: string) => `라벨의 약 ${share}가 틀려 보입니다(confident learning).`,
  },
  learnedNote: {
    en: 'The model has learned from the first 3,000 of these pictures: what it says of them is no test.',
    ko: '모델은 이 그림 중 처음 3,000장을 배웠습니다. 그에 대한 답은 시험이 아닙니다.',
  },
  working: { en: 'The network learns and looks at the pictures …', ko: '신경망이 배우고 그림을 보는 중 …' },
  file: { en: 'Difference file', ko: '차이 파일' },
  holds: {
    en: (relabelled: number, left: number, right: number) =>
      `${relabelled} relabelled, ${left} left out, ${right} right as they are`,
    ko: (relabelled: number, left: number, right: number) => `바꾼 라벨 ${relabelled}, 뺀 것 ${left}, 그대로 ${right}`,
  },
  undo: { en: 'Undo', ko: '되돌리기' },
  download: { en: 'Download CSV', ko: 'CSV 내려받기' },
  again: { en: 'train again with it:', ko: '이것으로 다시 학습:' },
} as const;

export const say = spoken(strings);
