import { nodeAt, nodesOfLeaves, recut } from './cut.ts'
import { endLeaf, firstLeaf, type Hierarchy } from './hierarchy.ts'
import { noSplits, refinedNodeAt, type Splits } from './refinement.ts'

/**
 * The cell of every leaf, kept while level and splits change: what that costs follows the cells that change, not the
 * image. 4 bytes a leaf.
 */
export class CellMap {
  readonly hierarchy: Hierarchy
  /** The cell of each leaf, as a node. */
  readonly nodes: Uint32Array
  #count: number
  #splits: Splits = noSplits

  constructor(hierarchy: Hierarchy, count: number) {
    this.hierarchy = hierarchy
    this.nodes = nodesOfLeaves(hierarchy, count)
    this.#count = count
  }

  /** `changed` gets ranges of leaves that are parts of other cells now; they may overlap. */
  show(count: number, splits: Splits, changed: (lo: number, hi: number) => void = () => {}): void {
    if (count !== this.#count) {
      for (const node of this.#splits) this.#refill(node, noSplits, changed)
      recut(this.hierarchy, this.nodes, this.#count, count, changed)
      this.#count = count
      for (const node of splits) this.#refill(node, splits, changed)
    } else if (splits !== this.#splits) {
      for (const node of this.#splits) if (!splits.has(node)) this.#refill(node, splits, changed)
      for (const node of splits) if (!this.#splits.has(node)) this.#refill(node, splits, changed)
    }
    this.#splits = splits
  }

  /** Looks up the cells within `split` anew, unless it is larger than cells are at this level and so splits nothing. */
  #refill(split: number, splits: Splits, changed: (lo: number, hi: number) => void): void {
    const { hierarchy: h, nodes } = this
    const lo = firstLeaf(h, split)
    const hi = endLeaf(h, split)
    if (endLeaf(h, nodeAt(h, lo, this.#count)) < hi) return
    let isSame = true
    for (let leaf = lo; leaf < hi; ) {
      const cell = refinedNodeAt(h, leaf, this.#count, splits)
      const end = Math.min(hi, endLeaf(h, cell))
      // Each leaf: another split within this one may have been looked up before.
      for (; leaf < end; leaf++) {
        isSame &&= nodes[leaf] === cell
        nodes[leaf] = cell
      }
    }
    if (!isSame) changed(lo, hi)
  }
}
