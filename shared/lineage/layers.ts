import { byText } from './graph.ts'

/** Nodes in columns from left to right, with the edges that lead that way. */
export type Layers = {
  /** Column of each node, from 0. */
  readonly column: ReadonlyMap<string, number>
  /** Edges that would close a circle; they lead back. As `from\nto`. */
  readonly back: ReadonlySet<string>
}
export type LayerEdge = { readonly from: string; readonly to: string }

/**
 * Gives every node a column such that every edge but those of `back` leads from one column to a later one. Without circles
 * `back` is empty. A node stands as far left as what it comes from lets it, but one that comes from nothing stands right
 * before what it leads to. `ids` in their order decide where there is a choice.
 */
export function layerNodes(ids: readonly string[], edges: readonly LayerEdge[]): Layers {
  const known = new Set(ids)
  const place = new Map(ids.map((id, i) => [id, i]))
  const byPlace = (a: string, b: string) => place.get(a)! - place.get(b)!
  const after = new Map<string, string[]>(ids.map((id) => [id, []]))
  for (const { from, to } of edges) {
    const list = after.get(from)
    if (list && known.has(to) && from !== to && !list.includes(to)) list.push(to)
  }
  for (const list of after.values()) list.sort(byPlace)

  const back = new Set<string>()
  const order: string[] = []
  const state = new Map<string, 'open' | 'done'>()
  const hasBefore = new Set([...after.values()].flat())
  // What comes from nothing first: a walk from there meets an edge that leads back only where there is a circle.
  const starts = [...ids.filter((id) => !hasBefore.has(id)), ...ids]
  for (const start of starts) {
    if (state.has(start)) continue
    const path: { id: string; next: number }[] = [{ id: start, next: 0 }]
    state.set(start, 'open')
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const to = after.get(top.id)![top.next++]
      if (to === undefined) {
        state.set(top.id, 'done')
        order.push(top.id)
        path.pop()
      } else if (state.get(to) === 'open') back.add(`${top.id}\n${to}`)
      else if (!state.has(to)) {
        state.set(to, 'open')
        path.push({ id: to, next: 0 })
      }
    }
  }
  order.reverse()

  const forward = (id: string) => after.get(id)!.filter((to) => !back.has(`${id}\n${to}`))
  const column = new Map(ids.map((id) => [id, 0]))
  for (const id of order)
    for (const to of forward(id)) column.set(to, Math.max(column.get(to)!, column.get(id)! + 1))
  const into = new Set(order.flatMap(forward))
  for (const id of order) {
    if (into.has(id)) continue
    const nearest = Math.min(...forward(id).map((to) => column.get(to)!))
    if (Number.isFinite(nearest)) column.set(id, nearest - 1)
  }
  return { column, back }
}

/** Ids in one order, whatever they came in: by time, then by id; what has no time comes last. */
export function byTime(times: ReadonlyMap<string, number | null>): (a: string, b: string) => number {
  const of = (id: string) => times.get(id) ?? Number.POSITIVE_INFINITY
  return (a, b) => {
    const [first, second] = [of(a), of(b)]
    return first === second ? byText(a, b) : first < second ? -1 : 1
  }
}
