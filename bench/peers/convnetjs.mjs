// Trains the digit CNN with ConvNetJS, which goes picture by picture on one thread.
import convnetjs from 'convnetjs';
import { batch, batches, serve } from '../protocol.mjs';

const net = new convnetjs.Net();
net.makeLayers([
  { type: 'input', out_sx: 28, out_sy: 28, out_depth: 1 },
  { type: 'conv', sx: 3, filters: 32, stride: 1, pad: 0, activation: 'relu' },
  { type: 'pool', sx: 2, stride: 2 },
  { type: 'conv', sx: 3, filters: 64, stride: 1, pad: 0, activation: 'relu' },
  { type: 'pool', sx: 2, stride: 2 },
  { type: 'conv', sx: 3, filters: 64, stride: 1, pad: 0, activation: 'relu' },
  { type: 'fc', num_neurons: 64, activation: 'relu' },
  { type: 'softmax', num_classes: 10 },
]);
const trainer = new convnetjs.Trainer(net, { method: 'adam', learning_rate: 0.001, batch_size: batch, l2_decay: 0 });

const data = batches();
const volume = new convnetjs.Vol(28, 28, 1, 0);
await serve('ConvNetJS 0.3, 1 thread', async (steps) => {
  let loss = 0;
  for (let step = 0; step < steps; step++) {
    const { pictures, labels } = data[step % data.length];
    for (let i = 0; i < batch; i++) {
      for (let k = 0; k < 784; k++) volume.w[k] = pictures[i * 784 + k] / 255;
      loss = trainer.train(volume, labels[i]).loss;
    }
  }
  return loss;
});
