// An ONNX file with onnxruntime, for bench/zoo.mjs: `onnxruntime.mjs FILE node|web THREADS`; as the protocol, predicts.
import { serve } from '../protocol.mjs';

const [file, kind, threads] = process.argv.slice(2);
const { default: ort } = await import(kind === 'web' ? 'onnxruntime-web' : 'onnxruntime-node');
const count = Number(threads);
if (kind === 'web') ort.env.wasm.numThreads = count;
const session = await ort.InferenceSession.create(file, {
  executionProviders: [kind === 'web' ? 'wasm' : 'cpu'],
  intraOpNumThreads: count,
});
const values = Float32Array.from({ length: 3 * 224 * 224 }, (_, i) => Math.sin(i * 0.37));
const x = new ort.Tensor('float32', values, [1, 3, 224, 224]);
await serve(`onnxruntime-${kind} ${ort.env.versions.common}, ${count} threads`, async (steps) => {
  for (let i = 0; i < steps; i++) await session.run({ x });
  return 0;
});
