/** Squares are divided into four at most this many times: nearer points count as one place. */
const deepest = 40;

/** What a square has in the tree: the number of its first part, or that it has none. */
const leaf = -1;

/**
 * The forces by which points in the plane push each other away in t-SNE, by Barnes and Hut (van der Maaten 2014): a square that
 * is seen from a point at a small angle counts as one point in its middle of mass. The memory is kept from call to call.
 */
export class Repulsion {
  private nodes = 0;
  private children: Int32Array;
  private counts: Int32Array;
  /** The middle of mass of each square; of a leaf, the place of its points. */
  private massX: Float64Array;
  private massY: Float64Array;
  private readonly stack = new Int32Array(4 * deepest + 4);
  private readonly widths = new Float64Array(4 * deepest + 4);

  /** @param count how many points there are */
  constructor(private readonly count: number) {
    const room = 8 * count + 64;
    this.children = new Int32Array(room);
    this.counts = new Int32Array(room);
    this.massX = new Float64Array(room);
    this.massY = new Float64Array(room);
  }

  /**
   * Writes to `forces` what pushes each point, not yet divided by the sum of all pairs' closeness.
   *
   * @param places 2 numbers for each point
   * @param angle the largest angle, as width by distance, at which a square counts as one point; 0 computes every pair
   * @returns the sum of all pairs' closeness
   */
  compute(places: Float64Array, angle: number, forces: Float64Array): number {
    const width = this.build(places);
    let total = 0;
    for (let i = 0; i < this.count; i++) total += this.push(i, places, width, angle * angle, forces);
    return total;
  }

  /** Puts all points into a tree of squares; gives the width of the outermost. */
  private build(places: Float64Array): number {
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let i = 0; i < 2 * this.count; i += 2) {
      left = Math.min(left, places[i]);
      right = Math.max(right, places[i]);
      top = Math.min(top, places[i + 1]);
      bottom = Math.max(bottom, places[i + 1]);
    }
    const width = Math.max(right - left, bottom - top, Number.MIN_VALUE) * (1 + 1e-9);
    this.nodes = 0;
    this.add(0, 0, 0);
    this.counts[0] = 0;
    for (let i = 0; i < this.count; i++) this.insert(places[2 * i], places[2 * i + 1], left, top, width);
    return width;
  }

  /** Puts one point into its leaf; a leaf that has one elsewhere is divided. */
  private insert(x: number, y: number, left: number, top: number, width: number): void {
    let node = 0;
    for (let depth = 0; ; depth++) {
      const own = this.counts[node];
      const isLeaf = this.children[node] === leaf;
      const { massX, massY } = this;
      const [beforeX, beforeY] = [massX[node], massY[node]];
      this.counts[node] = own + 1;
      // A leaf stays where its first point is, to the bit.
      if (own > 0 && isLeaf && ((beforeX === x && beforeY === y) || depth >= deepest)) return;
      massX[node] = (beforeX * own + x) / (own + 1);
      massY[node] = (beforeY * own + y) / (own + 1);
      if (own === 0) return;
      if (isLeaf) this.divide(node, own, beforeX, beforeY, left, top, width);
      width /= 2;
      const [isRight, isBelow] = [x >= left + width, y >= top + width];
      if (isRight) left += width;
      if (isBelow) top += width;
      node = this.children[node] + Number(isRight) + 2 * Number(isBelow);
    }
  }

  /** Gives a leaf four parts, of which one has its points. */
  private divide(node: number, own: number, x: number, y: number, left: number, top: number, width: number): void {
    const half = width / 2;
    const place = Number(x >= left + half) + 2 * Number(y >= top + half);
    const first = this.nodes;
    for (let part = 0; part < 4; part++) this.add(part === place ? own : 0, x, y);
    this.children[node] = first;
  }

  private add(own: number, x: number, y: number): void {
    if (this.nodes === this.counts.length) this.grow();
    const node = this.nodes++;
    this.children[node] = leaf;
    this.counts[node] = own;
    this.massX[node] = own === 0 ? 0 : x;
    this.massY[node] = own === 0 ? 0 : y;
  }

  private grow(): void {
    const room = 2 * this.counts.length;
    const larger = <T extends Int32Array | Float64Array>(old: T, made: T): T => {
      made.set(old);
      return made;
    };
    this.children = larger(this.children, new Int32Array(room));
    this.counts = larger(this.counts, new Int32Array(room));
    this.massX = larger(this.massX, new Float64Array(room));
    this.massY = larger(this.massY, new Float64Array(room));
  }

  /** The force on one point; gives its closeness to all others. */
  private push(i: number, places: Float64Array, width: number, angle2: number, forces: Float64Array): number {
    const { stack, widths, children, counts, massX, massY } = this;
    const [x, y] = [places[2 * i], places[2 * i + 1]];
    let [forceX, forceY, total] = [0, 0, 0];
    let top = 1;
    stack[0] = 0;
    widths[0] = width;
    while (top > 0) {
      const node = stack[--top];
      const own = counts[node];
      if (own === 0) continue;
      const dx = x - massX[node];
      const dy = y - massY[node];
      const square = dx * dx + dy * dy;
      const side = widths[top];
      const first = children[node];
      if (first === leaf || side * side < angle2 * square) {
        // At the very place of a leaf, one of its points is this one.
        const weight = first === leaf && square === 0 ? own - 1 : own;
        const closeness = 1 / (1 + square);
        const share = weight * closeness;
        total += share;
        forceX += share * closeness * dx;
        forceY += share * closeness * dy;
        continue;
      }
      for (let part = 0; part < 4; part++) {
        stack[top] = first + part;
        widths[top++] = side / 2;
      }
    }
    forces[2 * i] = forceX;
    forces[2 * i + 1] = forceY;
    return total;
  }
}
