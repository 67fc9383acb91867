/** The name of a kernel: of a function that the WebAssembly module exports (kernels/index.ts). */
export type KernelName = string & {};

/** A block of the arena whose place is decided by the memory planner, from the first to the last step that names it. */
export class Block {
  constructor(
    readonly bytes: number,
    readonly label: string,
    /** Pinned blocks (outputs, variables, constants) keep their place for the program's whole life. */
    readonly pinned = false,
  ) {}

  /** A place inside the block, in bytes from its start. */
  at(offset: number): Place {
    return { block: this, offset };
  }
}

/** An address inside a block. */
export interface Place {
  readonly block: Block;
  readonly offset: number;
}

/** A float32 argument; a plain number is an int32. */
export interface Float {
  readonly float: number;
}

/** An argument of a kernel: a whole number, a float or an address, one 32-bit word each. */
export type Argument = number | Float | Block | Place;

/** Arguments in their order, grouped at will. */
export type Arguments = readonly (Argument | Arguments)[];

const isGroup = (argument: Argument | Arguments): argument is Arguments => Array.isArray(argument);

/** Arguments without their groups. */
export function ungrouped(args: Arguments): Argument[] {
  return args.flatMap((argument) => (isGroup(argument) ? ungrouped(argument) : [argument]));
}

/** The block that an argument names, if it names one. */
export function blockOf(argument: Argument): Block | undefined {
  if (argument instanceof Block) return argument;
  return typeof argument === 'object' && 'block' in argument ? argument.block : undefined;
}

/** Marks a number as a float32 argument. */
export const float = (value: number): Float => ({ float: value });

/**
 * One kernel over a number of tiles. All tiles of a step may run at once, in any order, on any worker; a step begins when
 * all tiles of the one before it have ended.
 */
export interface Step {
  readonly kernel: KernelName;
  readonly args: readonly Argument[];
  readonly tiles: number;
  /** The node it computes, for profiles and error messages. */
  readonly label: string;
}
