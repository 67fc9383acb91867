/**
 * What the library says, in Korean: its errors are put together of sentences, rules and advice behind semicolons, of which those
 * that people meet on the pages stand here. What is in braces is anything, and is put in as it is, or by `words`.
 */
const sentences = {
  // Pictures that cannot be read.
  'must be a picture': '그림이어야 합니다',
  'it is empty': '빈 파일입니다',
  'is empty': '비어 있습니다',
  'it is {format}, which is not supported': '{format} 형식은 읽지 못합니다. JPEG나 PNG로 바꿔 주세요',
  'it is not a picture (JPEG, PNG, WebP, GIF, TIFF or AVIF) by its content':
    '내용이 그림(JPEG, PNG, WebP, GIF, TIFF, AVIF)이 아닙니다',
  'it has {width} × {height} pixels, which is above the limit of {limit} pixels (maxPixels)':
    '{width} × {height} 픽셀로, 한도인 {limit} 픽셀을 넘습니다. 그림을 줄여 주세요',
  'it has {width} × {height} pixels, and no side may be above {limit}':
    '{width} × {height} 픽셀인데, 한 변은 {limit} 픽셀까지만 됩니다',
  'it has {size}, above the limit of {limit} (maxBytes)': '{size}로, 한도인 {limit}를 넘습니다',
  'it ends too early: {what}': '파일이 중간에 잘렸습니다. 다시 내려받아 보세요',
  'it cannot be decoded: {why}': '그림을 해독할 수 없습니다({why})',
  'it cannot be read ({why})': '읽을 수 없습니다({why})',
  'it cannot be fetched ({why})': '가져올 수 없습니다({why})',
  'the server answered {status}': '서버가 {status}(으)로 답했습니다',
  "no file of class '{name}' can be read": "'{name}' 클래스에 읽을 수 있는 파일이 없습니다",
  '{count} of {total} files was skipped: {names}': '파일 {total}개 중 {count}개를 건너뛰었습니다: {names}',
  '{count} of {total} files were skipped: {names}': '파일 {total}개 중 {count}개를 건너뛰었습니다: {names}',
  // Folders of photos.
  'needs folders for at least two classes': '클래스가 두 개 이상 있어야 합니다. 클래스마다 폴더가 하나씩 필요합니다',
  "it has only '{name}'. Put the pictures of each class into a folder of its own.":
    "'{name}' 하나뿐입니다. 클래스마다 따로 폴더에 그림을 넣으세요.",
  'has {files} but no folders': '폴더 없이 파일만 있습니다({files})',
  'it needs a folder of pictures for each class': '클래스마다 그림 폴더가 있어야 합니다',
  'has no pictures in its class folders {names}': '클래스 폴더 {names}에 그림이 없습니다',
  'the class {names} has no picture': '클래스 {names}에 그림이 없습니다',
  'the classes {names} have no picture': '클래스 {names}에 그림이 없습니다',
  'the class {names} has no picture in its train part': '클래스 {names}의 학습용 부분에 그림이 없습니다',
  'the classes {names} have no picture in its train part': '클래스 {names}의 학습용 부분에 그림이 없습니다',
  'put some in, or remove the folder': '그림을 넣거나 그 폴더를 지우세요',
  "'{path}' is a class that the training folder does not have": "'{path}' 클래스가 학습용 폴더에는 없습니다",
  // Models that cannot be imported.
  'write or fetch the file again': '파일을 다시 저장하거나 내려받으세요',
  'use another copy of the file': '파일을 다시 내려받아 보세요',
  'check which file is meant': '어느 파일인지 확인하세요',
  'check which file is meant, or use another copy of it': '어느 파일인지 확인하거나 다시 내려받아 보세요',
  'holds weights and no model': '가중치만 있고 모델이 들어 있지 않습니다',
  'say with {option} which architecture of the zoo they belong to, such as resnet18':
    '모델이 함께 든 파일(ONNX, Keras, Striate의 safetensors)을 놓으세요',
  'not a sound safetensors file: {what}': '온전한 safetensors 파일이 아닙니다',
  'begins like no format that is known here, such as safetensors':
    '알려진 모델 파일(safetensors, ONNX, Keras)이 아닙니다',
  'is a PyTorch checkpoint': 'PyTorch 체크포인트입니다',
  "read its weights with model.loadWeights or openModel(file, { architecture: 'resnet18' }), --model resnet18 on the command line":
    'PyTorch에서 torch.onnx.export로 ONNX로 내보내, 그 파일을 놓으세요',
  'is a picture': '그림 파일입니다',
  'give it where pictures are expected': '그림을 받는 곳에 놓으세요',
  'is a web page': '웹 페이지입니다',
  'download the file itself: its page has a link to it': '그 페이지의 링크에서 파일 자체를 내려받으세요',
  'is a text': '텍스트 파일입니다',
  'is JSON of something else': '모델이 아닌 JSON입니다',
  'is a zip archive of something else': '모델이 아닌 zip입니다',
  'unpack it first': '먼저 압축을 푸세요',
  'holds no graph of operators': '연산 그래프가 들어 있지 않습니다',
  'the file is damaged or no ONNX model': '파일이 손상되었거나 ONNX 모델이 아닙니다',
  'the file is damaged': '파일이 손상되었습니다',
  'operators must be those of opset {from} to {to}': '연산자가 opset {from}부터 {to}까지여야 합니다',
  'export with opset_version=17, or convert the file with onnx.version_converter':
    'opset_version=17로 다시 내보내거나 onnx.version_converter로 바꾸세요',
  'this operator cannot be imported': '이 연산자는 가져올 수 없습니다',
  'known is {names}': '비슷한 것으로 {names}는 됩니다',
  'give { outputs: [{names}] }: what comes before it': '이 앞까지의 모델({names})만 내보내세요',
  "give { inputs: ['{name}'] }: what comes behind it": '이 뒤의 모델({name}부터)만 내보내세요',
  "operators of the domain '{domain}' cannot be imported, only ONNX's own":
    "'{domain}'의 연산자는 가져올 수 없고, ONNX의 것만 됩니다",
  "export the model without the optimisations of one runtime, and without operators of one's own":
    '특정 실행 환경의 최적화나 직접 만든 연산자 없이 내보내세요',
  'control flow (If, Loop, Scan) cannot be imported': '흐름 제어(If, Loop, Scan)는 가져올 수 없습니다',
  'export by tracing, without torch.jit.script, or take the loop out of the model':
    'torch.jit.script 대신 추적(tracing)으로 내보내거나 모델에서 반복을 빼세요',
  'quantised models cannot be imported': '양자화된 모델은 가져올 수 없습니다',
  'export the model in float32, before it is quantised': '양자화하기 전의 float32 모델을 내보내세요',
  'recurrent layers cannot be imported, only convolutional networks':
    '순환 층은 가져올 수 없고, 합성곱 신경망만 됩니다',
  'what a detector does behind its network cannot be imported': '검출기가 신경망 뒤에서 하는 일은 가져올 수 없습니다',
  'give { outputs: [{names}] }: what its network gives': '신경망의 출력({names})까지만 내보내세요',
  'its shape is not given': '입력의 모양이 정해져 있지 않습니다',
  'sizes must be known': '크기가 정해져 있어야 합니다',
  'give { inputShape: [height, width, channels] }': '입력 크기를 고정해 다시 내보내세요',
  // Models and pictures that do not suit each other.
  'must take one picture, [height, width, channels] with 1 (grey) or 3 channels':
    '채널이 1개(회색)나 3개인 그림 하나를 받는 모델이어야 합니다',
  'it takes {shapes}': '이 모델은 {shapes}을(를) 받습니다',
  'programs give it tensors, explain(model, { inputs }) and model.predict': '이런 모델은 프로그램에서 쓰세요',
  "the model tells {count} classes apart, but '{data}' has {other} ({names})":
    "모델은 클래스 {count}개를 구별하는데, '{data}'에는 {other}개({names})가 있습니다",
  "the model's classes are called {names}, those of '{data}' {others}":
    "모델의 클래스는 {names}이고, '{data}'의 클래스는 {others}입니다",
  'it does not know {names}': '모델이 {names}을(를) 모릅니다',
  'choose other data or another model, or teach it these classes':
    '다른 데이터나 다른 모델을 고르거나, 이 클래스를 학습시키세요',
  'name its classes, if they include those of the data':
    '모델의 클래스에 이 데이터의 것이 들어 있다면 이름을 붙여 주세요',
  'otherwise choose other data or another model, or teach it these classes':
    '아니면 다른 데이터나 다른 모델을 고르거나, 이 클래스를 학습시키세요',
  'its outputs must be numbers, and of a picture they are NaN': '출력이 숫자여야 하는데, 이 그림에서는 NaN입니다',
  'its training diverged, or its pictures are prepared in another way (preprocessing)':
    '학습이 발산했거나, 그림을 다르게 준비해야 하는 모델입니다',
  // Shapes that do not fit.
  'a {size} {what} does not fit a {input} input with {padding}':
    '{size} {what}이 {padding}인 {input} 입력에 들어가지 않습니다',
  'a {size} {what} dilated by {dilation} does not fit a {input} input with {padding}':
    '{dilation}만큼 벌린 {size} {what}이 {padding}인 {input} 입력에 들어가지 않습니다',
  "use padding 'same', a smaller {what} or a larger input":
    "패딩을 'same'으로 하거나, {what}을 줄이거나, 입력을 키우세요",
  'the input must have {count} axes': '입력의 축이 {count}개여야 합니다',
  'needs an input [height, width, channels]': '입력이 [높이, 너비, 채널]이어야 합니다',
  'needs an input with at least one axis besides the batch': '입력에 축이 하나 이상 있어야 합니다',
  // Memory.
  '{what} would take the engine to {size} GiB': '엔진에 {size} GiB가 필요합니다({what})',
  'WebAssembly ends at 4 GiB: use a smaller batch or smaller pictures':
    'WebAssembly는 4 GiB까지입니다. 배치나 그림을 줄이세요',
  '{what} would take the engine to {size} GiB, and the system refused the memory: use a smaller batch':
    '엔진에 {size} GiB가 필요한데({what}) 시스템이 메모리를 주지 않았습니다. 배치를 줄이세요',
  'the system refuses the address space of 256 MiB and its guards': '시스템이 엔진에 메모리를 주지 않습니다',
  'allow more (ulimit -v unlimited), or end other programs': '다른 탭이나 프로그램을 닫으세요',
  // Projections and explanations.
  'needs at least 2 points': '그림이 두 장 이상 있어야 합니다',
  'needs at least 4 points': '그림이 네 장 이상 있어야 합니다',
  'give more pictures': '그림을 더 주세요',
  "take method 'pca'": 'PCA를 고르세요',
  'perplexity must be less than the number of points, {count}': 'perplexity는 그림 수({count})보다 작아야 합니다',
  'a third of them or less shows most: {number}': '3분의 1 이하가 가장 잘 보여 줍니다({number})',
  'give fewer neighbours or more pictures': '이웃 수를 줄이거나 그림을 더 주세요',
  'or give more pictures': '아니면 그림을 더 주세요',
  'nNeighbors must be less than the number of points, {count}': '이웃 수는 그림 수({count})보다 작아야 합니다',
  "the model '{name}' must average its last map and classify by one dense layer":
    "'{name}' 모델은 마지막 맵을 평균해 밀집 층 하나로 분류하는 모델이어야 합니다",
} as const satisfies Readonly<Record<string, string>>;

