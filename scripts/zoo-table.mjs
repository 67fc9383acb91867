// Writes the table of architectures in docs/zoo.md, from the models themselves:
//
//   node scripts/zoo-table.mjs            writes it
//   node scripts/zoo-table.mjs --check    fails where it is not what it should be
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { zoo } from 'striate';

const path = fileURLToPath(new URL('../docs/zoo.md', import.meta.url));
const [begin, end] = ['<!-- written by scripts/zoo-table.mjs: begin -->', '<!-- end -->'];

const count = (number) => number.toLocaleString('en-US');
const authors = (names) => {
  const [first, second, ...others] = names.split(', ');
  return others.length > 0 ? `${first} et al.` : second ? `${first}, ${second}` : first;
};
const weightsOf = { striate: '–', pytorch_resnet_cifar10: 'akamaster’s' };

function row(name) {
  const { family, inputShape, paper, weightNames } = zoo.describe(name);
  const { parameters, multiplyAdds } = zoo.create(name).summarize();
  const cells = [
    `\`${name}\``,
    family,
    count(parameters),
    (multiplyAdds / 1e6).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
    inputShape.join('×'),
    weightsOf[weightNames] ?? weightNames,
    `[${authors(paper.authors)} ${paper.year}](${paper.url})`,
  ];
  return `| ${cells.join(' | ')} |`;
}

const table = [
  '| name | family | parameters | million multiply-adds | input | weights | published |',
  '| --- | --- | --: | --: | --- | --- | --- |',
  ...zoo.list().map(row),
].join('\n');

const now = await readFile(path, 'utf8');
const [before, after] = [now.indexOf(begin) + begin.length, now.indexOf(end)];
const whole = `${now.slice(0, before)}\n\n${table}\n\n${now.slice(after)}`;
const wanted = await format(whole, { ...(await resolveConfig(path)), filepath: path });
if (process.argv.includes('--check')) {
  if (now !== wanted) {
    console.error('docs/zoo.md: the table is not what the models give; write it again with node scripts/zoo-table.mjs');
    process.exitCode = 1;
  }
} else await writeFile(path, wanted);
