// A page that learns ten digits in a few seconds, and then names those that are drawn on it.
import { classify, digits, layers, sequential } from 'striate';

const paper = document.querySelector<HTMLCanvasElement>('#paper')!;
const pen = paper.getContext('2d')!;
const status = document.querySelector<HTMLElement>('#status')!;
const answer = document.querySelector<HTMLOutputElement>('#answer')!;

const model = sequential({
  seed: 1,
  layers: [
    layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.flatten(),
    layers.dense({ units: 10, activation: 'softmax' }),
  ],
});
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });

function clear(): void {
  pen.fillStyle = 'white';
  pen.fillRect(0, 0, paper.width, paper.height);
}

async function name(): Promise<void> {
  const [{ name, probability }] = await classify(model, paper);
  answer.textContent = `It is a ${name} (${Math.round(100 * probability)} %).`;
}

paper.addEventListener('pointerdown', ({ offsetX, offsetY }) => {
  pen.beginPath();
  pen.moveTo(offsetX, offsetY);
});
paper.addEventListener('pointermove', ({ buttons, offsetX, offsetY }) => {
  if (buttons === 0) return;
  Object.assign(pen, { lineWidth: 16, lineCap: 'round', lineJoin: 'round' });
  pen.lineTo(offsetX, offsetY);
  pen.stroke();
});
paper.addEventListener('pointerup', () => void name());
document.querySelector('#clear')!.addEventListener('click', clear);
clear();

const { train, test } = digits({ seed: 1, train: 2000, test: 200 });
await model.fit(train, {
  epochs: 3,
  batchSize: 32,
  validationData: test,
  verbose: 0,
  callbacks: [
    {
      onEpochEnd(epoch, { valAccuracy }) {
        status.textContent = `Learning: ${Math.round(100 * valAccuracy)} % right after ${epoch + 1} of 3 rounds.`;
      },
    },
  ],
});
const { threads, sharedMemory } = await model.describeEngine();
status.textContent = `Ready: computes with ${threads} ${threads === 1 ? 'thread' : 'threads'}${sharedMemory ? '' : ', as the page is not isolated'}.`;
