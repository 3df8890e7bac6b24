/** A version as far as history goes. A parent always has a lower number than its child. */
export type VersionNode = {
  readonly id: string
  readonly number: number
  readonly parents: readonly string[]
}

/** What two versions come from. */
export type CommonBase = {
  /** Null when they have nothing in common. */
  readonly base: string | null
  /** Other best common ancestors: not empty when histories cross, as after two merges in opposite directions. */
  readonly others: readonly string[]
}

/** Questions about a history. All of them take ids that are in it. */
export type VersionGraph = {
  /** The version itself and all it comes from. */
  ancestors(id: string): ReadonlySet<string>
  /** Whether `id` comes from `ancestor`, over any number of steps, or is it. */
  descends(id: string, ancestor: string): boolean
  /**
   * The best common ancestor: one that no other common ancestor comes from. Of several, which histories that cross have,
   * the one with the highest number: it was made last, so least of what both sides share counts as changed twice.
   */
  base(a: string, b: string): CommonBase
  /** Versions that nothing came after, newest first. */
  tips(): readonly string[]
}

export function createGraph(nodes: readonly VersionNode[]): VersionGraph {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parentsOf = (id: string) => (byId.get(id)?.parents ?? []).filter((parent) => byId.has(parent))
  const newestFirst = (a: string, b: string) => byId.get(b)!.number - byId.get(a)!.number

  function ancestors(id: string): Set<string> {
    const found = new Set<string>()
    const open = [id]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (found.has(next)) continue
      found.add(next)
      open.push(...parentsOf(next))
    }
    return found
  }

  return {
    ancestors,
    descends: (id, ancestor) => ancestors(id).has(ancestor),

    base(a, b) {
      const ofB = ancestors(b)
      const common = [...ancestors(a)].filter((id) => ofB.has(id)).sort(newestFirst)
      // Newest first, so whatever a best one covers comes after it.
      const covered = new Set<string>()
      const best: string[] = []
      for (const id of common) {
        if (covered.has(id)) continue
        best.push(id)
        for (const older of ancestors(id)) covered.add(older)
      }
      const [base = null, ...others] = best
      return { base, others }
    },

    tips() {
      const parents = new Set(nodes.flatMap((node) => node.parents))
      return nodes
        .map(({ id }) => id)
        .filter((id) => !parents.has(id))
        .sort(newestFirst)
    },
  }
}
