import { InvalidArgumentError, Option } from 'commander';

/** `--input 224x224x3`: the size of the pictures that a model is made for. */
export function inputShapeOption(when: string): Option {
  return new Option('--input <shape>', `height × width × channels, such as 224x224x3, ${when}`).argParser(inputShape);
}

/** [height, width, channels], for commander. */
export function inputShape(text: string): number[] {
  const shape = text.split(/[x×,]/).map(Number);
  if (shape.length !== 3 || shape.some((n) => !Number.isInteger(n) || n < 1)) {
    throw new InvalidArgumentError('It must be height × width × channels, such as 224x224x3.');
  }
  return shape;
}
