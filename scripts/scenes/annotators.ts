import type { Mark } from './painting.ts'
import type { Field } from './texture.ts'

/** Segment per pixel, row-major, values 0 … `count - 1`. */
export type Segmentation = { readonly count: number; readonly labels: Uint16Array }

/** How closely somebody looks, and how steady the hand is. */
export type Annotator = {
  readonly draws: 'part' | 'object' | 'group'
  /** Things with less of the picture, as a share of it, are left out. */
  readonly smallest: number
  /** How far lines stray, in pixels: a deviation. */
  readonly stray: number
}

export const annotators: readonly Annotator[] = [
  { draws: 'part', smallest: 0.0003, stray: 0.7 },
  { draws: 'object', smallest: 0.0006, stray: 0.85 },
  { draws: 'object', smallest: 0.004, stray: 1 },
]

export function segmentation(
  marks: readonly Mark[],
  width: number,
  height: number,
  { draws, smallest, stray }: Annotator,
  noise: Field,
): Segmentation {
  const pixelCount = width * height
  const seen = visible(marks, pixelCount, draws)
  const ids = new Uint32Array(pixelCount)
  for (const mark of marks) {
    if (seen.get(mark[draws])! < smallest * pixelCount) continue
    for (const p of mark.pixels) ids[p] = mark[draws] + 1
  }
  const labels = new Uint16Array(pixelCount)
  const numbers = new Map<number, number>()
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      const dx = Math.round(stray * noise(x / 9, y / 9))
      const dy = Math.round(stray * noise(y / 9 + 31.7, x / 9 + 11.3))
      const px = Math.min(width - 1, Math.max(0, x + dx))
      const py = Math.min(height - 1, Math.max(0, y + dy))
      const id = ids[py * width + px]!
      if (!numbers.has(id)) numbers.set(id, numbers.size)
      labels[p] = numbers.get(id)!
    }
  }
  return { count: numbers.size, labels }
}

/** How many pixels each part, object or group shows. */
function visible(marks: readonly Mark[], pixelCount: number, draws: Annotator['draws']): Map<number, number> {
  const owner = new Int32Array(pixelCount).fill(-1)
  const seen = new Map<number, number>()
  for (const mark of marks) {
    seen.set(mark[draws], 0)
    for (const p of mark.pixels) owner[p] = mark[draws]
  }
  for (const id of owner) if (id >= 0) seen.set(id, seen.get(id)! + 1)
  return seen
}
