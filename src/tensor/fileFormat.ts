import { StriateError } from './error.js';

/** What a file may be, as far as its content shows. */
export type FileFormatName = keyof typeof fileFormats;

interface FileFormat {
  /** What the file is: «a Keras model». */
  readonly is: string;
  /** Which call or command opens it, or what to do instead. */
  readonly advice: string;
}

const commands = 'on the command line predict, evaluate, summary, run and import take it';
const unpack = 'unpack it first';

/** The formats that are told apart, those that are not read too. */
const fileFormats = {
  safetensors: {
    is: 'a safetensors file',
    advice:
      'open a model of Striate with loadModel, weights with model.loadWeights or openModel(file, { architecture })',
  },
  onnx: { is: 'an ONNX model', advice: `open it with openModel or importOnnx; ${commands}` },
  keras: { is: 'a Keras 3 model (.keras)', advice: `open it with loadModel, openModel or importKeras; ${commands}` },
  hdf5: {
    is: "an HDF5 file, Keras's format (.h5)",
    advice: `open a model with loadModel, openModel or importKeras, weights alone with loadKerasWeights(model, file); ${commands}`,
  },
  tfjs: {
    is: 'a TensorFlow.js model (model.json)',
    advice: `open it with loadModel, openModel or importTfjs; ${commands}`,
  },
  architecture: {
    is: "a Keras model's architecture (model.to_json), without weights",
    advice: 'open it with importKeras, and read weights with loadKerasWeights(model, file)',
  },
  torch: {
    is: 'a PyTorch checkpoint',
    advice:
      "read its weights with model.loadWeights or openModel(file, { architecture: 'resnet18' }), --model resnet18 on the command line",
  },
  torchScript: {
    is: 'a TorchScript program, which is code',
    advice: 'save the state_dict (torch.save(model.state_dict(), file)), or export to ONNX with torch.onnx.export',
  },
  exportedProgram: {
    is: 'a program of torch.export (.pt2), which is code',
    advice: 'save the state_dict (torch.save(model.state_dict(), file)), or export to ONNX with torch.onnx.export',
  },
  pickle: {
    is: "a stream of Python's pickle, whose objects only code can make",
    advice: 'save the weights with torch.save, safetensors, or as NumPy arrays',
  },
  weightIndex: {
    is: 'an index of weights that lie in several files',
    advice: "read them with model.loadWeights(file) or openModel(file, { architecture: 'resnet18' })",
  },
  npy: { is: 'a NumPy array (.npy)', advice: 'read it with decodeNpy; striate run takes it as --input' },
  npz: { is: 'an archive of NumPy arrays (.npz)', advice: 'unpack it and read its arrays with decodeNpy' },
  tflite: {
    is: 'a TensorFlow Lite model',
    advice:
      'save the model that it was converted from as .keras, or convert it: python -m tf2onnx.convert --tflite FILE',
  },
  savedModel: {
    is: "a model of TensorFlow's own (SavedModel)",
    advice: 'save it as .keras in Keras, or convert it: python -m tf2onnx.convert --saved-model FOLDER',
  },
  coreml: { is: 'a Core ML package', advice: 'export the model that it was converted from to ONNX' },
  gguf: { is: 'a GGUF file of a language model', advice: 'Striate has no such networks' },
  openvino: { is: "OpenVINO's description of a model", advice: 'export the model that it was converted from to ONNX' },
  gzip: { is: 'packed with gzip', advice: unpack },
  xz: { is: 'packed with xz', advice: unpack },
  bzip2: { is: 'packed with bzip2', advice: unpack },
  zstd: { is: 'packed with zstd', advice: unpack },
  sevenZip: { is: 'a 7z archive', advice: unpack },
  tar: { is: 'a tar archive', advice: unpack },
  zip: { is: 'a zip archive of something else', advice: unpack },
  lfsPointer: {
    is: 'a pointer of Git LFS, which stands for the file',
    advice: 'fetch the file itself with git lfs pull',
  },
  html: { is: 'a web page', advice: 'download the file itself: its page has a link to it' },
  picture: { is: 'a picture', advice: 'give it where pictures are expected' },
  json: { is: 'JSON of something else', advice: 'check which file is meant' },
  text: { is: 'a text', advice: 'check which file is meant' },
  empty: { is: 'empty', advice: 'use another copy of the file' },
} as const satisfies Record<string, FileFormat>;

const latin = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);

const begins = (bytes: Uint8Array, ...signature: readonly number[]): boolean =>
  signature.every((byte, i) => bytes[i] === byte);

