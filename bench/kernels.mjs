// Each convolution kernel's share of the machine's SIMD peak, forward and both gradients, direct and Winograd, counted as
// direct arithmetic; with one thread and two. The peak, one thread and two threads take turns, and the figures are
// medians of the turns' ratios: a machine's clock wanders by more than the kernels differ.
//
//   npm run build && node bench/kernels.mjs [--seconds 2] [--json]
import { readFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { parseArgs } from 'node:util';
import { createWasmEngine } from '../dist/engine/wasm/wasmEngine.js';
import { GraphBuilder } from '../dist/graph/index.js';
import { operators } from '../dist/ops/index.js';
import { median } from './peer.mjs';

const { values: options } = parseArgs({
  options: { seconds: { type: 'string', default: '2' }, json: { type: 'boolean', default: false } },
});
const shapes = [
  { batch: 16, size: 56, inputs: 64, filters: 64, padding: 'same' },
  { batch: 64, size: 13, inputs: 32, filters: 64, padding: 'valid' },
];
const passes = ['conv2d', 'conv2dInputGradient', 'conv2dFilterGradient'];
const elements = (shape) => shape.reduce((a, b) => a * b, 1);
const noise = (count, seed) => Float32Array.from({ length: count }, (_, i) => Math.sin((i + 1) * (1.7 + seed)));

/** A function that measures GFLOP/s of multiply-adds on registers alone, on this thread, for a millisecond or two. */
async function openPeak() {
  if (Number(process.versions.node.split('.')[0]) < 22) setFlagsFromString('--experimental-wasm-relaxed-simd');
  const bytes = await readFile(new URL('../dist/engine/wasm/kernels-relaxed.wasm', import.meta.url));
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536, shared: true });
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory, abort() {} } });
  const rounds = 500_000;
  for (let i = 0; i < 50; i++) instance.exports.peak(rounds);
  return () => {
    const start = performance.now();
    instance.exports.peak(rounds);
    return (rounds * 12 * 8) / (performance.now() - start) / 1e6;
  };
}

function compile(engine, pass, { batch, size, inputs, filters, padding }) {
  const attributes = { strides: [1, 1], padding, dilation: [1, 1], groups: 1 };
  const out = padding === 'same' ? size : size - 2;
  const x = [batch, size, size, inputs];
  const w = [3, 3, inputs, filters];
  const y = [batch, out, out, filters];
  const graph = new GraphBuilder(pass);
  const operands = { conv2d: [x, w], conv2dInputGradient: [y, w], conv2dFilterGradient: [x, y] }[pass];
  const result = { conv2d: y, conv2dInputGradient: x, conv2dFilterGradient: w }[pass];
  const inputsOf = operands.map((shape, i) => graph.constant(noise(elements(shape), i), shape));
  const node = graph.add(operators[pass], inputsOf, { ...attributes, shape: result });
  // One number keeps the value alive without copying it all out of memory at every run.
  graph.output('y', operators.slice(node, { begin: [0, 0, 0, 0], size: [1, 1, 1, 1] }));
  return { program: engine.compile(graph.finish()), flops: 2 * elements(y) * inputs * 9 };
}

async function timed(program) {
  const start = performance.now();
  await program.run({});
  return performance.now() - start;
}

const peak = await openPeak();
const peaks = [];
const rows = [];
for (const shape of shapes)
  for (const winograd of [false, true]) {
    const engines = [
      await createWasmEngine({ threads: 1, winograd }),
      await createWasmEngine({ threads: 2, winograd }),
    ];
    for (const pass of passes) {
      const [one, two] = engines.map((engine) => compile(engine, pass, shape));
      const turns = [];
      const length = Number(options.seconds) * 1000;
      const start = performance.now();
      for (let now = start; now < start + length || turns.length < 9; now = performance.now()) {
        const turn = { peak: peak(), one: await timed(one.program), two: await timed(two.program) };
        // The first quarter lets V8 optimise.
        if (now > start + length / 4) turns.push(turn);
      }
      peaks.push(...turns.map((turn) => turn.peak));
      rows.push({
        shape: `${shape.batch}×${shape.size}×${shape.size}×${shape.inputs}→${shape.filters} ${shape.padding}`,
        kernels: winograd ? 'Winograd' : 'direct',
        pass,
        gigaflops: median(turns.map((turn) => one.flops / turn.one / 1e6)),
        share: median(turns.map((turn) => one.flops / turn.one / 1e6 / turn.peak)),
        best:
          Math.max(...turns.map((turn) => one.flops / turn.one / 1e6)) / Math.max(...turns.map((turn) => turn.peak)),
        speedup: median(turns.map((turn) => turn.one / turn.two)),
      });
    }
    for (const engine of engines) await engine.close();
  }

if (options.json) console.log(JSON.stringify({ command: 'bench kernels', peak: median(peaks), rows }));
else {
  console.log(`\nSIMD peak, one thread: ${median(peaks).toFixed(1)} GFLOP/s; Node ${process.version}`);
  for (const row of rows) {
    console.log(
      `${row.shape.padEnd(24)} ${row.kernels.padEnd(8)} ${row.pass.padEnd(20)} ${row.gigaflops.toFixed(1).padStart(6)} ` +
        `GFLOP/s = ${(100 * row.share).toFixed(0).padStart(3)} % of peak (best ${(100 * row.best).toFixed(0)} %); two threads ×${row.speedup.toFixed(2)}`,
    );
  }
}
