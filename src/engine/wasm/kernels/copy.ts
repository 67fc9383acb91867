// Copies words.

@unmanaged
class CopyArgs {
  x: usize;
  y: usize;
  count: i32;
}

/** y = x, word by word; one tile. */
export function copy(at: usize, tile: i32, worker: i32): void {
  const args = changetype<CopyArgs>(at);
  memory.copy(args.y, args.x, (<usize>args.count) << 2);
}
