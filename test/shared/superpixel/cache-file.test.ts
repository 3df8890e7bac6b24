import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crc32 } from '../../../shared/base/crc32.ts'
import { buildHierarchy, ENGINE } from '../../../shared/superpixel/build.ts'
import { decodeCacheFile, encodeCacheFile, storedTree } from '../../../shared/superpixel/cache-file.ts'
import { treeOfGaps } from '../../../shared/superpixel/gap-ranks.ts'
import type { Hierarchy } from '../../../shared/superpixel/hierarchy.ts'
import { leafRuns } from '../../../shared/superpixel/leaves.ts'
import { enlarged } from '../../../shared/superpixel/reduction.ts'
import { imageOf, noiseByte, sceneImage } from '../../support/made-images.ts'
import { expectWellFormed, shapes } from '../../support/superpixel-shapes.ts'

const key = `${'ab'.repeat(32)}-tessera-merge-tree-2-s0`

function expectedOf({ width, height }: { width: number; height: number }) {
  return { key, engine: ENGINE, width, height }
}

/** Any map of leaves under any tree: what a file can hold is not what an engine would build. */
function anyHierarchy(width: number, height: number, leafCount: number, seed: number): Hierarchy {
  const leaf = Uint32Array.from({ length: width * height }, (_, p) => {
    const [x, y] = [p % width, Math.floor(p / width)]
    return (noiseByte(x >> 2, y >> 1, seed) * 256 + noiseByte(y >> 1, x >> 2, seed)) % leafCount
  })
  const ranks = Uint32Array.from({ length: leafCount - 1 }, (_, i) => i)
  for (let i = ranks.length - 1; i > 0; i--) {
    const j = (noiseByte(i, 3, seed) * 256 + noiseByte(i, 4, seed)) % (i + 1)
    ;[ranks[i], ranks[j]] = [ranks[j]!, ranks[i]!]
  }
  const runs = leafRuns(leaf, width, leafCount)
  return { width, height, engine: ENGINE, leafCount, leaf, ...treeOfGaps(ranks), ...runs }
}

describe('what was written', () => {
  it.each(Object.keys(shapes))('comes back as it was: %s', (name) => {
    const h = buildHierarchy(shapes[name]!)
    expect(decodeCacheFile(encodeCacheFile(key, storedTree(h)), expectedOf(h))).toEqual(h)
  })

  it('comes back as it was, whatever the leaves and the merges are', () => {
    const side = fc.integer({ min: 1, max: 90 })
    fc.assert(
      fc.property(side, side, fc.integer({ min: 1, max: 900 }), fc.nat(1000), (width, height, most, seed) => {
        const h = anyHierarchy(width, height, Math.min(most, width * height), seed)
        expect(decodeCacheFile(encodeCacheFile(key, storedTree(h)), expectedOf(h))).toEqual(h)
      }),
      { numRuns: 60 },
    )
  })

  it('comes back for rows longer than a byte, and for ranks of two and three bytes', () => {
    const long = buildHierarchy(imageOf(20_000, 2, (x) => (x < 10_000 ? [0, 0, 0] : [255, 255, 255])))
    const many = anyHierarchy(300, 300, 70_000, 5)
    for (const h of [long, many, anyHierarchy(40, 40, 257, 1), anyHierarchy(40, 40, 256, 1)]) {
      expect(decodeCacheFile(encodeCacheFile(key, storedTree(h)), expectedOf(h))).toEqual(h)
    }
  })

  it('is laid over an image that was divided on a reduced copy', () => {
    const h = buildHierarchy(sceneImage(31, 22))
    const file = encodeCacheFile(key, storedTree(h, 3))
    const whole = { width: 92, height: 64 }
    const back = decodeCacheFile(file, expectedOf(whole))
    expect(back).toEqual(enlarged(h, 92, 64, 3))
    expectWellFormed(back, { ...whole, data: new Uint8Array() })
  })

  it('takes less than a byte for a pixel of a scene', () => {
    const h = buildHierarchy(sceneImage(300, 200))
    expect(encodeCacheFile(key, storedTree(h)).length).toBeLessThan(300 * 200)
  })
})

