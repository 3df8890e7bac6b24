import type { Hierarchy } from '../../shared/superpixel/hierarchy.ts'
import { componentCount, partitionOf } from '../../test/support/partition.ts'

/** How many superpixels the protocol asks for, exactly. */
export const counts = [100, 200, 400, 600, 1000] as const

export type Cut = { readonly asked: number; readonly label: Uint32Array; readonly count: number }

/** The partitions into `counts`, coarsest first. */
export function cutsOf(h: Hierarchy): Cut[] {
  return counts.map((asked) => ({ asked, ...partitionOf(h, asked) }))
}

/** The leaves themselves, which every cut must be made of. */
export function leavesOf(h: Hierarchy): Cut {
  return { asked: h.leafCount, label: h.leaf, count: h.leafCount }
}

/**
 * What is wrong with cuts, given from the coarsest to the finest, as sentences: each must have exactly the superpixels
 * asked for, each of these one 4-connected piece, and must be nested in the next.
 */
export function faultsOf(cuts: readonly Cut[], width: number): string[] {
  const faults: string[] = []
  for (const [i, { asked, label, count }] of cuts.entries()) {
    const components = componentCount(label, width)
    if (count !== asked) faults.push(`${count} superpixels where ${asked} were asked for`)
    if (components !== count) faults.push(`${count} superpixels at ${asked} lie in ${components} pieces`)
    const finer = cuts[i + 1]
    if (finer && !isNested(finer.label, label)) {
      faults.push(`a superpixel of ${finer.asked} lies in several of ${asked}`)
    }
  }
  return faults
}

function isNested(finer: Uint32Array, coarser: Uint32Array): boolean {
  const parent = new Map<number, number>()
  for (let p = 0; p < finer.length; p++) {
    const known = parent.get(finer[p]!)
    if (known === undefined) parent.set(finer[p]!, coarser[p]!)
    else if (known !== coarser[p]) return false
  }
  return true
}