/** What browsers themselves say. */
const ofBrowsers: Readonly<Record<string, string>> = {
  'The source image could not be decoded.': '그림을 해독할 수 없습니다. JPEG나 PNG 파일인지 확인하세요',
  'Failed to fetch': '가져오지 못했습니다. 서버가 켜져 있는지, 네트워크가 이어져 있는지 확인하세요',
  'The requested file could not be read, {why}': '파일을 읽을 수 없습니다. 옮기거나 바꿨다면 다시 놓으세요',
};

/** What stands in place of what was in braces. */
const words: Readonly<Record<string, string | undefined>> = {
  window: '창',
  kernel: '커널',
  'valid padding': '패딩 없음(valid)',
  'a page or an SVG drawing': '웹 페이지나 SVG',
};

/** What an error is about, as it is called in Korean; names stay as they are. */
const places: Readonly<Record<string, string>> = { picture: '그림', pictures: '그림', 'wasm engine': '엔진' };

/** The library's sentences of which there is one in Korean. */
export const translated = Object.entries(sentences);

const special = /[.*+?^${}()|[\]\\]/g;
/** What is in these braces are numbers. */
const counts = new Set(['count', 'total']);
const hole = /\{(\w+)\}/g;

interface Pattern {
  readonly test: RegExp;
  readonly korean: string;
}

