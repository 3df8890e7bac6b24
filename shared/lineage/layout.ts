import { byText, type Lineage } from './graph.ts'
import { byTime, layerNodes } from './layers.ts'

/** Sizes of a drawing, in its own units: CSS pixels at a zoom of 1. */
export const drawing = { width: 208, height: 56, columnGap: 88, rowGap: 16, margin: 24 } as const

export type Point = { readonly x: number; readonly y: number }
export type PlacedNode = Point & { readonly id: string; readonly column: number; readonly row: number }
export type PlacedEdge = {
  readonly from: string
  readonly to: string
  /** It closes a circle, and leads from right to left. */
  readonly isBack: boolean
  /** From the right side of one node to the left side of the other, by way of points in the columns between. */
  readonly points: readonly Point[]
}
export type Layout = {
  readonly width: number
  readonly height: number
  /** By column, then from top to bottom. `x` and `y` are the upper left corner. */
  readonly nodes: readonly PlacedNode[]
  readonly edges: readonly PlacedEdge[]
}

/** An edge over more columns than this is drawn straight: places kept free for it in all of them would be too many. */
const mostBends = 24
const sweeps = 8
/** Above it columns are ordered with fewer passes. */
const largePlaces = 4000
const half = drawing.height / 2

/** Something in a column: a node, or the place where an edge goes through. */
type Place = {
  readonly key: string
  readonly node: string | null
  /** How much it stays where it wants to be when others come near. */
  readonly weight: number
  readonly column: number
  row: number
  y: number
}
/** Versions are the spine of a drawing: their line stays level. Edges that go through are kept straight before nodes are. */
const weights = { version: 64, through: 4, other: 1 } as const

/**
 * Places a graph in columns from left to right: no two nodes meet, and edges lead to the right unless they close a circle.
 * Nodes of one column stand in the order that lets few edges cross, near what they are joined to. The same graph in any
 * order gives the same drawing.
 */
export function layoutLineage({ nodes, edges }: Lineage): Layout {
  const times = new Map(nodes.map((node) => [node.id, node.at]))
  const spine = new Set(nodes.flatMap(({ id, kind }) => (kind === 'version' ? [id] : [])))
  const ids = nodes.map(({ id }) => id).sort(byTime(times))
  const known = new Set(ids)
  const pairs = new Map<string, { from: string; to: string }>()
  for (const { from, to } of edges)
    if (known.has(from) && known.has(to) && from !== to) pairs.set(`${from}\n${to}`, { from, to })
  const sorted = [...pairs.entries()].sort(([a], [b]) => byText(a, b)).map(([, pair]) => pair)
  const { column, back } = layerNodes(ids, sorted)

  const columns: Place[][] = []
  const put = (key: string, node: string | null, at: number): Place => {
    const weight = node === null ? weights.through : spine.has(node) ? weights.version : weights.other
    const place = { key, node, weight, column: at, row: 0, y: 0 }
    while (columns.length <= at) columns.push([])
    columns[at]!.push(place)
    return place
  }
  const placeOf = new Map(ids.map((id) => [id, put(id, id, column.get(id)!)]))
  const left = new Map<Place, Place[]>()
  const right = new Map<Place, Place[]>()
  const add = (map: Map<Place, Place[]>, key: Place, value: Place) => {
    const list = map.get(key)
    if (list) list.push(value)
    else map.set(key, [value])
  }
  const join = (a: Place, b: Place) => {
    add(right, a, b)
    add(left, b, a)
  }
  const ways = sorted.map(({ from, to }) => {
    const isBack = back.has(`${from}\n${to}`)
    const [first, last] = [placeOf.get(isBack ? to : from)!, placeOf.get(isBack ? from : to)!]
    const between: Place[] = []
    let previous = first
    if (last.column - first.column - 1 <= mostBends) {
      for (let at = first.column + 1; at < last.column; at++) {
        const bend = put(`${from}\n${to}\n${at}`, null, at)
        between.push(bend)
        join(previous, bend)
        previous = bend
      }
      if (last.column !== first.column) join(previous, last)
    }
    return { from, to, isBack, between }
  })
  const number = columns.reduce((sum, list) => sum + list.length, 0)
  orderColumns(columns, left, right, number > largePlaces ? 3 : sweeps)
  spread(columns, left, right)

  const step = drawing.width + drawing.columnGap
  const xOf = (at: number) => drawing.margin + at * step
  const top = Math.min(...columns.flat().map(({ y }) => y), Number.POSITIVE_INFINITY)
  const shift = Number.isFinite(top) ? drawing.margin - top : 0
  const yOf = (place: Place) => round(place.y + shift)
  const placed = columns.flatMap((list, at) =>
    list.flatMap((place) =>
      place.node === null ? [] : [{ id: place.node, column: at, row: place.row, x: xOf(at), y: yOf(place) }],
    ),
  )
  const shown = ways.map(({ from, to, isBack, between }) => {
    const [a, b] = [placeOf.get(from)!, placeOf.get(to)!]
    // Level through each column, so that it does not cut the corner of a node.
    const bends = between.flatMap((place) => [
      { x: xOf(place.column), y: round(yOf(place) + half) },
      { x: xOf(place.column) + drawing.width, y: round(yOf(place) + half) },
    ])
    if (isBack) bends.reverse()
    const start = { x: xOf(a.column) + (isBack ? 0 : drawing.width), y: round(yOf(a) + half) }
    const end = { x: xOf(b.column) + (isBack ? drawing.width : 0), y: round(yOf(b) + half) }
    return { from, to, isBack, points: [start, ...bends, end] }
  })
  const bottom = Math.max(0, ...columns.flat().map((place) => yOf(place) + drawing.height))
  return {
    width: columns.length === 0 ? 0 : xOf(columns.length - 1) + drawing.width + drawing.margin,
    height: columns.length === 0 ? 0 : round(bottom + drawing.margin),
    nodes: placed,
    edges: shown,
  }
}

