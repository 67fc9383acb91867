import { startThread } from '#platform';
import type { PictureLimits } from '../../pictures/pictureHeader.js';
import type { Thread } from '../../platform/platform.js';
import type { PictureStore } from './pictureStore.node.js';
import type { DecodeAnswer, DecoderStart, DecodeTask, DescribedStage, AddedStage } from './decodeTask.js';

/** Tasks per thread: while one picture is being decoded, another is augmented. */
const tasksEach = 2;

interface WaitingTask {
  readonly task: DecodeTask;
  readonly resolve: (answer: DecodeAnswer) => void;
  readonly reject: (error: Error) => void;
}

interface DecodeThread {
  readonly thread: Thread;
  readonly tasks: Map<number, WaitingTask>;
}

/**
 * Threads that decode and augment pictures. They start with the first task and keep the process alive only while they are
 * busy.
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
    /** The file in which decoded pictures are cached, if any. */
    private readonly store: () => PictureStore | undefined = () => undefined,
  ) {}

  /** Adds a stage, for running threads as well; returns its number, by which tasks name it. */
  addStage(stage: DescribedStage): number {
    for (const { thread } of this.threads) thread.post({ stage } satisfies AddedStage);
    return this.stages.push(stage) - 1;
  }

  /** Performs a task in one of the threads; rejects if the thread ends first. */
  perform(task: Omit<DecodeTask, 'id'>): Promise<DecodeAnswer> {
    return new Promise((resolve, reject) => {
      this.queue.push({ task: { ...task, id: this.tasks++ }, resolve, reject });
      this.dispatch();
    });
  }

  /** Ends the threads; a later task starts them again. */
  async close(): Promise<void> {
    const { threads } = this;
    this.threads = [];
    await Promise.all(threads.map(({ thread }) => thread.stop()));
    this.failure = undefined;
  }

  private dispatch(): void {
    while (this.failure === undefined && this.queue.length > 0) {
      if (this.threads.length === 0) this.threads = Array.from({ length: this.count }, () => this.start());
      const { thread, tasks } = this.threads.reduce((a, b) => (b.tasks.size < a.tasks.size ? b : a));
      if (tasks.size >= tasksEach) return;
      const waiting = this.queue.shift()!;
      if (tasks.size === 0) thread.hold(true);
      tasks.set(waiting.task.id, waiting);
      thread.post(waiting.task);
    }
    if (this.failure !== undefined) this.fail(this.failure);
  }

  private start(): DecodeThread {
    const tasks = new Map<number, WaitingTask>();
    const entry = { name: 'decodeWorker', node: () => new URL('./decodeWorker.node.mjs', import.meta.url) };
    const start: DecoderStart = { stages: this.stages, limits: this.limits, store: this.store()?.handle };
    const thread = startThread(entry, start, {
      onMessage: (message) => {
        const answer = message as DecodeAnswer;
        const waiting = tasks.get(answer.id);
        tasks.delete(answer.id);
        if (tasks.size === 0) thread.hold(false);
        waiting?.resolve(answer);
        this.dispatch();
      },
      onEnd: (reason) => {
        // Threads that `close` ended are no longer among them.
        if (this.threads.includes(started)) this.fail(reason);
        else rejectAll(started, 'the data set was closed');
      },
    });
    const started: DecodeThread = { thread, tasks };
    thread.hold(false);
    return started;
  }

  /** No further task can succeed. */
  private fail(reason: string): void {
    this.failure ??= reason;
    for (const thread of this.threads) rejectAll(thread, this.failure);
    for (const { reject } of this.queue.splice(0)) reject(new Error(this.failure));
  }
}

function rejectAll({ thread, tasks }: DecodeThread, reason: string): void {
  for (const { reject } of tasks.values()) reject(new Error(reason));
  tasks.clear();
  thread.hold(false);
}
