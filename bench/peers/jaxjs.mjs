// Trains the digit CNN with jax-js on its Wasm backend: value and gradients in one compiled function, plain SGD (which
// does less work than Adam).
import { init, defaultDevice, jit, lax, nn, numpy as np, random, valueAndGrad } from '@jax-js/jax';
import { batch, batches, serve } from '../protocol.mjs';

await init('wasm');
defaultDevice('wasm');

const shapes = {
  k1: [32, 1, 3, 3],
  b1: [32, 1, 1],
  k2: [64, 32, 3, 3],
  b2: [64, 1, 1],
  k3: [64, 64, 3, 3],
  b3: [64, 1, 1],
  w4: [576, 64],
  b4: [64],
  w5: [64, 10],
  b5: [10],
};
const size = (shape) => shape.reduce((a, b) => a * b, 1);
if (Object.values(shapes).reduce((sum, shape) => sum + size(shape), 0) !== 93322) throw new Error('not the digit CNN');

let parameters = {};
let key = 1;
for (const [name, shape] of Object.entries(shapes)) {
  const fanIn = name.startsWith('k') ? size(shape.slice(1)) : shape[0];
  parameters[name] = name.startsWith('b')
    ? np.zeros(shape)
    : random.normal(random.key(key++), shape).mul(Math.sqrt(2 / fanIn));
}

/** 2×2 maximum; an odd last row or column is left out, as with valid padding. */
const maxPool = (x) => lax.reduceWindow(x, np.max, [2, 2], [2, 2]);
const convolution = (x, k, b) => nn.relu(lax.conv(x, k, [1, 1], 'VALID').add(b));

const lossOf = ({ k1, b1, k2, b2, k3, b3, w4, b4, w5, b5 }, x, y) => {
  let h = maxPool(convolution(x, k1, b1));
  h = maxPool(convolution(h, k2, b2));
  h = convolution(h, k3, b3).reshape([batch, 576]);
  h = nn.relu(np.matmul(h, w4).add(b4));
  const logits = np.matmul(h, w5).add(b5);
  return np.mean(np.sum(nn.logSoftmax(logits).mul(nn.oneHot(y, 10)), 1)).mul(-1);
};
const step = jit((current, x, y) => {
  const [loss, gradients] = valueAndGrad(lossOf)(
    Object.fromEntries(Object.entries(current).map(([name, value]) => [name, value.ref])),
    x,
    y,
  );
  const next = Object.fromEntries(
    Object.entries(current).map(([name, value]) => [name, value.sub(gradients[name].mul(0.01))]),
  );
  return [loss, next];
});

const data = batches();
await serve('jax-js 0.1 (Wasm)', async (steps) => {
  let last = 0;
  for (let i = 0; i < steps; i++) {
    const { pictures, labels } = data[i % data.length];
    const x = np.array(Float32Array.from(pictures, (value) => value / 255)).reshape([batch, 1, 28, 28]);
    const y = np.array(labels);
    const [loss, next] = step(parameters, x, y);
    parameters = next;
    last = await loss.jsAsync();
  }
  return last;
});
