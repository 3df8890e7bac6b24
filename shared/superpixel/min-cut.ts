/**
 * A network of a few hundred nodes that is cut in two as cheaply as can be. After Dinic, "Algorithm for solution of a
 * problem of maximum flow in networks with power estimation", 1970: the paths of one length at a time.
 */
export class FlowNetwork {
  readonly #nodes: number
  /** By node the last of its arcs, and by arc the one before it at the same node; -1 ends the list. */
  readonly #last: Int32Array
  readonly #before: number[] = []
  readonly #to: number[] = []
  /** What can still flow through each arc; the arc back is the next number, odd after even. */
  readonly #left: number[] = []

  constructor(nodes: number) {
    this.#nodes = nodes
    this.#last = new Int32Array(nodes).fill(-1)
  }

  /** Capacities are not negative, from `a` to `b` and back; they may be infinite, but not on a whole way. */
  connect(a: number, b: number, capacity: number, back = 0): void {
    this.#addArc(a, b, capacity)
    this.#addArc(b, a, back)
  }

  /** 1 for every node on the side of `source`, the smallest such side there is. Uses the network up. */
  cut(source: number, sink: number): Uint8Array {
    const level = new Int32Array(this.#nodes)
    const arc = new Int32Array(this.#nodes)
    while (this.#findLevels(level, source, sink)) {
      arc.set(this.#last)
      while (this.#push(source, sink, Number.POSITIVE_INFINITY, level, arc) > 0);
    }
    return Uint8Array.from(level, (steps) => (steps >= 0 ? 1 : 0))
  }

  #addArc(from: number, to: number, capacity: number): void {
    this.#before.push(this.#last[from]!)
    this.#last[from] = this.#to.length
    this.#to.push(to)
    this.#left.push(capacity)
  }

  /** How many arcs lie between `source` and each node, -1 where none lead; whether they lead to `sink`. */
  #findLevels(level: Int32Array, source: number, sink: number): boolean {
    level.fill(-1)
    level[source] = 0
    const queue = [source]
    for (const node of queue) {
      for (let e = this.#last[node]!; e >= 0; e = this.#before[e]!) {
        const next = this.#to[e]!
        if (this.#left[e]! <= EMPTY || level[next]! >= 0) continue
        level[next] = level[node]! + 1
        queue.push(next)
      }
    }
    return level[sink]! >= 0
  }

  #push(node: number, sink: number, flow: number, level: Int32Array, arc: Int32Array): number {
    if (node === sink) return flow
    for (; arc[node]! >= 0; arc[node] = this.#before[arc[node]!]!) {
      const e = arc[node]!
      const next = this.#to[e]!
      if (this.#left[e]! <= EMPTY || level[next] !== level[node]! + 1) continue
      const pushed = this.#push(next, sink, Math.min(flow, this.#left[e]!), level, arc)
      if (pushed === 0) continue
      this.#left[e]! -= pushed
      this.#left[e ^ 1]! += pushed
      return pushed
    }
    return 0
  }
}

/** Less than this is what rounding left. */
const EMPTY = 1e-9
