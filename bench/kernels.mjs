// Each convolution kernel's share of the machine's SIMD peak, forward and both gradients, direct and Winograd, counted as
// direct arithmetic; with one thread and two. Run after `npm run build`: node bench/kernels.mjs [--json]
import { readFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { GraphBuilder } from '../dist/graph/index.js';
import { createWasmEngine } from '../dist/engine/wasm/engine.js';
import { operators } from '../dist/ops/index.js';

const shapes = [
  { batch: 16, size: 56, inputs: 64, filters: 64, padding: 'same' },
  { batch: 64, size: 13, inputs: 32, filters: 64, padding: 'valid' },
];
const passes = ['conv2d', 'conv2dInputGradient', 'conv2dFilterGradient'];
const elements = (shape) => shape.reduce((a, b) => a * b, 1);
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

/** GFLOP/s of multiply-adds on registers alone, one thread. */
async function measurePeak() {
  if (Number(process.versions.node.split('.')[0]) < 22) setFlagsFromString('--experimental-wasm-relaxed-simd');
  const bytes = await readFile(new URL('../dist/engine/wasm/kernels-relaxed-unshared.wasm', import.meta.url));
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536 });
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory, abort() {} } });
  const rounds = 2_000_000;
  instance.exports.peak(rounds);
  const times = Array.from({ length: 9 }, () => {
    const start = performance.now();
    instance.exports.peak(rounds);
    return performance.now() - start;
  });
  return (rounds * 12 * 8) / Math.min(...times) / 1e6;
}

function compile(engine, pass, { batch, size, inputs, filters, padding }) {
  const attributes = { strides: [1, 1], padding, dilation: [1, 1], groups: 1 };
  const out = padding === 'same' ? size : size - 2;
  const [x, w, y] = [
    [batch, size, size, inputs],
    [3, 3, inputs, filters],
    [batch, out, out, filters],
  ];
  const graph = new GraphBuilder(pass);
  const arguments_ = { conv2d: [x, w], conv2dInputGradient: [y, w], conv2dFilterGradient: [x, y] }[pass];
  const result = { conv2d: y, conv2dInputGradient: x, conv2dFilterGradient: w }[pass];
  const operands = arguments_.map((shape, i) => graph.constant(noise(elements(shape), i), shape));
  const node = graph.add(operators[pass], operands, { ...attributes, shape: result });
  // A scalar keeps the value alive without copying it out of memory at every run.
  graph.output('y', graph.add(operators.slice, [node], { begin: [0, 0, 0, 0], size: [1, 1, 1, 1] }));
  return { program: engine.compile(graph.finish()), flops: 2 * batch * out * out * filters * inputs * 9 };
}

const noise = (count, seed) => Float32Array.from({ length: count }, (_, i) => Math.sin((i + 1) * (1.7 + seed)));

/** Median of the runs of half a second, after as much time to let V8 optimise. */
async function measure(program) {
  const times = [];
  const start = performance.now();
  for (let now = start; now < start + 1000 || times.length < 9;) {
    await program.run({});
    const end = performance.now();
    if (now > start + 500) times.push(end - now);
    now = end;
  }
  return median(times);
}

const peak = await measurePeak();
const rows = [];
for (const shape of shapes)
  for (const winograd of [false, true])
    for (const pass of passes) {
      const row = {
        shape: `${shape.batch}×${shape.size}×${shape.size}×${shape.inputs}→${shape.filters} ${shape.padding}`,
      };
      for (const threads of [1, 2]) {
        const engine = await createWasmEngine({ threads, winograd });
        const { program, flops } = compile(engine, pass, shape);
        row[threads] = flops / (await measure(program)) / 1e6;
        await engine.close();
      }
      rows.push({ ...row, winograd, pass, share: row[1] / peak, speedup: row[2] / row[1] });
    }
if (process.argv.includes('--json')) console.log(JSON.stringify({ command: 'bench kernels', peak, rows }));
else {
  console.log(`SIMD peak, one thread: ${peak.toFixed(1)} GFLOP/s`);
  for (const r of rows) {
    console.log(
      `${r.shape.padEnd(26)} ${(r.winograd ? 'Winograd' : 'direct').padEnd(9)} ${r.pass.padEnd(21)} ` +
        `${r[1].toFixed(1).padStart(6)} GFLOP/s = ${(100 * r.share).toFixed(0).padStart(3)} % of peak; two threads ×${r.speedup.toFixed(2)}`,
    );
  }
}
