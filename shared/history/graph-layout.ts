import type { VersionNode } from './graph.ts'

/** A line between the row of a version and the row below it, from one lane to another. */
export type GraphLine = { readonly from: number; readonly to: number }

/** One version in a drawing of the history. */
export type GraphRow = {
  readonly id: string
  /** Counted from the left, from 0. */
  readonly lane: number
  /** Lanes that pass this row without being at it, and go on below. */
  readonly passing: readonly number[]
  /** What leads down to the next row: from this version to its parents, and every lane that passes. By `from`, then `to`. */
  readonly lines: readonly GraphLine[]
}

export type GraphLayout = {
  /** Newest first. */
  readonly rows: readonly GraphRow[]
  /** How many lanes the widest row has. */
  readonly width: number
}

/**
 * Places versions in lanes, so that lines between a version and its parents meet no other version. The first parents of
 * `head` stand in lane 0; every other line has a lane from its newest version down to where it joins another. The same
 * history gives the same drawing.
 */
export function layoutGraph(nodes: readonly VersionNode[], head: string | null): GraphLayout {
  const sorted = [...nodes].sort((a, b) => b.number - a.number)
  const known = new Set(sorted.map(({ id }) => id))
  /** The version that each lane leads down to; null when it is free. */
  const lanes: (string | null)[] = head !== null && known.has(head) ? [head] : []
  /** Lane 0 is kept for the head; until something leads there, nothing is drawn in it. */
  let isTrunkDrawn = lanes.length === 0
  let width = lanes.length
  const rows: GraphRow[] = []

  function free(): number {
    const found = lanes.indexOf(null)
    return found === -1 ? lanes.length : found
  }

  for (const { id, parents } of sorted) {
    const awaited = lanes.indexOf(id)
    const lane = awaited === -1 ? free() : awaited
    const passing = lanes.flatMap((target, i) =>
      target === null || i === lane || (i === 0 && !isTrunkDrawn) ? [] : [i],
    )
    const leads = new Map(passing.map((i) => [i, i]))
    lanes[lane] = null
    const lines: GraphLine[] = []
    for (const [i, parent] of parents.filter((each) => known.has(each)).entries()) {
      const there = lanes.indexOf(parent)
      // The line of first parents below the head stays in lane 0, and whoever waits for them elsewhere comes over.
      const staysInTrunk = i === 0 && lane === 0 && there !== -1
      const to = there !== -1 && !staysInTrunk ? there : i === 0 ? lane : free()
      if (staysInTrunk) {
        lanes[there] = null
        leads.set(there, 0)
      }
      lanes[to] = parent
      lines.push({ from: lane, to })
    }
    for (const [from, to] of leads) lines.push({ from, to })
    if (lane === 0 || lines.some(({ to }) => to === 0)) isTrunkDrawn = true
    width = Math.max(width, lanes.length)
    while (lanes.length > 0 && lanes.at(-1) === null) lanes.pop()
    rows.push({ id, lane, passing, lines: lines.sort((a, b) => a.from - b.from || a.to - b.to) })
  }
  return { rows, width }
}
