import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { trainCommand } from '../../src/cli/train/train.js';
import { ProgressBar } from '../../src/fit/index.js';
import { exportOnnx } from '../../src/formats/index.js';
import { layers } from '../../src/layers/index.js';
import { loadModel } from '../../src/formats/loadModel.js';
import { sequential } from '../../src/models/index.js';
import { Random, Tensor } from '../../src/tensor/index.js';
import { decodeSafetensors } from '../../src/tensor/safetensors.js';
import { ProgressLine } from '../../src/platform/progressLine.js';
import { temporaryFolder } from './striate.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let pets: string;
let net: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  pets = join(folder.path, 'pets');
  await drawClasses(pets, 12);
  net = join(folder.path, 'net.onnx');
  const model = sequential({
    layers: [
      layers.conv2d({ filters: 6, kernelSize: 3, activation: 'relu', inputShape: [24, 24, 3], name: 'first' }),
      layers.conv2d({ filters: 8, kernelSize: 3, strides: 2, activation: 'relu', name: 'second' }),
      layers.globalAveragePooling2d(),
      layers.dense({ units: 4, name: 'fc' }),
    ],
    seed: 5,
  });
  await writeFile(net, await exportOnnx(model));
  await model.dispose();
});
afterAll(() => folder.remove());
afterEach(() => {
  process.exitCode = undefined;
});

/** Pictures 24×24 of two colours, with noise. */
async function drawClasses(root: string, each: number, names = ['blue', 'red']): Promise<void> {
  const random = new Random([1]);
  for (const [k, name] of names.entries()) {
    for (let i = 0; i < each; i++) {
      const data = Uint8Array.from({ length: 24 * 24 * 3 }, (_, at) => {
        const base = at % 3 === (k === 0 ? 2 : 0) ? 170 : 70;
        return base + Math.floor(random.uniform() * 80);
      });
      const file = join(root, name, `${i}.png`);
      await mkdir(dirname(file), { recursive: true });
      await sharp(data, { raw: { width: 24, height: 24, channels: 3 } })
        .png()
        .toFile(file);
    }
  }
}

/** What the last run of `striate train …` printed, also where it failed. */
let lines: string[] = [];

/** Runs `striate train …` and collects what it prints. */
async function train(...args: string[]): Promise<{ progress: string; json: Record<string, unknown> }> {
  lines = [];
  let json: Record<string, unknown> = {};
  const command = trainCommand({
    data: (line) => void lines.push(line),
    progress: (line) => void lines.push(line),
    note: (line) => void lines.push(line),
    json: (value) => void (json = value as Record<string, unknown>),
    strong: (text) => text,
  }).exitOverride();
  command.configureOutput({ writeErr: () => undefined });
  await command.parseAsync(['--threads', '1', '--json', ...args], { from: 'user' });
  return { progress: lines.join('\n'), json };
}

