import { boxesOfCells, type CellBoxes } from '../../shared/superpixel/cell-boxes.ts'
import { clampCount } from '../../shared/superpixel/cut.ts'
import type { Hierarchy } from '../../shared/superpixel/hierarchy.ts'
import { noSplits } from '../../shared/superpixel/refinement.ts'
import { leafRunsOf } from '../../shared/superpixel/selection.ts'
import type { ImagePoint } from '../../shared/tools/tool-event.ts'

/** The cells of one level, numbered from the first leaf on. */
export type Level = {
  readonly count: number
  readonly cells: CellBoxes
  /** The cell of each leaf. */
  readonly cellOf: Uint32Array
  /** A pixel in the middle of a cell. */
  middle(cell: number): ImagePoint
}

/** Levels of one image, each made once. */
export class Levels {
  readonly hierarchy: Hierarchy
  /** Pairs of leaves that are beside each other, each once. */
  readonly edges: Uint32Array
  readonly #levels = new Map<number, Level>()

  constructor(hierarchy: Hierarchy) {
    this.hierarchy = hierarchy
    this.edges = edgesOf(hierarchy)
  }

  at(count: number): Level {
    const clamped = clampCount(this.hierarchy, count)
    let level = this.#levels.get(clamped)
    if (!level) {
      level = levelOf(this.hierarchy, clamped)
      this.#levels.set(clamped, level)
    }
    return level
  }
}

function levelOf(h: Hierarchy, count: number): Level {
  const cells = boxesOfCells(h, count, noSplits)
  const cellOf = new Uint32Array(h.leafCount)
  for (let cell = 0; 2 * cell < cells.ranges.length; cell++) {
    cellOf.fill(cell, cells.ranges[2 * cell]!, cells.ranges[2 * cell + 1]!)
  }
  const middles = new Map<number, ImagePoint>()
  return {
    count,
    cells,
    cellOf,
    middle(cell) {
      let at = middles.get(cell)
      if (!at) {
        at = middleOf(h, cells.ranges[2 * cell]!, cells.ranges[2 * cell + 1]!)
        middles.set(cell, at)
      }
      return at
    },
  }
}

/** Of the pixels of leaves [lo, hi) the one nearest to their mean; of equals the first. Its centre. */
function middleOf(h: Hierarchy, lo: number, hi: number): ImagePoint {
  const runs = leafRunsOf(h, lo, hi)
  let [sumX, sumY, area] = [0, 0, 0]
  for (let i = 0; i < runs.length; i += 2) {
    const length = runs[i + 1]!
    const y = Math.floor(runs[i]! / h.width)
    const x = runs[i]! - y * h.width
    area += length
    sumY += y * length
    sumX += x * length + (length * (length - 1)) / 2
  }
  const [meanX, meanY] = [sumX / area, sumY / area]
  let [best, bestX, bestY] = [Number.POSITIVE_INFINITY, 0, 0]
  for (let i = 0; i < runs.length; i += 2) {
    const y = Math.floor(runs[i]! / h.width)
    const first = runs[i]! - y * h.width
    const x = Math.min(Math.max(Math.round(meanX), first), first + runs[i + 1]! - 1)
    const off = (x - meanX) ** 2 + (y - meanY) ** 2
    if (off < best || (off === best && y * h.width + x < bestY * h.width + bestX))
      [best, bestX, bestY] = [off, x, y]
  }
  return { x: bestX + 0.5, y: bestY + 0.5 }
}

function edgesOf({ leaf, leafCount, width }: Hierarchy): Uint32Array {
  const seen = new Set<number>()
  for (let p = 0; p < leaf.length; p++) {
    for (const next of [(p + 1) % width === 0 ? p : p + 1, p + width < leaf.length ? p + width : p]) {
      const [a, b] = [leaf[p]!, leaf[next]!]
      if (a !== b) seen.add(Math.min(a, b) * leafCount + Math.max(a, b))
    }
  }
  return Uint32Array.from([...seen].flatMap((pair) => [Math.floor(pair / leafCount), pair % leafCount]))
}