/** Signatures at the beginning of a file. */
const signatures: readonly (readonly [FileFormatName, readonly number[]])[] = [
  ['hdf5', [0x89, 0x48, 0x44, 0x46]],
  ['npy', [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]],
  ['gguf', [0x47, 0x47, 0x55, 0x46]],
  ['gzip', [0x1f, 0x8b]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['sevenZip', [0x37, 0x7a, 0xbc, 0xaf]],
  ['picture', [0x89, 0x50, 0x4e, 0x47]],
  ['picture', [0xff, 0xd8, 0xff]],
  ['picture', [0x47, 0x49, 0x46, 0x38]],
];

/** What the names in a zip archive say. */
const archives: readonly (readonly [FileFormatName, RegExp])[] = [
  ['keras', /^(model\.weights\.(h5|json)|config\.json|metadata\.json)$/],
  ['exportedProgram', /(^|\/)(serialized_exported_program\.json|archive_format|models\/model\.json)$/],
  ['torchScript', /(^|\/)(code\/|constants\.pkl$)/],
  ['torch', /(^|\/)data\.pkl$/],
  ['coreml', /com\.apple\.CoreML/],
  ['savedModel', /(^|\/)saved_model\.pb$/],
  ['npz', /\.npy$/],
];

/** The names of an archive's entries, from its directory at the end; empty where it is cut off. */
function entryNames(bytes: Uint8Array): readonly string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && end > bytes.length - 70_000 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0 || view.getUint32(end, true) !== 0x06054b50) return [];
  const names: string[] = [];
  let at = view.getUint32(end + 16, true);
  while (at + 46 <= end && view.getUint32(at, true) === 0x02014b50 && names.length < 4096) {
    const length = view.getUint16(at + 28, true);
    names.push(latin(bytes.subarray(at + 46, at + 46 + length)));
    at += 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return names;
}

function zipFormat(bytes: Uint8Array): FileFormatName {
  const names = entryNames(bytes);
  // The first entry's name stands at the beginning, too.
  const length = bytes[26] | (bytes[27] << 8);
  const known = names.length ? names : [latin(bytes.subarray(30, 30 + length))];
  return archives.find(([, name]) => known.some((entry) => name.test(entry)))?.[0] ?? 'zip';
}

function jsonFormat(text: string): FileFormatName {
  if (/"(modelTopology|weightsManifest)"/.test(text) || /"format"\s*:\s*"(layers|graph)-model"/.test(text))
    return 'tfjs';
  if (text.includes('"weight_map"')) return 'weightIndex';
  if (text.includes('"class_name"') && text.includes('"config"')) return 'architecture';
  return 'json';
}

/**
 * What a file is by its content, whatever it is called; undefined where it looks like none of the known formats. ONNX and
 * safetensors have no signature, and are known by what they begin with.
 *
 * @param bytes the whole file, or its first thousands of bytes
 */
export function fileFormatOf(bytes: Uint8Array): FileFormatName | undefined {
  if (bytes.length === 0) return 'empty';
  const signed = signatures.find(([, signature]) => begins(bytes, ...signature));
  if (signed) return signed[0];
  if (begins(bytes, 0x50, 0x4b) && (bytes[2] === 3 || bytes[2] === 5)) return zipFormat(bytes);
  const start = latin(bytes.subarray(0, 4096));
  if (start.slice(4, 8) === 'TFL3') return 'tflite';
  if (start.slice(257, 262) === 'ustar') return 'tar';
  if (start.startsWith('version https://git-lfs')) return 'lfsPointer';
  if (/^\s*<(!doctype html|html)/i.test(start)) return 'html';
  if (/^\s*<\?xml[^>]*>\s*<net\b/.test(start)) return 'openvino';
  // A safetensors file begins with the length of its header, less than 100 MB, and the header with a brace.
  if (bytes.length > 8 && bytes[8] === 0x7b && bytes[5] === 0 && bytes[6] === 0 && bytes[7] === 0) return 'safetensors';
  if (/^\s*\{\s*["}]/.test(start)) return jsonFormat(start);
  if (bytes[0] === 0x80 && bytes[1] >= 1 && bytes[1] <= 5) return hasTorchMagic(bytes) ? 'torch' : 'pickle';
  return protobufFormat(bytes, start) ?? (isText(start) ? 'text' : undefined);
}

/** Whether there is nothing that no text has; letters beyond ASCII may be of any script. */
function isText(start: string): boolean {
  return !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(start) && /^[\t\n\r -~]{4}/.test(start);
}

/** Formats of protocol buffers, which have no signature. */
function protobufFormat(bytes: Uint8Array, start: string): FileFormatName | undefined {
  const isGraph = bytes[0] === 0x0a && /\x12.(Placeholder|Const|VarHandleOp)/s.test(start);
  if (isGraph || (begins(bytes, 8, 1, 0x12) && start.includes('serve'))) return 'savedModel';
  if (bytes[0] !== 8 || bytes[1] >= 32 || ![0x12, 0x1a, 0x3a].includes(bytes[2])) return undefined;
  // Core ML describes inputs where ONNX has its producer's name.
  const first = bytes[3] & 0x80 ? bytes[5] : bytes[4];
  return bytes[2] === 0x12 && bytes[3] > 0 && first === 0x0a ? 'coreml' : 'onnx';
}

/** The number near the beginning of PyTorch's files of before version 1.6. */
function hasTorchMagic(bytes: Uint8Array): boolean {
  return latin(bytes.subarray(0, 48)).includes('\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19');
}

/** An error that says what a file is and what opens it. */
export function formatError(name: FileFormatName, file: string): StriateError {
  const { is, advice } = fileFormats[name];
  return new StriateError({ where: file, rule: `is ${is}`, advice });
}

/** What the file is and what opens it, for a reader that expected another one; undefined where it looks like none. */
export function otherFormat(
  bytes: Uint8Array,
  file: string,
  expected: readonly FileFormatName[],
): StriateError | undefined {
  const name = fileFormatOf(bytes);
  return name === undefined || expected.includes(name) ? undefined : formatError(name, file);
}
