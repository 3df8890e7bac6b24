import type { Runs } from './runs.ts'

/**
 * The parts of a set of pixels that hang together, by their first pixels. `diagonal`: over corners too, 8 neighbours
 * and not 4. Looks at runs only, so it costs what the outline costs.
 */
export function partsOfRuns(runs: Runs, width: number, diagonal: boolean): Runs[] {
  const count = runs.length / 2
  const parent = new Uint32Array(count)
  const rows = new Uint32Array(count)
  for (let i = 0; i < count; i++) {
    parent[i] = i
    rows[i] = Math.floor(runs[2 * i]! / width)
  }
  const rootOf = (run: number): number => {
    let at = run
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!
      at = parent[at]!
    }
    return at
  }
  const reach = diagonal ? 1 : 0
  let above = 0
  for (let i = 0; i < count; i++) {
    // Where the run would lie one row higher.
    const start = runs[2 * i]! - width
    const end = start + runs[2 * i + 1]!
    const row = rows[i]! - 1
    // What ends before this run begins touches no later one of the row either.
    while (
      above < i &&
      (rows[above]! < row ||
        (rows[above] === row && runs[2 * above]! + runs[2 * above + 1]! + reach <= start))
    )
      above++
    for (let k = above; k < i && rows[k] === row && runs[2 * k]! < end + reach; k++) {
      const [a, b] = [rootOf(k), rootOf(i)]
      // The first run of a part is its root.
      if (a < b) parent[b] = a
      else parent[a] = b
    }
  }
  return gathered(runs, rootOf)
}

function gathered(runs: Runs, rootOf: (run: number) => number): Runs[] {
  const count = runs.length / 2
  const lengths = new Uint32Array(count)
  for (let i = 0; i < count; i++) lengths[rootOf(i)]! += 2
  const places = new Map<number, number>()
  const parts: Runs[] = []
  const written: number[] = []
  for (let i = 0; i < count; i++) {
    const root = rootOf(i)
    let place = places.get(root)
    if (place === undefined) {
      place = parts.length
      places.set(root, place)
      parts.push(new Uint32Array(lengths[root]!))
      written.push(0)
    }
    parts[place]!.set(runs.subarray(2 * i, 2 * i + 2), written[place]!)
    written[place]! += 2
  }
  return parts
}
