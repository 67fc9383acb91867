import { Command } from 'commander';
import { doctorCommand } from './doctor.js';
import { evaluateCommand } from './evaluate.js';
import { exitCodes, reportFailure } from './failure.js';
import { terminalOutput, type Output } from './output.js';
import { predictCommand } from './predict.js';
import { summaryCommand } from './summary.js';
import { trainCommand } from './train.js';
import { version } from './version.js';

/** Every command there is, in the order of the help. */
const commands: readonly ((output: Output) => Command)[] = [
  trainCommand,
  evaluateCommand,
  predictCommand,
  summaryCommand,
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
    process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.failed);
  });
  const output = terminalOutput();
  const program = new Command('striate')
    .description('Train, look inside and ship convolutional networks.')
    .version(version())
    .showHelpAfterError('(striate --help tells more)')
    .configureHelp({ showGlobalOptions: false });
  for (const command of commands) program.addCommand(command(output));
  for (const command of [program, ...program.commands]) command.exitOverride().showHelpAfterError(helpHint(command));
  const name = argv[2] ?? '';
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = reportFailure(error, program.commands.some((command) => command.name() === name) ? name : '');
  }
}

function helpHint(command: Command): string {
  return command.name() === 'striate' ? '(striate --help tells more)' : `(striate ${command.name()} --help tells more)`;
}
