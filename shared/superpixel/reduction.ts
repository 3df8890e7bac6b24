import { type DivisibleImage, overGrey, type PlaneImage } from './colour.ts'
import type { Hierarchy, RgbaImage } from './hierarchy.ts'

/** The smallest whole factor that brings an image down to at most `mostPixels`. */
export function reductionFor(width: number, height: number, mostPixels: number): number {
  let factor = 1
  while (Math.ceil(width / factor) * Math.ceil(height / factor) > mostPixels) factor++
  return factor
}

/**
 * The mean of each `factor` × `factor` block, transparent pixels over mid grey; blocks at the right and the lower border
 * may be cut.
 */
export function reducedCopy(image: DivisibleImage, factor: number): DivisibleImage {
  return 'planes' in image ? reducedPlanes(image, factor) : reducedPixels(image, factor)
}

export function reducedPixels(image: RgbaImage, factor: number): RgbaImage {
  const width = Math.ceil(image.width / factor)
  const height = Math.ceil(image.height / factor)
  const data = new Uint8Array(4 * width * height)
  // Sums of red, green and blue and the number of pixels, for one row of blocks.
  const sums = new Uint32Array(4 * width)
  for (let by = 0; by < height; by++) {
    sums.fill(0)
    const end = Math.min((by + 1) * factor, image.height)
    for (let y = by * factor; y < end; y++) addRow(image, y, factor, sums)
    for (let bx = 0, out = 4 * by * width; bx < width; bx++, out += 4) {
      const count = sums[4 * bx + 3]!
      for (let band = 0; band < 3; band++) data[out + band] = Math.floor(sums[4 * bx + band]! / count + 0.5)
      data[out + 3] = 255
    }
  }
  return { width, height, data }
}

function reducedPlanes({ width, height, planes }: PlaneImage, factor: number): PlaneImage {
  const reducedWidth = Math.ceil(width / factor)
  const reducedHeight = Math.ceil(height / factor)
  const [l, a, b] = planes.map((plane) => {
    const sums = new Float64Array(reducedWidth * reducedHeight)
    const counts = new Uint32Array(sums.length)
    for (let y = 0, p = 0; y < height; y++) {
      const row = Math.floor(y / factor) * reducedWidth
      for (let x = 0; x < width; x++, p++) {
        const block = row + Math.floor(x / factor)
        sums[block]! += plane[p]!
        counts[block]!++
      }
    }
    return Int16Array.from(sums, (sum, block) => Math.floor(sum / counts[block]! + 0.5))
  }) as [Int16Array, Int16Array, Int16Array]
  return { width: reducedWidth, height: reducedHeight, planes: [l, a, b] }
}

/**
 * The hierarchy of a reduced copy laid over the whole image: every pixel of a block belongs to the block's leaf. Costs
 * little more than writing what is new.
 */
export function enlarged(h: Hierarchy, width: number, height: number, factor: number): Hierarchy {
  const leaf = new Uint32Array(width * height)
  for (let by = 0; by < h.height; by++) {
    const row = by * factor * width
    for (let bx = 0, x = 0; x < width; bx++) {
      const here = h.leaf[by * h.width + bx]!
      for (const end = Math.min(x + factor, width); x < end; x++) leaf[row + x] = here
    }
    const last = Math.min((by + 1) * factor, height)
    for (let y = by * factor + 1; y < last; y++) leaf.copyWithin(y * width, row, row + width)
  }
  const engine = `${h.engine}, reduced by ${factor}`
  return { ...h, width, height, engine, leaf, ...enlargedRuns(h, width, height, factor) }
}

/** The runs of a row of blocks become those of as many rows as the blocks are high. */
function enlargedRuns(
  h: Hierarchy,
  width: number,
  height: number,
  factor: number,
): Pick<Hierarchy, 'runStart' | 'runs'> {
  const runStart = new Uint32Array(h.leafCount + 1)
  const rowOf = (run: number) => Math.floor(h.runs[2 * run]! / h.width)
  const rowsOf = (by: number) => Math.min(factor, height - by * factor)
  for (let l = 0, total = 0; l < h.leafCount; l++) {
    for (let run = h.runStart[l]!; run < h.runStart[l + 1]!; run++) total += rowsOf(rowOf(run))
    runStart[l + 1] = total
  }
  const runs = new Uint32Array(2 * runStart[h.leafCount]!)
  let to = 0
  for (let l = 0; l < h.leafCount; l++) {
    for (let first = h.runStart[l]!; first < h.runStart[l + 1]!; ) {
      const by = rowOf(first)
      let end = first + 1
      while (end < h.runStart[l + 1]! && rowOf(end) === by) end++
      for (let y = by * factor; y < by * factor + rowsOf(by); y++) {
        for (let run = first; run < end; run++) {
          const x = (h.runs[2 * run]! - by * h.width) * factor
          runs[to++] = y * width + x
          runs[to++] = Math.min(h.runs[2 * run + 1]! * factor, width - x)
        }
      }
      first = end
    }
  }
  return { runStart, runs }
}

function addRow({ width, data }: RgbaImage, y: number, factor: number, sums: Uint32Array): void {
  for (let x = 0, i = 4 * y * width, at = 0, left = factor; x < width; x++, i += 4) {
    if (left-- === 0) {
      at += 4
      left = factor - 1
    }
    const alpha = data[i + 3]!
    sums[at]! += overGrey(data[i]!, alpha)
    sums[at + 1]! += overGrey(data[i + 1]!, alpha)
    sums[at + 2]! += overGrey(data[i + 2]!, alpha)
    sums[at + 3]!++
  }
}