let patterns: readonly Pattern[] | undefined;

function patternOf([english, korean]: readonly [string, string]): Pattern {
  const literal = english
    .split(hole)
    .map((part, i) =>
      i % 2 === 1 ? `(?<${part}>${counts.has(part) ? '[\\d,]+' : '.+?'})` : part.replace(special, '\\$&'),
    );
  return { test: new RegExp(`^${literal.join('')}$`, 's'), korean };
}

/** A sentence of the library in Korean; undefined where there is none. */
function sentence(english: string): string | undefined {
  patterns ??= [...translated, ...Object.entries(ofBrowsers)].map(patternOf);
  for (const { test, korean } of patterns) {
    const found = test.exec(english);
    if (found) return korean.replace(hole, (_, name: string) => inBraces(found.groups![name]));
  }
  const received = /^received (.+)$/s.exec(english);
  return received ? `받은 값: ${received[1]}` : undefined;
}

/** What was in braces: words that are known, reasons behind names, «a.jpg (it is empty)», and what follows after a full stop. */
function inBraces(text: string): string {
  const known = words[text];
  if (known !== undefined) return known;
  const [first, ...rest] = text.split(/\. (?=\d)/);
  const named = first.replace(/\(((?:[^()]|\([^()]*\))+)\)/g, (whole, reason: string) => said(reason, whole));
  return [named, ...rest.map((one) => sentence(one) ?? one)].join('. ');
}

const said = (reason: string, otherwise: string): string => {
  const korean = sentence(reason);
  return korean === undefined ? otherwise : `(${korean})`;
};

/**
 * An error of the library in Korean: what it is about as it is, its rule, what was received and its advice in Korean; of these
 * only what it is about and advice without a like stay English.
 *
 * @returns undefined where the rule is none of those that stand here
 */
export function inKorean(text: string): string | undefined {
  const [first, ...rest] = text.split('; ');
  // What it is about may hold colons itself, and so may rules: the longest that is known.
  const colons = [...first.matchAll(/: /g)].map(({ index }) => index);
  for (const at of [-2, ...colons]) {
    const rule = sentence(first.slice(at + 2));
    if (rule === undefined) continue;
    const where = first.slice(0, Math.max(0, at));
    const about = where === '' ? '' : `${places[where] ?? where}: `;
    const all = [rule, ...rest.map((part) => sentence(part) ?? part)];
    return `${about}${all.map((one) => one.replace(/\.$/, '')).join('. ')}.`;
  }
  return undefined;
}