describe('a file that is not what it should be', () => {
  const h = buildHierarchy(sceneImage(60, 40))
  const file = encodeCacheFile(key, storedTree(h))
  const expected = expectedOf(h)

  it('is refused when it belongs to another image, engine, size or format', () => {
    for (const other of [
      { ...expected, key: key.replace('ab', 'cd') },
      { ...expected, key: `${key}1` },
      { ...expected, width: 61 },
      { ...expected, height: 39 },
    ]) {
      expect(() => decodeCacheFile(file, other)).toThrow(RangeError)
    }
    expect(() =>
      decodeCacheFile(
        changed(file, (copy) => copy.set([2], 4)),
        expected,
      ),
    ).toThrow(RangeError)
  })

  it('is refused wherever it is cut and whichever byte is wrong', () => {
    for (let length = 0; length < file.length; length += 7) {
      expect(() => decodeCacheFile(file.subarray(0, length), expected)).toThrow(RangeError)
    }
    for (let at = 0; at < file.length; at += 5) {
      const copy = file.slice()
      copy[at]! ^= 1 << (at % 8)
      expect(() => decodeCacheFile(copy, expected)).toThrow(RangeError)
    }
  })

  // Somebody who writes a right checksum gets strange superpixels at worst.
  it('gives a whole hierarchy or is refused, whatever its bytes are under a right checksum', () => {
    let accepted = 0
    const byte = fc.tuple(fc.nat(file.length - 5), fc.nat(255))
    fc.assert(
      fc.property(fc.array(byte, { minLength: 1, maxLength: 4 }), (changes) => {
        const forged = changed(file, (copy) => {
          for (const [at, value] of changes) copy[at] = value
        })
        let read: Hierarchy
        try {
          read = decodeCacheFile(forged, expected)
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
          return
        }
        accepted++
        expect([read.width, read.height]).toEqual([60, 40])
        expect(read.leaf.every((leaf) => leaf < read.leafCount)).toBe(true)
        expect(read.parent.every((above, node) => above > node || node === 2 * read.leafCount - 2)).toBe(true)
        expect({ runStart: read.runStart, runs: read.runs }).toEqual(leafRuns(read.leaf, 60, read.leafCount))
      }),
      { numRuns: 2000 },
    )
    // The bytes reach past the checksum and the head, or this would prove little.
    expect(accepted).toBeGreaterThan(0)
  })

  it('is refused, and takes no memory, when its head promises more than it holds', () => {
    // Width, height, factor, leaves, runs, bytes of a rank, bytes of the key.
    for (let word = 2; word <= 8; word++) {
      for (const value of [0, 1, 2 ** 31, 2 ** 32 - 1]) {
        const forged = changed(file, (copy) => new DataView(copy.buffer).setUint32(4 * word, value, true))
        const isSame = forged.every((each, i) => each === file[i])
        if (!isSame) expect(() => decodeCacheFile(forged, expected)).toThrow(RangeError)
      }
    }
  })
})

it('is written as docs/formats/superpixel-cache.md shows it', () => {
  const page = readFileSync(new URL('../../../docs/formats/superpixel-cache.md', import.meta.url), 'utf8')
  const hex = /```text file, hexadecimal\n([^`]+)```/.exec(page)![1]!.replace(/\s+/g, '')
  const shown = Uint8Array.from(hex.match(/../g)!, (byte) => Number.parseInt(byte, 16))
  const numbers = /```text leaves\n([^`]+)```/.exec(page)![1]!.trim().split(/\s+/).map(Number)
  const tree = treeOfGaps(Uint32Array.of(1, 0))
  const leaf = Uint32Array.from(numbers)
  const h = { width: 4, height: 3, engine: ENGINE, leafCount: 3, leaf, ...tree, ...leafRuns(leaf, 4, 3) }
  expect(encodeCacheFile('example', storedTree(h))).toEqual(shown)
  expect(decodeCacheFile(shown, { key: 'example', engine: ENGINE, width: 4, height: 3 })).toEqual(h)
})

/** A copy with a right checksum. */
function changed(file: Uint8Array, change: (copy: Uint8Array) => void): Uint8Array {
  const copy = file.slice()
  change(copy)
  const end = copy.length - 4
  new DataView(copy.buffer).setUint32(end, crc32(copy.subarray(0, end)), true)
  return copy
}