const round = (value: number) => Math.round(value * 4) / 4

/** Orders each column by the middle of what its places are joined to, to and fro, and keeps the order with the fewest crossings. */
function orderColumns(
  columns: Place[][],
  left: ReadonlyMap<Place, readonly Place[]>,
  right: ReadonlyMap<Place, readonly Place[]>,
  passes: number,
): void {
  const number = (list: Place[]) =>
    list.forEach((place, i) => {
      place.row = i
    })
  columns.forEach(number)
  let best = { crossings: crossingsOf(columns, right), order: columns.map((list) => [...list]) }
  for (let pass = 0; pass < passes && best.crossings > 0; pass++) {
    const goesRight = pass % 2 === 0
    const joined = goesRight ? left : right
    for (const list of goesRight ? columns : columns.toReversed()) {
      const wish = new Map(list.map((place) => [place, middle(joined.get(place) ?? [], place.row)]))
      list.sort((a, b) => wish.get(a)! - wish.get(b)! || a.row - b.row)
      number(list)
    }
    const crossings = crossingsOf(columns, right)
    if (crossings < best.crossings) best = { crossings, order: columns.map((list) => [...list]) }
  }
  best.order.forEach((list, i) => {
    columns[i] = list
    number(list)
  })
}

function middle(joined: readonly Place[], own: number): number {
  if (joined.length === 0) return own
  return joined.reduce((sum, { row }) => sum + row, 0) / joined.length
}

/** How many pairs of edges between neighbouring columns cross. */
function crossingsOf(columns: readonly Place[][], right: ReadonlyMap<Place, readonly Place[]>): number {
  let crossings = 0
  for (const [i, list] of columns.entries()) {
    const size = columns[i + 1]?.length ?? 0
    if (size === 0) continue
    // How many ends of earlier edges lie at or above each row, as a tree of sums.
    const tree = new Array<number>(size + 1).fill(0)
    let total = 0
    for (const place of list) {
      const ends = (right.get(place) ?? []).map(({ row }) => row).sort((a, b) => a - b)
      for (const row of ends) {
        let above = 0
        for (let at = row + 1; at > 0; at -= at & -at) above += tree[at]!
        crossings += total - above
      }
      for (const row of ends) {
        total++
        for (let at = row + 1; at <= size; at += at & -at) tree[at]!++
      }
    }
  }
  return crossings
}

/** Gives places their heights: each as near to what it is joined to as its neighbours in the column let it. */
function spread(
  columns: readonly Place[][],
  left: ReadonlyMap<Place, readonly Place[]>,
  right: ReadonlyMap<Place, readonly Place[]>,
): void {
  for (const list of columns)
    settle(
      list,
      list.map((place) => place.row * (drawing.height + drawing.rowGap)),
    )
  for (let pass = 0; pass < 6; pass++) {
    const goesRight = pass % 2 === 0
    for (const list of goesRight ? columns : columns.toReversed()) {
      const wishes = list.map((place) => {
        // The last pass looks both ways, so that a node stands between what it comes from and what it leads to.
        const joined =
          pass >= 4
            ? [...(left.get(place) ?? []), ...(right.get(place) ?? [])]
            : ((goesRight ? left : right).get(place) ?? [])
        const whole = joined.reduce((sum, { weight }) => sum + weight, 0)
        return whole === 0 ? place.y : joined.reduce((sum, { y, weight }) => sum + y * weight, 0) / whole
      })
      settle(list, wishes)
    }
  }
}

/** From the middle of a place to that of the next one in its column; an edge that goes through needs less room than a node. */
function gapAfter(a: Place, b: Place): number {
  const room = (place: Place) => (place.node === null ? drawing.rowGap : drawing.height)
  return (room(a) + room(b)) / 2 + drawing.rowGap
}

/**
 * The heights nearest to what is wished (in squares, by weight) that keep the order and the gaps: neighbours whose wishes are too near
 * to each other share the mean of them.
 */
function settle(list: readonly Place[], wishes: readonly number[]): void {
  let offset = 0
  const offsets = list.map((place, i) => {
    if (i > 0) offset += gapAfter(list[i - 1]!, place)
    return offset
  })
  const blocks: { sum: number; weight: number; count: number }[] = []
  for (const [i, wish] of wishes.entries()) {
    const { weight } = list[i]!
    let block = { sum: (wish - offsets[i]!) * weight, weight, count: 1 }
    for (
      let last = blocks.at(-1);
      last && last.sum / last.weight > block.sum / block.weight;
      last = blocks.at(-1)
    ) {
      block = {
        sum: block.sum + last.sum,
        weight: block.weight + last.weight,
        count: block.count + last.count,
      }
      blocks.pop()
    }
    blocks.push(block)
  }
  let at = 0
  for (const { sum, weight, count } of blocks)
    for (let i = 0; i < count; i++, at++) list[at]!.y = sum / weight + offsets[at]!
}
