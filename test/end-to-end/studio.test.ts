import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { start, striate } from './striate.js';

it('striate studio serves until it is stopped, and then ends well', async () => {
  const running = start(['studio', '--no-open', '--port', '0']);
  await running.said('Ctrl-C ends it.');
  running.child.kill('SIGINT');
  const { code, stdout, stderr } = await running.finished;
  expect(stdout).toMatch(/^Studio: http:\/\/localhost:\d+\/\n$/);
  expect(stderr).toBe('Ctrl-C ends it.\n');
  expect(code).toBe(0);
});

it('striate studio says what others can read where it listens for them', async () => {
  const running = start(['studio', '--no-open', '--port', '0', '--host', '0.0.0.0']);
  await running.said('Whoever reaches this machine can read these folders.');
  await running.said('Ctrl-C ends it.');
  running.child.kill('SIGTERM');
  expect((await running.finished).code).toBe(0);
});

it.each([
  [['--data', 'nowhere'], 'nowhere: there is no such folder; check the path after --data'],
  [['--data', 'package.json'], 'package.json: is not a folder; check the path after --data'],
  [['--model', 'nothing.onnx'], 'nothing.onnx: there is no such file; check the path after --model'],
  [
    ['--host', '192.0.2.7'],
    '192.0.2.7:7878: this machine has no such address; leave --host out, or name one of its own',
  ],
])('striate studio %j says what to do', async (options, line) => {
  const { code, stderr } = await striate(['studio', '--no-open', ...options]);
  expect(stderr).toBe(`striate studio: ${line}\n`);
  expect(code).toBe(1);
});

it('striate studio --port says which port is taken', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((ready) => other.once('listening', ready));
  const { port } = other.address() as AddressInfo;
  const { code, stderr } = await striate(['studio', '--no-open', '--port', String(port)]);
  expect(stderr).toMatch(/the port is taken; choose another: --port 0 takes a free one/);
  expect(code).toBe(1);
  other.close();
});
