import { type DivisibleImage, overGrey, type PlaneImage } from './colour.ts'
import type { Hierarchy, RgbaImage } from './hierarchy.ts'
import { leafRuns } from './leaves.ts'

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

/** The hierarchy of a reduced copy laid over the whole image: every pixel of a block belongs to the block's leaf. */
export function enlarged(h: Hierarchy, width: number, height: number, factor: number): Hierarchy {
  const leaf = new Uint32Array(width * height)
  for (let y = 0, p = 0; y < height; y++) {
    const row = Math.floor(y / factor) * h.width
    for (let x = 0; x < width; x++, p++) leaf[p] = h.leaf[row + Math.floor(x / factor)]!
  }
  const engine = `${h.engine}, reduced by ${factor}`
  return { ...h, width, height, engine, leaf, ...leafRuns(leaf, width, h.leafCount) }
}

function addRow({ width, data }: RgbaImage, y: number, factor: number, sums: Uint32Array): void {
  for (let x = 0, i = 4 * y * width; x < width; x++, i += 4) {
    const at = 4 * Math.floor(x / factor)
    const alpha = data[i + 3]!
    sums[at]! += overGrey(data[i]!, alpha)
    sums[at + 1]! += overGrey(data[i + 1]!, alpha)
    sums[at + 2]! += overGrey(data[i + 2]!, alpha)
    sums[at + 3]!++
  }
}
