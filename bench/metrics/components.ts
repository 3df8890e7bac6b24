/** A partition of an image into 4-connected components, whatever the label map was that it comes from. */
export type Partition = {
  readonly width: number
  readonly height: number
  /** Component per pixel, row-major: 0 … `areas.length - 1`, numbered by their first pixels. */
  readonly label: Uint32Array
  /** Pixels per component. */
  readonly areas: Uint32Array
  /** How many different labels the map had. Fewer than components when a label lies in several places. */
  readonly labelCount: number
}

/** Row-major labels of any values, `width * height` long. */
export type LabelMap = Uint32Array | Int32Array | Uint16Array

/** The 4-connected components of equal labels. Every metric is taken of these, so that islands count as regions. */
export function componentsOf(labels: LabelMap, width: number): Partition {
  const parent = new Uint32Array(labels.length)
  for (let p = 0; p < labels.length; p++) {
    const hasLeft = p % width > 0 && labels[p - 1] === labels[p]
    const hasUpper = p >= width && labels[p - width] === labels[p]
    parent[p] = hasLeft ? rootOf(parent, p - 1) : p
    if (hasUpper) join(parent, p, p - width)
  }
  const label = new Uint32Array(labels.length)
  const seen = new Set<number>()
  const areas: number[] = []
  for (let p = 0; p < labels.length; p++) {
    // A root is the first pixel of its component, so it has its number before the others ask.
    const root = rootOf(parent, p)
    if (root === p) {
      label[p] = areas.push(0) - 1
      seen.add(labels[p]!)
    } else label[p] = label[root]!
    areas[label[p]!]!++
  }
  return {
    width,
    height: labels.length / width,
    label,
    areas: Uint32Array.from(areas),
    labelCount: seen.size,
  }
}

function rootOf(parent: Uint32Array, pixel: number): number {
  let p = pixel
  while (parent[p] !== p) {
    parent[p] = parent[parent[p]!]!
    p = parent[p]!
  }
  return p
}

function join(parent: Uint32Array, p: number, q: number): void {
  const [a, b] = [rootOf(parent, p), rootOf(parent, q)]
  if (a < b) parent[b] = a
  else parent[a] = b
}