async function weightsOf(file: string): Promise<Record<string, number[]>> {
  const { tensors } = decodeSafetensors(await readFile(file), file);
  const own = [...tensors].filter(([name]) => /^(first|second|fc)\//.test(name));
  return Object.fromEntries(own.map(([name, { data }]) => [name, Array.from(data as Float32Array)]));
}

describe('train with a foreign model and other classes', () => {
  it('gives it a new classifier, freezes its features, and says how its pictures are prepared', async () => {
    const out = join(folder.path, 'head');
    const { progress, json } = await train(
      '--data',
      pets,
      '--model',
      net,
      '--freeze',
      'features',
      '--epochs',
      '8',
      '--batch',
      '4',
      '--lr',
      '0.05',
      '--out',
      out,
    );
    expect(progress).toContain('tells 4 classes apart, pets has 2 (blue, red): it gets a new classifier');
    expect(progress).toMatch(
      /net\.onnx does not say how its pictures are prepared\. Of \d+ training pictures, .*taken: /,
    );
    expect(progress).toContain('Training net (');
    expect((json.test as { accuracy: number }).accuracy).toBe(1);
    const { arguments: run } = JSON.parse(await readFile(join(out, 'run.json'), 'utf8')) as {
      arguments: { freeze: string; preprocessing: string };
    };
    expect(run.freeze).toBe('features');
    const best = await loadModel(join(out, 'best.safetensors'));
    expect(best.classNames).toEqual(['blue', 'red']);
    expect(best.outputShape).toEqual([2]);
    expect(best.layers.filter(({ trainable, weights }) => trainable && weights.length > 0)).toHaveLength(1);
    expect(best.preprocessing).toMatchObject({ size: [24, 24], channels: expect.any(String) as string });
    expect(progress).toContain(`taken: ${run.preprocessing}.`);
    await best.dispose();
    const page = await readFile(join(out, 'index.html'), 'utf8');
    expect(page).toContain('all layers before the classifier');
    expect(page).toContain('net.onnx');
    expect(page).not.toContain('fine-tuning');

    // A trained model whose classes are the data's goes on as it is, with nothing frozen.
    const again = join(folder.path, 'again');
    const more = await train(
      '--data',
      pets,
      '--model',
      join(out, 'best.safetensors'),
      '--epochs',
      '1',
      '--batch',
      '4',
      '--out',
      again,
    );
    expect(more.progress).not.toMatch(/new classifier|does not say/);
    const [before, after] = [
      await weightsOf(join(out, 'best.safetensors')),
      await weightsOf(join(again, 'last.safetensors')),
    ];
    for (const name of Object.keys(before)) expect(after[name], name).not.toEqual(before[name]);
  });

  it('keeps a classifier whose classes are the data’s in another order, and gives it labels in its own', async () => {
    const first = join(folder.path, 'ordered');
    const common = ['--data', pets, '--batch', '4', '--lr', '0.05', '--seed', '4'];
    const steps = ['--preprocessing', '0-1', '--freeze', 'features', '--epochs', '8'];
    await train(...common, '--model', net, ...steps, '--out', first);
    const turned = await loadModel(join(first, 'last.safetensors'));
    const weights = await turned.getWeights();
    const reversed = ['fc/kernel', 'fc/bias'].map((name) => {
      const { shape, data } = weights.get(name)!;
      // Two classes: what belongs to one lies beside what belongs to the other.
      return [
        name,
        new Tensor(
          'float32',
          shape,
          data.map((_, i) => data[i ^ 1]),
        ),
      ] as const;
    });
    await turned.setWeights(new Map([...weights, ...reversed]));
    turned.classNames = ['Red', 'Blue'];
    const file = join(folder.path, 'turned.safetensors');
    await turned.save(file);
    await turned.dispose();

    const out = join(folder.path, 'turned-run');
    const { progress, json } = await train(
      '--data',
      pets,
      '--batch',
      '4',
      '--lr',
      '1e-9',
      '--seed',
      '4',
      '--optimizer',
      'sgd',
      '--augment',
      'basic',
      '--model',
      file,
      '--epochs',
      '1',
      '--out',
      out,
    );
    expect(progress).toContain('its classifier stays, and labels follow it (Red, Blue)');
    expect(progress).not.toContain('new classifier');
    // Nothing is learned at this rate: the classifier knows the classes already, by its own numbers.
    expect((json.test as { accuracy: number }).accuracy).toBe(1);
    const best = await loadModel(join(out, 'best.safetensors'));
    expect(best.classNames).toEqual(['Red', 'Blue']);
    expect(best.layers.every(({ trainable }) => trainable)).toBe(true);
    await best.dispose();
    const found = await weightsOf(join(out, 'best.safetensors'));
    found['fc/kernel'].forEach((value, i) => expect(value).toBeCloseTo(reversed[0][1].data[i], 5));
    const page = await readFile(join(out, 'index.html'), 'utf8');
    expect(page).toContain('Red');
  });

  it('fine-tunes after the frozen epochs, and resumes to the bit', async () => {
    const common = ['--data', pets, '--model', net, '--preprocessing', '0-1', '--batch', '4', '--seed', '2'];
    const schedule = ['--epochs', '2', '--fine-tune', '2', '--augment', 'basic'];
    const whole = join(folder.path, 'whole');
    const { json, progress } = await train(...common, ...schedule, '--out', whole);
    expect(progress).toContain('2 epochs, then 2 epochs with everything trained');
    expect((json.epochs as { phase: string }[]).map(({ phase }) => phase)).toEqual([
      'frozen',
      'frozen',
      'fine-tuning',
      'fine-tuning',
    ]);
    const rows = (await readFile(join(whole, 'results.csv'), 'utf8')).trim().split('\n');
    expect(rows.map((row) => row.split(',').at(-1))).toEqual([
      'phase',
      'frozen',
      'frozen',
      'fine-tuning',
      'fine-tuning',
    ]);
    const page = await readFile(join(whole, 'index.html'), 'utf8');
    expect(page).toContain('2 with the classifier alone, 2 of fine-tuning');
    expect(page).toContain('fine-tuning →');
    for (const [place, steps] of [
      ['frozen', 3],
      ['fine-tuning', 12],
    ] as const) {
      const broken = join(folder.path, `broken-${place}`);
      await interruptedAfter(steps, () => train(...common, ...schedule, '--out', broken));
      expect(existsSync(join(broken, 'index.html')), place).toBe(false);
      await train('--resume', broken);
      expect(await weightsOf(join(broken, 'last.safetensors'))).toEqual(
        await weightsOf(join(whole, 'last.safetensors')),
      );
    }
    await expect(train('--resume', whole, '--fine-tune', '3')).rejects.toThrow(/--fine-tune 3: the run in .* has 2/);
    await expect(train('--resume', whole, '--epochs', '3')).rejects.toThrow(/--epochs 3: the run in .* has 2/);
  });

  it('keeps layers frozen that it is told to', async () => {
    const out = join(folder.path, 'layer');
    await train(
      '--data',
      pets,
      '--model',
      net,
      '--preprocessing',
      '0-1',
      '--freeze',
      'first',
      '--batch',
      '4',
      '--epochs',
      '1',
      '--fine-tune',
      '1',
      '--lr',
      '0.1',
      '--out',
      out,
    );
    const original = join(folder.path, 'original');
    await train('--data', pets, '--model', net, '--preprocessing', '0-1', '--out', original);
    const [tuned, frozen] = [
      await weightsOf(join(out, 'last.safetensors')),
      await weightsOf(join(original, 'last.safetensors')),
    ];
    expect(tuned['first/kernel']).toEqual(frozen['first/kernel']);
    expect(tuned['second/kernel']).not.toEqual(frozen['second/kernel']);
  });

  it('takes pictures of another size, and stops at broken ones where it is told to', async () => {
    const out = join(folder.path, 'larger');
    await train('--data', pets, '--model', net, '--input', '32x32x3', '--out', out);
    const model = await loadModel(join(out, 'last.safetensors'));
    expect(model.inputs[0].shape).toEqual([32, 32, 3]);
    await model.dispose();
    const torn = join(folder.path, 'torn');
    await drawClasses(torn, 8);
    await writeFile(join(torn, 'red', '3.png'), 'not a picture');
    const args = ['--data', torn, '--model', net, '--preprocessing', '0-1'];
    expect((await train(...args, '--out', join(folder.path, 'torn-run'))).progress).toMatch(/3\.png/);
    await expect(train(...args, '--strict', '--out', join(folder.path, 'strict-run'))).rejects.toThrow(/3\.png/);
  });

  it('stops early, reduces the rate and keeps checkpoints where it is asked to', async () => {
    const out = join(folder.path, 'early');
    const args = ['--data', 'xo', '--model', 'mnist_dense', '--optimizer', 'sgd', '--epochs', '9'];
    const early = ['--early-stopping', '2', '--reduce-lr', '1', '--checkpoint', 'epoch-{epoch:02d}.safetensors'];
    // Nothing is learned at this rate, so no epoch is better than the first.
    const { json } = await train(...args, ...early, '--lr', '1e-30', '--out', out);
    expect(json.epochs).toHaveLength(3);
    const kept = (await readdir(out)).filter((name) => name.startsWith('epoch-')).sort();
    expect(kept).toEqual(['epoch-01.safetensors', 'epoch-02.safetensors', 'epoch-03.safetensors']);
    const last = await loadModel(join(out, 'last.safetensors'));
    expect(last.optimizer!.learningRate).toBeCloseTo(1e-32, 36);
    await last.dispose();
    expect(await readFile(join(out, 'index.html'), 'utf8')).toContain('after 2 epochs without a lower validation loss');
    // Resumed, it is over; a run that was made for other epochs goes on.
    expect((await train('--resume', out)).json.epochs).toHaveLength(3);
    await expect(train('--resume', out, '--early-stopping', '3')).rejects.toThrow(
      /--early-stopping 3: the run in .* has 2/,
    );
    const no = ['--data', pets, '--model', net, '--preprocessing', '0-1', '--out', join(folder.path, 'no')];
    await expect(train(...no, '--fine-tune', '1', '--reduce-lr', '1')).rejects.toThrow(
      /--reduce-lr and --fine-tune exclude each other/,
    );
    await expect(train(...no, '--epochs', '1', '--early-stopping', '1')).rejects.toThrow(
      /--early-stopping and fine-tuning by --epochs exclude each other/,
    );
  });

  it('says what does not fit', async () => {
    const refuse = async (message: RegExp, ...args: string[]): Promise<void> =>
      expect(train('--epochs', '1', ...args)).rejects.toThrow(message);
    const both = ['--data', pets, '--model', net];
    await refuse(/--weights w\.safetensors: is for a model of the zoo/, ...both, '--weights', 'w.safetensors');
    await refuse(
      /--freeze stem: must be none, features, or a layer.*first, second, fc/,
      ...both,
      '--freeze',
      'stem',
      '--preprocessing',
      '0-1',
    );
    await refuse(/--freeze fc: leaves nothing to train/, ...both, '--freeze', 'fc', '--preprocessing', '0-1');
    // Long before anything is measured, and layers before pictures are even looked for.
    await refuse(/--freeze fc: leaves nothing to train/, ...both, '--freeze', 'fc');
    expect(lines.join('\n')).not.toContain('does not say how its pictures are prepared');
    const empty = join(folder.path, 'empty');
    await mkdir(empty);
    await refuse(/--freeze stem: .*first, second, fc/, '--data', empty, '--model', net, '--freeze', 'stem');
    await refuse(/with --freeze none, give --epochs alone/, ...both, '--freeze', 'none', '--fine-tune', '1');
    await refuse(
      /'mnist_cnn' is a model with fresh weights/,
      '--data',
      'xo',
      '--model',
      'mnist_cnn',
      '--fine-tune',
      '1',
    );
    await refuse(/gone\.onnx: there is no such file/, '--data', pets, '--model', 'gone.onnx');
    await refuse(/takes pictures of \[24, 24, 3\], 'xo' has/, '--data', 'xo', '--model', net);
    await refuse(/--epochs 0: leaves nothing to train/, ...both, '--epochs', '0');
    const lonely = join(folder.path, 'lonely');
    await drawClasses(lonely, 3, ['only']);
    await refuse(/class/, '--data', lonely, '--model', net);
  });
});

describe('train with a foreign model, other classes, and no epochs', () => {
  const common = (): string[] => ['--data', pets, '--model', net, '--preprocessing', '0-1'];

  it('solves the classifier on frozen features, and says so everywhere', async () => {
    const out = join(folder.path, 'solved');
    const { progress, json } = await train(...common(), '--seed', '3', '--out', out);
    expect(progress).toMatch(
      /Solving the classifier of net \(.* parameters, 18 of them trained\) on \d+ pictures of pets/,
    );
    expect(progress).toMatch(
      /Solved in .* on 8 features of \d+ pictures .*: C = .*; cross-validated on 5 parts, 100 % right\./,
    );
    expect(progress).toMatch(/Validation accuracy 100\.00 %, loss \d\.\d+\.\n/);
    expect(json).toMatchObject({
      epochs: [],
      testedOn: 'validation',
      test: { accuracy: 1 },
      head: { folds: 5, features: 8, training: { accuracy: 1 } },
    });
    expect((await readdir(out)).sort()).toEqual([
      'architecture.svg',
      'best.safetensors',
      'confusion.png',
      'confusion.svg',
      'head.json',
      'index.html',
      'last.safetensors',
      'penalties.csv',
      'penalties.png',
      'penalties.svg',
      'run.json',
    ]);
    const { arguments: run } = JSON.parse(await readFile(join(out, 'run.json'), 'utf8')) as { arguments: object };
    expect(run).toMatchObject({ head: 'solved', epochs: 0, freeze: 'features' });
    const page = await readFile(join(out, 'index.html'), 'utf8');
    expect(page).toContain('How its classifier was solved');
    expect(page).toContain('solved: logistic regression on standardized features');
    expect(page).not.toMatch(/How it learned|batch size|optimizer|learning rate|results\.csv/);
    const rows = (await readFile(join(out, 'penalties.csv'), 'utf8')).trim().split('\n');
    expect(rows[0]).toBe('C,loss,accuracy');
    expect(rows.length - 1).toBe((json.head as { penalties: unknown[] }).penalties.length);
    const best = await loadModel(join(out, 'best.safetensors'));
    expect(best.classNames).toEqual(['blue', 'red']);
    expect(best.preprocessing).toMatchObject({ size: [24, 24] });
    await best.dispose();
    // Features are as they were; another seed deals out other parts, the same seed the same.
    const again = join(folder.path, 'solved-again');
    expect((await train(...common(), '--seed', '3', '--out', again)).json.head).toMatchObject({
      penalties: (json.head as { penalties: unknown[] }).penalties,
    });
    expect(await weightsOf(join(again, 'best.safetensors'))).toEqual(await weightsOf(join(out, 'best.safetensors')));
    // Resumed, it is over: its page is written once more.
    const resumed = await train('--resume', again);
    expect(resumed.json).toMatchObject({ epochs: [], test: { accuracy: 1 }, head: { folds: 5 } });
    expect(resumed.progress).not.toContain('Solved in');
    await expect(train(...common(), '--out', out)).rejects.toThrow(/already holds a run/);
  });

  it('refuses what training by steps takes, and says what to do', async () => {
    const options = [
      ['--lr', '0.1'],
      ['--batch', '8'],
      ['--optimizer', 'sgd'],
      ['--early-stopping', '2'],
      ['--reduce-lr', '2'],
      ['--checkpoint', 'epoch.safetensors'],
    ];
    for (const [option, value] of options) {
      await expect(train(...common(), option, value), option).rejects.toThrow(
        new RegExp(
          `${option}: is for training by steps, .* is solved; leave it out, fine-tune with --epochs N, or train`,
        ),
      );
    }
  });

  it('sees augmented pictures beside the pictures where it is asked to', async () => {
    const { json, progress } = await train(...common(), '--augment', 'basic', '--out', join(folder.path, 'views'));
    const { examples } = json.head as { examples: number };
    expect(examples % 4).toBe(0);
    expect(progress).toMatch(/augmentation basic/);
    expect(json).toMatchObject({ test: { accuracy: 1 } });
  });

  it('tunes all layers for --epochs, from the solved classifier on, and resumes to the bit', async () => {
    const whole = join(folder.path, 'tuned');
    const { json, progress } = await train(...common(), '--batch', '4', '--epochs', '2', '--out', whole);
    expect(progress).toContain('then 2 epochs with everything trained, adam, batches of 4');
    expect((json.epochs as { phase: string }[]).map(({ phase }) => phase)).toEqual(['fine-tuning', 'fine-tuning']);
    expect((json.epochs as { accuracy: number }[])[0].accuracy).toBe(1);
    expect(json.head).toMatchObject({ folds: 5 });
    const page = await readFile(join(whole, 'index.html'), 'utf8');
    expect(page).toContain('How its classifier was solved');
    expect(page).toContain('How it learned');
    expect(page).toContain('2 of fine-tuning');
    const before = await weightsOf(join(folder.path, 'solved', 'best.safetensors'));
    const after = await weightsOf(join(whole, 'last.safetensors'));
    expect(after['first/kernel']).not.toEqual(before['first/kernel']);
    const broken = join(folder.path, 'tuned-broken');
    await interruptedAfter(3, () => train(...common(), '--batch', '4', '--epochs', '2', '--out', broken));
    const rest = await train('--resume', broken);
    expect(rest.progress).not.toContain('Solved in');
    expect(rest.json.head).toEqual(JSON.parse(await readFile(join(broken, 'head.json'), 'utf8')));
    expect(await weightsOf(join(broken, 'last.safetensors'))).toEqual(after);
    await expect(train('--resume', whole, '--epochs', '3')).rejects.toThrow(/--epochs 3: the run in .* has 2/);
  });

  it('says that nothing is kept where it is stopped before it is solved', async () => {
    const out = join(folder.path, 'stopped');
    const spy = vi.spyOn(ProgressLine.prototype, 'update').mockImplementation(() => process.emit('SIGINT'));
    try {
      const { json, progress } = await train(...common(), '--out', out);
      expect(progress).toContain(`Stopped before the classifier was solved. Start again with --out ${out}`);
      expect(json).toMatchObject({ interrupted: true });
      expect(process.exitCode).toBe(130);
    } finally {
      spy.mockRestore();
      process.exitCode = undefined;
    }
    await expect(train('--resume', out)).rejects.toThrow(
      /ended before it saved any weights; start it again with --out/,
    );
    expect((await train(...common(), '--out', out)).json).toMatchObject({ test: { accuracy: 1 } });
  });

  it('evens classes out, and solves what one picture of a class is there for', async () => {
    const uneven = join(folder.path, 'uneven');
    await drawClasses(join(uneven, 'train'), 12, ['blue']);
    await drawClasses(join(uneven, 'validation'), 3);
    await drawClasses(join(folder.path, 'few-red'), 1);
    await mkdir(join(uneven, 'train', 'red'));
    await copyFile(join(folder.path, 'few-red', 'red', '0.png'), join(uneven, 'train', 'red', '0.png'));
    const args = ['--data', uneven, '--model', net, '--preprocessing', '0-1', '--out', join(folder.path, 'uneven-run')];
    const { json, progress } = await train(...args);
    expect(progress).toContain('classes weigh alike, a picture of red 6.50 times');
    expect(json).toMatchObject({ test: { accuracy: 1 }, head: { classWeight: [13 / 24, 6.5] } });
  });
});

/** Stops a run as Ctrl-C does, after so many steps. */
async function interruptedAfter(steps: number, run: () => Promise<unknown>): Promise<void> {
  let done = 0;
  // What it does instead, drawing how far the epoch is, is not looked at.
  const spy = vi.spyOn(ProgressBar.prototype, 'onTrainBatchEnd').mockImplementation(() => {
    if (++done === steps) process.emit('SIGINT');
  });
  try {
    await run();
  } finally {
    spy.mockRestore();
  }
}

describe('with trained weights', () => {
  const root = process.env.STRIATE_DATA;
  it.skipIf(!root)(
    'SqueezeNet’s solved classifier tells cats from dogs after 160 photos, of seeds 1 to 3 (skipped without STRIATE_DATA)',
    async () => {
      const few = join(folder.path, 'few');
      for (const name of ['cats', 'dogs']) {
        await mkdir(join(few, name), { recursive: true });
        const files = (await readdir(join(root!, 'cats-dogs', 'train', name))).sort().slice(0, 100);
        for (const file of files) await copyFile(join(root!, 'cats-dogs', 'train', name, file), join(few, name, file));
      }
      const model = join(root!, 'pretrained', 'squeezenet1_1-imagenet.onnx');
      for (const seed of ['1', '2', '3']) {
        const out = join(folder.path, `cats-${seed}`);
        const { json, progress } = await train('--data', few, '--model', model, '--seed', seed, '--out', out);
        expect(progress).toContain('taken: rgb-means');
        expect((json.test as { accuracy: number }).accuracy).toBeGreaterThanOrEqual(0.9);
        const { seconds } = json.head as { seconds: { crossValidation: number; solving: number } };
        // Two seconds are what it may take for 2,000 photos on a quiet machine.
        expect(seconds.crossValidation + seconds.solving).toBeLessThan(10);
      }
    },
  );
});
