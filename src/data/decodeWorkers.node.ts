import { Worker } from 'node:worker_threads';
import type { PictureLimits } from '../pictures/pictureLimits.js';
import type { PictureStore } from './pictureStore.node.js';
import type { DecodeAnswer, DecoderStart, DecodeTask, DescribedStage, StageNews } from './decodeTask.js';

/** Tasks that a thread has at a time: while one picture is being decoded, another is augmented. */
const tasksEach = 2;

interface WaitingTask {
  readonly task: DecodeTask;
  readonly resolve: (answer: DecodeAnswer) => void;
  readonly reject: (error: Error) => void;
}

interface DecodeThread {
  readonly worker: Worker;
  readonly tasks: Map<number, WaitingTask>;
}

/**
 * Threads that decode and augment pictures. They are started with the first task and keep the process alive only while they
 * have something to do.
 */
export class DecodeWorkers {
  private threads: DecodeThread[] = [];
  private readonly queue: WaitingTask[] = [];
  private failure: string | undefined;
  private tasks = 0;
  private readonly stages: DescribedStage[] = [];

  constructor(
    private readonly count: number,
    private readonly limits: PictureLimits,
    /** The file that decoded pictures are kept in, if any. */
    private readonly store: () => PictureStore | undefined = () => undefined,
  ) {}

  /** Tells the threads of one more stage; gives its number, which tasks name it by. */
  addStage(stage: DescribedStage): number {
    for (const { worker } of this.threads) worker.postMessage({ stage } satisfies StageNews);
    return this.stages.push(stage) - 1;
  }

  /** Performs a task in one of the threads; rejects when the thread ends before. */
  perform(task: Omit<DecodeTask, 'id'>): Promise<DecodeAnswer> {
    return new Promise((resolve, reject) => {
      this.queue.push({ task: { ...task, id: this.tasks++ }, resolve, reject });
      this.deal();
    });
  }

  /** Ends the threads; a later task starts them again. */
  async close(): Promise<void> {
    const { threads } = this;
    this.threads = [];
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
    this.failure = undefined;
  }

  private deal(): void {
    while (this.failure === undefined && this.queue.length > 0) {
      if (this.threads.length === 0) this.threads = Array.from({ length: this.count }, () => this.startThread());
      const thread = this.threads.reduce((a, b) => (b.tasks.size < a.tasks.size ? b : a));
      if (thread.tasks.size >= tasksEach) return;
      const waiting = this.queue.shift()!;
      if (thread.tasks.size === 0) thread.worker.ref();
      thread.tasks.set(waiting.task.id, waiting);
      thread.worker.postMessage(waiting.task);
    }
    if (this.failure !== undefined) this.fail(this.failure);
  }

  private startThread(): DecodeThread {
    // The process's own flags are not for the worker: --input-type, for one, would keep it from starting.
    const worker = new Worker(new URL('./decodeWorker.node.js', import.meta.url), {
      workerData: { stages: this.stages, limits: this.limits, store: this.store()?.handle } satisfies DecoderStart,
      execArgv: [],
    });
    const thread: DecodeThread = { worker, tasks: new Map() };
    worker.on('message', (answer: DecodeAnswer) => {
      const waiting = thread.tasks.get(answer.id);
      thread.tasks.delete(answer.id);
      if (thread.tasks.size === 0) worker.unref();
      waiting?.resolve(answer);
      this.deal();
    });
    const ended = (reason: string): void => {
      // A thread that close ended is no longer among them.
      if (this.threads.includes(thread)) this.fail(reason);
      else this.rejectAll(thread, 'the data set was closed');
    };
    worker.on('error', (error) => ended(error.message));
    worker.on('exit', (code) => ended(`exit code ${code}`));
    worker.unref();
    return thread;
  }

  /** No further task has a chance of coming back. */
  private fail(reason: string): void {
    this.failure ??= reason;
    for (const thread of this.threads) this.rejectAll(thread, this.failure);
    for (const { reject } of this.queue.splice(0)) reject(new Error(this.failure));
  }

  private rejectAll(thread: DecodeThread, reason: string): void {
    for (const { reject } of thread.tasks.values()) reject(new Error(reason));
    thread.tasks.clear();
    thread.worker.unref();
  }
}
