// A file as torch.save writes it, without PyTorch: a zip archive of a pickle and the tensors' numbers.
import { zipSync } from 'fflate';

const text = (value) => new TextEncoder().encode(value);
const int32 = (value) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >>> 24) & 255];

/** Pickle's opcodes, protocol 2, as far as a state dictionary needs them. */
const pickle = {
  string: (value) => [0x58, ...int32(text(value).length), ...text(value)],
  whole: (value) => [0x4a, ...int32(value)],
  global: (module, name) => [0x63, ...text(`${module}\n${name}\n`)],
  tuple: (...items) => [0x28, ...items.flat(), 0x74],
  call: (callable, args) => [...callable, ...args, 0x52],
};

const ordered = () => pickle.call(pickle.global('collections', 'OrderedDict'), [0x29]);

function tensor(key, shape) {
  const size = shape.reduce((product, n) => product * n, 1);
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, n) => product * n, 1));
  const { string, whole, global, tuple, call } = pickle;
  const storage = tuple(string('storage'), global('torch', 'FloatStorage'), string(key), string('cpu'), whole(size));
  const sizes = tuple(...shape.map(whole));
  const steps = tuple(...strides.map(whole));
  const args = tuple([...storage, 0x51], whole(0), sizes, steps, [0x89], ordered());
  return call(global('torch._utils', '_rebuild_tensor_v2'), args);
}

/** A state dictionary of these shapes, its numbers all a half. */
export function torchFile(shapes) {
  const items = [...shapes].flatMap(([name, shape], i) => [...pickle.string(name), ...tensor(String(i), shape)]);
  const entries = {
    'archive/data.pkl': Uint8Array.from([0x80, 2, ...ordered(), 0x28, ...items, 0x75, 0x2e]),
    'archive/version': text('3\n'),
  };
  [...shapes.values()].forEach((shape, i) => {
    const numbers = new Float32Array(shape.reduce((product, n) => product * n, 1)).fill(0.5);
    entries[`archive/data/${i}`] = new Uint8Array(numbers.buffer);
  });
  return zipSync(entries, { level: 0 });
}
