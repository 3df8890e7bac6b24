import type { Hierarchy } from '../../shared/superpixel/hierarchy.ts'

/**
 * Superpixels of an image that nobody had to look at: its leaves are blocks of `side` × `side` pixels, and every merge
 * joins what follows one another in rows. `width` and `height` are multiples of `side`.
 */
export function blockHierarchy(width: number, height: number, side: number): Hierarchy {
  const columns = width / side
  const leafCount = columns * (height / side)
  const leaf = new Uint32Array(width * height)
  for (let y = 0, p = 0; y < height; y++) {
    const first = Math.floor(y / side) * columns
    for (let column = 0; column < columns; column++, p += side) leaf.fill(first + column, p, p + side)
  }
  const parent = new Uint32Array(2 * leafCount - 1)
  const lo = new Uint32Array(leafCount - 1)
  const hi = new Uint32Array(leafCount - 1)
  type Node = { readonly node: number; readonly lo: number; readonly hi: number }
  let nodes: Node[] = Array.from({ length: leafCount }, (_, node) => ({ node, lo: node, hi: node + 1 }))
  for (let rank = 0; nodes.length > 1; ) {
    const merged: Node[] = []
    for (let i = 0; i < nodes.length; i += 2) {
      const [a, b] = [nodes[i]!, nodes[i + 1]]
      if (!b) {
        merged.push(a)
        continue
      }
      const whole = { node: leafCount + rank, lo: a.lo, hi: b.hi }
      lo[rank] = a.lo
      hi[rank++] = b.hi
      parent[a.node] = parent[b.node] = whole.node
      merged.push(whole)
    }
    nodes = merged
  }
  parent[2 * leafCount - 2] = 2 * leafCount - 2
  const runStart = Uint32Array.from({ length: leafCount + 1 }, (_, i) => i * side)
  const runs = new Uint32Array(2 * side * leafCount)
  for (let i = 0, written = 0; i < leafCount; i++) {
    const start = Math.floor(i / columns) * side * width + (i % columns) * side
    for (let y = 0; y < side; y++) {
      runs[written++] = start + y * width
      runs[written++] = side
    }
  }
  return { width, height, engine: 'blocks', leafCount, leaf, parent, lo, hi, runStart, runs }
}
