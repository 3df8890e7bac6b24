import type { Hierarchy } from '../../shared/superpixel/hierarchy.ts'

/** Bytes that a hierarchy takes for each pixel of its image: some more than was measured on photographs, 7 to 7.5. */
const BYTES_PER_PIXEL = 8

export function bytesOfHierarchy({ leaf, parent, lo, hi, runStart, runs }: Hierarchy): number {
  return 4 * (leaf.length + parent.length + lo.length + hi.length + runStart.length + runs.length)
}

/** Hierarchies of the images seen last and of those that may come next, within `mostBytes`. */
export class HierarchyShelf {
  readonly #mostBytes: number
  /** The one in use is the last. */
  readonly #kept = new Map<string, Hierarchy>()

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  /** Takes it into use: it is the last to go. */
  use(key: string): Hierarchy | undefined {
    const found = this.#kept.get(key)
    if (found) this.keep(key, found)
    return found
  }

  has(key: string): boolean {
    return this.#kept.has(key)
  }

  /** Keeps the one in use, whatever its size: the window holds it anyway. */
  keep(key: string, hierarchy: Hierarchy): void {
    this.#kept.delete(key)
    this.#kept.set(key, hierarchy)
    this.#fit()
  }

  /** Keeps one that may come into use, if it fits beside the one that is. */
  offer(key: string, hierarchy: Hierarchy): void {
    const used = [...this.#kept].at(-1)
    this.#kept.delete(key)
    this.#kept.set(key, hierarchy)
    if (used) {
      this.#kept.delete(used[0])
      this.#kept.set(...used)
    }
    this.#fit()
  }

  /** Whether an image of this many pixels has room beside the one in use. */
  hasRoomFor(pixelCount: number): boolean {
    const used = [...this.#kept.values()].at(-1)
    return BYTES_PER_PIXEL * pixelCount + (used ? bytesOfHierarchy(used) : 0) <= this.#mostBytes
  }

  #fit(): void {
    let bytes = 0
    for (const hierarchy of this.#kept.values()) bytes += bytesOfHierarchy(hierarchy)
    for (const [key, hierarchy] of this.#kept) {
      if (bytes <= this.#mostBytes || this.#kept.size === 1) return
      this.#kept.delete(key)
      bytes -= bytesOfHierarchy(hierarchy)
    }
  }
}
