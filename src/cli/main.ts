import { Command } from 'commander';
import { dataCommand } from './data.js';
import { doctorCommand } from './doctor.js';
import { evaluateCommand } from './evaluate.js';
import { commandPath, helpEnd } from './examples.js';
import { explainCommand } from './explain/explain.js';
import { exportCommand } from './export.js';
import { exitCodes, reportFailure, usageText } from './failure.js';
import { withOptionMeant } from './optionSpellings.js';
import { importCommand } from './import.js';
import { modelsCommand } from './models.js';
import { terminalOutput, type Output } from './output.js';
import { expectOutputFolders } from './outputFiles.js';
import { predictCommand } from './predict.js';
import { runCommand } from './run.js';
import { projectCommand } from './project.js';
import { searchCommand } from './search/search.js';
import { studioCommand } from './studio.js';
import { summaryCommand } from './summary.js';
import { trainCommand } from './train/train.js';
import { systemFailure } from '../platform/systemErrors.js';
import { printable } from '../tensor/error.js';
import { version } from './version.js';

/** Every command there is, in the order of the help. */
const commands: readonly ((output: Output) => Command)[] = [
  studioCommand,
  trainCommand,
  evaluateCommand,
  predictCommand,
  explainCommand,
  projectCommand,
  searchCommand,
  runCommand,
  importCommand,
  exportCommand,
  modelsCommand,
  summaryCommand,
  dataCommand,
  doctorCommand,
];

/**
 * Runs the command line and sets the process's exit code.
 *
 * @param argv as in `process.argv`: the interpreter, the script, then the arguments
 */
export async function main(argv: readonly string[]): Promise<void> {
  // A reader that hangs up (`striate … | head`) is no mistake.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.done);
    process.exit(reportFailure(systemFailure('standard output cannot be written', error), name));
  });
  // Who does not read what is told of progress need not stop the work.
  process.stderr.on('error', () => undefined);
  const output = terminalOutput();
  let name = '';
  /** What was said of a wrong call. */
  let usage: string | undefined;
  const program = commandLine(output);
  for (const command of withThoseBelow(program)) {
    const outputError = (text: string, write: (line: string) => void): void => {
      usage = withOptionMeant(command, usageText(text));
      write(printable(usageLine(command, usage)));
    };
    command.exitOverride().configureOutput({ outputError });
  }
  name = program.commands.find((command) => command.name() === argv[2])?.name() ?? '';
  const json = argv.includes('--json') ? (object: object): void => output.json(object) : undefined;
  // What goes wrong outside of the command's own course, in an event, is reported like everything else.
  process.on('uncaughtException', (error) => process.exit(reportFailure(error, name, json)));
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = reportFailure(error, name, json, usage);
  }
}

/** The program with all its commands. */
export function commandLine(output: Output): Command {
  const program = new Command('striate')
    .description('Train, look inside and ship convolutional networks.')
    .version(version())
    .configureHelp({ showGlobalOptions: false })
    .hook('preAction', (_, command) => expectOutputFolders(command));
  for (const command of commands) program.addCommand(command(output));
  for (const command of withThoseBelow(program)) command.addHelpText('after', () => helpEnd(command));
  return program;
}

/** A command, and all that belong to it. */
export function withThoseBelow(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withThoseBelow)];
}

/** Commander's message of a wrong call as one line, in the form of all others. */
function usageLine(command: Command, said: string): string {
  const path = `striate ${commandPath(command)}`.trimEnd();
  return `${path}: ${said}; ${path} --help tells more\n`;
}
