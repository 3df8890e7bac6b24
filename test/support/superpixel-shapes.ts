import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import { endLeaf, firstLeaf, type Hierarchy, type RgbaImage } from '../../shared/superpixel/hierarchy.ts'
import { imageOf, noiseByte, sceneImage } from './made-images.ts'
import { componentCount, partitionOf } from './partition.ts'

/** Everything that `hierarchy.ts` promises about the arrays themselves. */
export function expectWellFormed(h: Hierarchy, image: RgbaImage) {
  const pixelCount = image.width * image.height
  const nodeCount = 2 * h.leafCount - 1
  expect([h.width, h.height]).toEqual([image.width, image.height])
  expect([h.leaf.length, h.parent.length, h.lo.length, h.hi.length, h.runStart.length]).toEqual([
    pixelCount,
    nodeCount,
    h.leafCount - 1,
    h.leafCount - 1,
    h.leafCount + 1,
  ])
  const children = new Uint32Array(nodeCount)
  let isTree = h.parent[nodeCount - 1] === nodeCount - 1
  let isNested = true
  for (let node = 0; node < nodeCount - 1; node++) {
    const above = h.parent[node]!
    isTree &&= above > node && above >= h.leafCount
    children[above]!++
    const [lo, hi] = [firstLeaf(h, node), endLeaf(h, node)]
    isNested &&= firstLeaf(h, above) <= lo && lo < hi && hi <= endLeaf(h, above)
  }
  expect({ isTree, isNested }).toEqual({ isTree: true, isNested: true })
  expect(children.subarray(0, h.leafCount).every((count) => count === 0)).toBe(true)
  expect(children.subarray(h.leafCount).every((count) => count === 2)).toBe(true)
  let isRunsRight = h.runStart[h.leafCount]! * 2 === h.runs.length
  const seen = new Uint8Array(pixelCount)
  for (let leaf = 0; leaf < h.leafCount; leaf++) {
    isRunsRight &&= h.runStart[leaf]! < h.runStart[leaf + 1]!
    let last = -1
    for (let i = 2 * h.runStart[leaf]!; i < 2 * h.runStart[leaf + 1]!; i += 2) {
      const start = h.runs[i]!
      const end = start + h.runs[i + 1]!
      isRunsRight &&= start > last && Math.floor(start / h.width) === Math.floor((end - 1) / h.width)
      for (let p = start; p < end; p++) {
        isRunsRight &&= h.leaf[p] === leaf && seen[p] === 0
        seen[p] = 1
      }
      last = end - 1
    }
  }
  expect(isRunsRight).toBe(true)
  expect(seen.every((mark) => mark === 1)).toBe(true)
}

/** Exactly as many 4-connected regions as asked for, at each count. */
export function expectGoodPartitions(h: Hierarchy, counts: readonly number[]) {
  for (const wanted of counts) {
    const count = Math.min(wanted, h.leafCount)
    const partition = partitionOf(h, count)
    expect(partition.count).toBe(count)
    expect(componentCount(partition.label, h.width)).toBe(count)
  }
}

/** Images that are easy to get wrong. */
export const shapes: Record<string, RgbaImage> = {
  'one pixel': imageOf(1, 1, () => [10, 20, 30]),
  'one row': imageOf(37, 1, (x) => [x * 6, 0, 0]),
  'one column': imageOf(1, 37, (_, y) => [0, y * 6, 0]),
  'two by two': imageOf(2, 2, (x, y) => [x * 255, y * 255, 0]),
  'two pixels alike': imageOf(2, 1, () => [9, 9, 9]),
  constant: imageOf(61, 47, () => [128, 128, 128]),
  checkerboard: imageOf(40, 40, (x, y) => ((x + y) % 2 === 0 ? [0, 0, 0] : [255, 255, 255])),
  'upright stripes': imageOf(48, 40, (x) => (x % 2 === 0 ? [255, 0, 0] : [0, 0, 255])),
  'lying stripes': imageOf(48, 40, (_, y) => (y % 2 === 0 ? [255, 255, 255] : [0, 0, 0])),
  noise: imageOf(64, 64, (x, y) => [noiseByte(x, y, 1), noiseByte(x, y, 2), noiseByte(x, y, 3)]),
  'specks on a flat ground': imageOf(80, 80, (x, y) =>
    noiseByte(x >> 2, y >> 2) < 60 ? [255, 255, 255] : [0, 0, 0],
  ),
  'a scene': sceneImage(160, 120),
  'a transparent scene': { ...sceneImage(90, 70, 4), data: transparent(sceneImage(90, 70, 4).data) },
}

/** The same bytes with an alpha that varies from pixel to pixel. */
function transparent(data: RgbaImage['data']): Uint8Array {
  return Uint8Array.from(data, (byte, i) => (i % 4 === 3 ? noiseByte(i, 0) : byte))
}

/** SHA-256 over every array of a hierarchy. */
export function hierarchyDigest(h: Hierarchy): string {
  const hash = createHash('sha256')
  for (const array of [h.leaf, h.parent, h.lo, h.hi, h.runStart, h.runs]) {
    // Little-endian whatever the machine is.
    const bytes = new DataView(new ArrayBuffer(4 * array.length))
    for (const [i, value] of array.entries()) bytes.setUint32(4 * i, value, true)
    hash.update(new Uint8Array(bytes.buffer))
  }
  return hash.digest('hex')
}
