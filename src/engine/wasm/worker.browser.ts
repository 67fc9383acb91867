import { work, type WorkerStart } from './work.js';

self.onmessage = (event: MessageEvent<WorkerStart>) => work(event.data, (message) => self.postMessage(message));
