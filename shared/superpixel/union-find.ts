/** A forest in one array: `parent[i] <= i`, roots are their own parents. So the root is the lowest number of its tree. */
export function ownParents(count: number): Uint32Array<ArrayBuffer> {
  const parent = new Uint32Array(count)
  for (let i = 0; i < count; i++) parent[i] = i
  return parent
}

export function link(parent: Uint32Array, p: number, q: number): void {
  const a = find(parent, p)
  const b = find(parent, q)
  if (a < b) parent[b] = a
  else parent[a] = b
}

/** Replaces parents by tree numbers 0, 1, … in the order of the roots; returns how many trees there are. */
export function numberTrees(parent: Uint32Array): number {
  let count = 0
  for (let i = 0; i < parent.length; i++) {
    // A parent comes first, so it already holds its number.
    const above = parent[i]!
    parent[i] = above === i ? count++ : parent[above]!
  }
  return count
}

function find(parent: Uint32Array, start: number): number {
  let node = start
  while (parent[node] !== node) {
    parent[node] = parent[parent[node]!]!
    node = parent[node]!
  }
  return node
}
