/**
 * What many nodes have free, arranged so that a node with enough of everything is found without looking at all of them:
 * a binary tree over rows in which every inner node knows the most that any row below it has of each resource, and
 * which numbers of free devices occur below it.
 */

/** Rows are nodes, columns resources. All numbers are whole. */
export interface FreeTree {
  readonly rows: number;
  readonly columns: number;
  /** Leaves of the tree; a power of two. */
  readonly leaves: number;
  /** Per tree node and column the most below it; tree node 1 is the root, row r is tree node leaves + r. */
  readonly most: Float64Array;
  /** Per tree node one bit for every size of hole below it, see {@link holeBit}. */
  readonly holes: Uint32Array;
  /** 1 for the columns whose free amounts make up a hole. */
  readonly isDevice: Uint8Array;
}

/** An amount of one column. */
export type Need = readonly (readonly [column: number, amount: number])[];

/** The bit for a number of free devices: exact up to 23, coarser above. */
export function holeBit(devices: number): number {
  if (devices <= 23) return Math.max(0, devices);
  return Math.min(31, 24 + Math.floor(Math.log2(devices / 24)));
}

/** @param free per row the amounts of all columns, row after row */
export function freeTree(free: Float64Array, columns: number, isDevice: Uint8Array): FreeTree {
  const rows = columns === 0 ? 0 : free.length / columns;
  let leaves = 1;
  while (leaves < rows) leaves *= 2;
  const most = new Float64Array(2 * leaves * columns).fill(Number.NEGATIVE_INFINITY);
  most.set(free, leaves * columns);
  const tree = { rows, columns, leaves, most, holes: new Uint32Array(2 * leaves), isDevice };
  for (let row = 0; row < rows; row++) tree.holes[leaves + row] = holeOf(tree, leaves + row);
  for (let at = leaves - 1; at >= 1; at--) summarize(tree, at);
  return tree;
}

/** Changes what a row has free, by `times` the amounts. */
export function change(tree: FreeTree, row: number, amounts: Need, times: number): void {
  let at = tree.leaves + row;
  for (const [column, amount] of amounts) {
    const cell = at * tree.columns + column;
    tree.most[cell] = (tree.most[cell] ?? 0) + amount * times;
  }
  tree.holes[at] = holeOf(tree, at);
  for (at >>= 1; at >= 1; at >>= 1) summarize(tree, at);
}

export function freeOf(tree: FreeTree, row: number, column: number): number {
  return tree.most[(tree.leaves + row) * tree.columns + column] ?? 0;
}

/** Devices of all kinds that a row has free. */
export function devicesFree(tree: FreeTree, row: number): number {
  return devicesAt(tree, tree.leaves + row);
}

/**
 * The rows in `[from, to)` with enough of everything, in order, until `visit` returns true.
 *
 * @param bits only rows whose {@link holeBit} is among these
 * @returns the row at which it ended, or -1
 */
export function search(
  tree: FreeTree,
  [from, to]: readonly [number, number],
  need: Need,
  bits: number,
  visit: (row: number) => boolean,
): number {
  function below(at: number, first: number, width: number): number {
    if (first >= to || first + width <= from || !mayHold(tree, at, need, bits)) return -1;
    if (width === 1) return visit(first) ? first : -1;
    const half = width / 2;
    const left = below(2 * at, first, half);
    return left >= 0 ? left : below(2 * at + 1, first + half, half);
  }
  return from >= to ? -1 : below(1, 0, tree.leaves);
}

/** Every size of hole. */
export const ALL_HOLES = 0xffffffff;

/** Sizes of holes that occur at all. */
export function holesPresent(tree: FreeTree): number {
  return tree.holes[1] ?? 0;
}

function mayHold(tree: FreeTree, at: number, need: Need, bits: number): boolean {
  if (((tree.holes[at] ?? 0) & bits) === 0) return false;
  const base = at * tree.columns;
  for (const [column, amount] of need) if ((tree.most[base + column] ?? 0) < amount) return false;
  return true;
}

function summarize({ most, holes, columns }: FreeTree, at: number): void {
  const own = at * columns;
  const left = 2 * own;
  const right = left + columns;
  for (let column = 0; column < columns; column++) {
    const a = most[left + column] ?? 0;
    const b = most[right + column] ?? 0;
    most[own + column] = a > b ? a : b;
  }
  holes[at] = (holes[2 * at] ?? 0) | (holes[2 * at + 1] ?? 0);
}

function holeOf(tree: FreeTree, at: number): number {
  return 2 ** holeBit(devicesAt(tree, at));
}

function devicesAt({ most, columns, isDevice }: FreeTree, at: number): number {
  let sum = 0;
  for (let column = 0; column < columns; column++) {
    if (isDevice[column] === 1) sum += Math.max(0, most[at * columns + column] ?? 0);
  }
  return sum;
}
