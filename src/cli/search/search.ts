import { Command } from 'commander';
import type { Output } from '../output.js';
import { searchBuildCommand } from './searchBuild.js';
import { searchQueryCommand } from './searchQuery.js';

/** `striate search`: finds similar pictures by what a model sees in them. */
export function searchCommand(output: Output): Command {
  return new Command('search')
    .description('find similar pictures by a model’s embedding')
    .addCommand(searchBuildCommand(output))
    .addCommand(searchQueryCommand(output));
}
