import { describe, expect, it } from 'vitest';
import { printedOutput } from '../../test/printed.js';
import { commandLine } from './main.js';
import { withOptionMeant } from './optionSpellings.js';

const program = commandLine(printedOutput().output);
const said = (command: string, option: string): string =>
  withOptionMeant(
    program.commands.find((one) => one.name() === command)!,
    `unknown option '${option}'`,
  );

describe("options by other programs' names", () => {
  it.each([
    ['train', '--batch-size', '--batch'],
    ['train', '--batch_size=8', '--batch'],
    ['train', '--learning-rate', '--lr'],
    ['train', '--num-epochs', '--epochs'],
    ['train', '--output-dir', '--out'],
    ['export', '--out', '--output'],
    ['train', '--arch', '--model'],
    ['train', '--img-size', '--input'],
    ['train', '--num-workers', '--threads'],
    ['train', '--finetune', '--fine-tune'],
    ['predict', '--topk', '--top'],
    ['predict', '--checkpoint', '--weights'],
  ])('%s %s: %s', (command, option, meant) => {
    expect(said(command, option)).toBe(`unknown option '${option}' (did you mean ${meant}?)`);
  });

  it('says so where nothing is to be chosen, and nothing where nothing is known', () => {
    expect(said('train', '--device')).toMatch(/'--device'; leave it out: everything is computed on the processor/);
    expect(said('train', '--val-split')).toMatch(/folders train, val and test/);
    expect(said('predict', '--early-stop-nothing')).toBe("unknown option '--early-stop-nothing'");
    expect(withOptionMeant(program, 'missing required argument')).toBe('missing required argument');
  });
});
