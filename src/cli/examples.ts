import type { Command } from 'commander';
import { invocation } from './invocation.js';

/** Calls of each command, as people begin with them: what comes behind the command's name. */
const examples: Readonly<Record<string, readonly string[]>> = {
  studio: ['', '--data photos/ --model theirs.onnx', '--port 8080 --no-open'],
  train: [
    '--data digits --model mnist_cnn --epochs 3',
    '--data photos/ --model squeezenet1_1 --weights imagenet',
    '--data photos/ --model theirs.onnx --epochs 5 --augment basic',
    '--task detect --data slides/ --model mobilenet_v3_large --weights imagenet --epochs 30',
    '--task segment --data scenes --model unet',
    '--resume runs/mnist_cnn-digits-1',
  ],
  evaluate: [
    'runs/mnist_cnn-digits-1 --data digits',
    'resnet18 --weights imagenet --data photos/ --out evaluation',
    'theirs.onnx --data photos/ --part validation --json',
    'cells.safetensors --data slides/ --out evaluation',
  ],
  predict: [
    'runs/mnist_cnn-digits-1 seven.png',
    'squeezenet1_1 --weights imagenet elephants.jpg --top 3',
    'theirs.onnx holiday/ --csv holiday.csv',
    'ssdlite320_mobilenet_v3_large --weights coco street.jpg --output drawn.png',
    'cells.safetensors slides/ --output found/ --threshold 0.3',
    'cells.safetensors slides/ --output results.json',
  ],
  explain: [
    'squeezenet1_1 elephants.jpg --weights imagenet',
    'theirs.onnx cat-and-dog.png --target cat-dog --method grad-cam,integrated-gradients --output why/',
    'theirs.onnx elephants.jpg --output map.npy',
    'cells.safetensors slide.png --target 1 --target cell --output why/',
    'theirs.onnx --filters features.11.squeeze --output filters/',
    'theirs.onnx --activations elephants.jpg --output activations.html',
    'theirs.onnx --rank photos/ --limit 8',
  ],
  project: [
    'runs/mnist_cnn-digits-1 --data digits',
    'squeezenet1_1 --weights imagenet --data photos/ --method umap --output map/',
    'theirs.onnx --data photos/ --method tsne --perplexity 20 --output map.html',
  ],
  search: [],
  'search build': ['photos/ --model squeezenet1_1 --weights imagenet --output photos.safetensors'],
  'search query': ['photos.safetensors elephants.jpg --top 10 --page found.html'],
  run: ['resnet18 --weights imagenet --input x.npy --output y.npy --layout NCHW'],
  import: ['theirs.onnx --output theirs.safetensors', 'weights.pth --model resnet18 --output resnet18.safetensors'],
  export: [
    'runs/mnist_cnn-digits-1 --output digits.onnx --verify',
    'resnet18 --weights imagenet --output resnet18.keras',
  ],
  models: ['--family ResNet', '--max-parameters 5000000 --json'],
  summary: ['resnet18', 'theirs.onnx --input 96x96x3 --svg theirs.svg'],
  data: [],
  'data preview': ['photos/ --augment basic --output preview.png'],
  'data info': ['photos/'],
  doctor: ['', '--json'],
};

/** A command's name with those above it, without the program's: `data info`. */
export function commandPath(command: Command): string {
  const names: string[] = [];
  for (let at: Command | null = command; at?.parent; at = at.parent) names.unshift(at.name());
  return names.join(' ');
}

/** The end of a command's help: examples that can be pasted; of the whole program, exit codes. */
export function helpEnd(command: Command): string {
  const path = commandPath(command);
  if (path === '') {
    return `
Everything that a command finds out goes to standard output, its progress to standard error; with --json the last line of
standard output is one JSON object, which holds "error" { where, rule, received, advice } where something went wrong.
Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped with Ctrl-C.
Try: ${invocation()} train --data digits --model mnist_cnn --epochs 3`;
  }
  const own = Object.entries(examples).filter(([name]) => name === path || name.startsWith(`${path} `));
  const lines = own.flatMap(([name, calls]) => calls.map((call) => `  ${invocation()} ${name} ${call}`.trimEnd()));
  return `\n${lines.length === 1 ? 'Example' : 'Examples'}:\n${lines.join('\n')}`;
}
