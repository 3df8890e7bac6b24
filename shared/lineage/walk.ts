import type { Layout, PlacedNode } from './layout.ts'
import type { LineageIndex } from './reach.ts'

export type Way = 'left' | 'right' | 'up' | 'down' | 'first' | 'last'

/**
 * Where an arrow key leads: left and right along edges, to the node nearest in height; up and down within the column, and
 * at its end to the nearest node beyond. Null: there is nothing that way.
 */
export function walk(layout: Layout, index: LineageIndex, from: string | null, way: Way): string | null {
  const { nodes } = layout
  const here = nodes.find(({ id }) => id === from)
  if (!here) return nodes[0]?.id ?? null
  if (way === 'first') return nodes[0]!.id
  if (way === 'last') return nodes.at(-1)!.id
  if (way === 'left' || way === 'right') {
    const joined = new Set([...index.before(here.id), ...index.after(here.id)])
    const side = nodes.filter((node) =>
      way === 'left' ? node.column < here.column : node.column > here.column,
    )
    return nearest(
      side.filter(({ id }) => joined.has(id)),
      here,
    )
  }
  const sign = way === 'up' ? -1 : 1
  const there = (node: PlacedNode) => (node.y - here.y) * sign > 0
  const own = nodes.filter((node) => node.column === here.column && there(node))
  return nearest(own, here) ?? nearest(nodes.filter(there), here)
}

function nearest(nodes: readonly PlacedNode[], here: PlacedNode): string | null {
  let found: PlacedNode | null = null
  const far = (node: PlacedNode) => Math.abs(node.y - here.y) + Math.abs(node.x - here.x) / 4
  for (const node of nodes) if (!found || far(node) < far(found)) found = node
  return found?.id ?? null
}
