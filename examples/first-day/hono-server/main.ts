// A server that names digits: POST a picture to /classify.
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { classify, digits, loadModel, StriateError, zoo, type Model } from 'striate';

/** The model of digits.safetensors, which is trained when the server first starts. */
async function openDigits(): Promise<Model> {
  if (existsSync('digits.safetensors')) return loadModel('digits.safetensors');
  const model = zoo.create('mnist_cnn', { seed: 1 });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  await model.fit(digits({ seed: 1, train: 4000 }).train, { epochs: 3 });
  await model.save('digits.safetensors');
  return model;
}

const model = await openDigits();
const app = new Hono();

app.get('/', (c) => c.text("curl --data-binary @digit.png 'localhost:3000/classify?top=3'\n"));

app.post('/classify', bodyLimit({ maxSize: 10e6 }), async (c) => {
  const top = Number(c.req.query('top') ?? 1);
  return c.json(await classify(model, await c.req.arrayBuffer(), { top }));
});

// What is no picture is the sender's mistake; the message says what was received.
app.onError((error, c) => {
  if (error instanceof HTTPException) return error.getResponse();
  if (error instanceof StriateError) return c.json({ error: error.message }, 400);
  console.error(error);
  return c.json({ error: 'Something went wrong here.' }, 500);
});

const { port } = parseArgs({ options: { port: { type: 'string', default: '3000' } } }).values;
serve({ fetch: app.fetch, port: Number(port) }, (info) => console.log(`Ready: http://localhost:${info.port}`));
