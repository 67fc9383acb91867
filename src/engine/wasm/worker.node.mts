import { parentPort, workerData } from 'node:worker_threads';
import { work, type WorkerStart } from './work.js';

work(workerData as WorkerStart, (message) => parentPort?.postMessage(message));
