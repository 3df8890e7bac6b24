import { canonicalJson } from '../base/canonical-json.ts'
import type { LabelDocument, LabelEdit } from './edit.ts'
import type { LabelObject } from './ontology.ts'

/**
 * A number for what a label holds: pixels and objects, not how far it is. Two labels that differ have different marks but
 * for an accident of one in 2⁶⁴. It is a sum over its parts, so an edit changes it at the cost of the edit, not of the image.
 */
export type StateMark = { readonly a: number; readonly b: number }

type Content = Pick<LabelDocument, 'map' | 'objects'>

/** Looks at every pixel once: 20 ms at 24 megapixels. */
export function markOf({ map, objects }: Content): StateMark {
  const sum = new MarkSum({ a: 0, b: 0 })
  sum.pixels(map.ids, 0, 1)
  for (const object of objects.values()) sum.object(object, 1)
  return sum.mark
}

/** The mark after `edit`, which is made on the label that `mark` stands for. */
export function markAfter(
  mark: StateMark,
  { pixels, objects }: Pick<LabelEdit, 'pixels' | 'objects'>,
): StateMark {
  const sum = new MarkSum(mark)
  if (pixels) {
    const { runs, before, after } = pixels
    for (let i = 0, read = 0; i < runs.length; i += 2) {
      const end = read + runs[i + 1]!
      sum.pixels(before.subarray(read, end), runs[i]!, -1)
      sum.pixels(after.subarray(read, end), runs[i]!, 1)
      read = end
    }
  }
  for (const { before, after } of objects) {
    if (before) sum.object(before, -1)
    if (after) sum.object(after, 1)
  }
  return sum.mark
}

/** 16 hex digits. */
export function markText({ a, b }: StateMark): string {
  return [a, b].map((half) => half.toString(16).padStart(8, '0')).join('')
}

type Sign = 1 | -1

class MarkSum {
  #a: number
  #b: number

  constructor({ a, b }: StateMark) {
    this.#a = a
    this.#b = b
  }

  get mark(): StateMark {
    return { a: this.#a >>> 0, b: this.#b >>> 0 }
  }

  /**
   * The pixels from `first` on have these ids. A pixel's weight is the difference of what its two ends mix to, so those of
   * a run add up to the difference of the run's ends, and the run costs as much as one pixel.
   */
  pixels(ids: Uint32Array, first: number, sign: Sign): void {
    const { length } = ids
    for (let start = 0; start < length; ) {
      const id = ids[start]!
      let end = start + 1
      while (end < length && ids[end] === id) end++
      if (id !== 0) {
        const [from, to] = [first + start, first + end]
        const a = Math.imul(mixed(id, 1), mixed(to, 2) - mixed(from, 2))
        const b = Math.imul(mixed(id, 3), mixed(to, 4) - mixed(from, 4))
        this.#add(a, b, sign)
      }
      start = end
    }
  }

  object(object: LabelObject, sign: Sign): void {
    const text = canonicalJson(object)
    let [a, b] = [0, 0x811c9dc5]
    for (let i = 0; i < text.length; i++) {
      a = mixed(a, text.charCodeAt(i))
      b = mixed(text.charCodeAt(i), b)
    }
    this.#add(a, b, sign)
  }

  #add(a: number, b: number, sign: Sign): void {
    this.#a = (this.#a + sign * a) | 0
    this.#b = (this.#b + sign * b) | 0
  }
}

/** Two integers as one of 32 bits, each bit of which depends on all of theirs. The finisher is MurmurHash3's. */
function mixed(x: number, y: number): number {
  let h = Math.imul(x + 0x9e3779b9, 0x85ebca6b) ^ Math.imul(y, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
