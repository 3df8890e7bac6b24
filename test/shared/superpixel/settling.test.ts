import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'
import type { Planes } from '../../../shared/superpixel/colour.ts'
import { cellNumbers } from '../../../shared/superpixel/cut.ts'
import { linkTable, settle } from '../../../shared/superpixel/settling.ts'
import { tilesOf } from '../../../shared/superpixel/tiles.ts'
import { imageOf, noiseByte, sceneImage } from '../../support/made-images.ts'
import { componentCount } from '../../support/partition.ts'
import { expectGoodPartitions } from '../../support/superpixel-shapes.ts'

/** Planes with one lightness per pixel, in CIELAB units. */
function planesOf(lightness: readonly number[]): Planes {
  const none = new Int16Array(lightness.length)
  return [Int16Array.from(lightness, (l) => 64 * l), none, none]
}

const whole = (width: number, height: number) => tilesOf(width, height).tiles

describe('a pixel on a border', () => {
  /** Dark left of column 4, light from there on. */
  const width = 8
  const lightness = Array.from({ length: 64 }, (_, p) => (p % width < 4 ? 10 : 50))
  /** Two leaves whose border is in column 4 but for row 3, where it is one pixel further. */
  const dented = Uint32Array.from({ length: 64 }, (_, p) => (p % width < (p >> 3 === 3 ? 5 : 4) ? 0 : 1))

  it('goes over to the cell whose colour it has', () => {
    const leaf = dented.slice()
    settle(leaf, Uint32Array.of(0, 1), planesOf(lightness), width, whole(8, 8))
    expect(leaf).toEqual(Uint32Array.from({ length: 64 }, (_, p) => (p % width < 4 ? 0 : 1)))
  })

  it('stays when both leaves are one cell', () => {
    const leaf = dented.slice()
    settle(leaf, Uint32Array.of(0, 0), planesOf(lightness), width, whole(8, 8))
    expect(leaf).toEqual(dented)
  })

  it('stays when it is next to another tile', () => {
    const leaf = dented.slice()
    const tiles = [
      { left: 0, top: 0, right: 5, bottom: 8 },
      { left: 5, top: 0, right: 8, bottom: 8 },
    ]
    settle(leaf, Uint32Array.of(0, 1), planesOf(lightness), width, tiles)
    expect(leaf).toEqual(dented)
  })

  it('stays when its leaf would fall apart', () => {
    // A bridge one pixel wide, of the other side's colour.
    const bridge = Uint32Array.from([0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0])
    const colours = [10, 10, 50, 10, 10, 10, 10, 50, 10, 10, 10, 10, 50, 10, 10]
    const leaf = bridge.slice()
    settle(leaf, Uint32Array.of(0, 1), planesOf(colours), 5, whole(5, 3))
    expect(leaf[7]).toBe(0)
  })

  it('stays when another leaf of its superpixel hangs on it alone', () => {
    // Leaf 1 touches leaf 0 over pixel 4 only, whose colour is that of leaf 2.
    const start = Uint32Array.from([0, 0, 0, 2, 0, 2, 2, 1, 2])
    const colours = [10, 10, 10, 50, 50, 50, 50, 10, 50]
    const leaf = start.slice()
    settle(leaf, Uint32Array.of(0, 0, 1), planesOf(colours), 3, whole(3, 3))
    expect(leaf[4]).toBe(0)
    const free = start.slice()
    // Where it may go: nothing hangs on it.
    free[7] = 2
    settle(free, Uint32Array.of(0, 0, 1), planesOf(colours), 3, whole(3, 3))
    expect(free[4]).toBe(2)
  })
})

it('keeps every leaf in one piece, and every superpixel of every count', () => {
  const side = fc.integer({ min: 12, max: 40 })
  fc.assert(
    fc.property(
      side,
      side,
      fc.nat(1000),
      fc.integer({ min: 10, max: 50 }),
      (width, height, seed, tileSide) => {
        const grain = seed % 3
        const image = imageOf(width, height, (x, y) => [
          noiseByte(x >> grain, y >> grain, seed),
          noiseByte(x >> grain, y >> grain, seed + 1),
          noiseByte(x >> grain, y >> grain, seed + 2),
        ])
        const h = buildHierarchy(image, { tileSide })
        // Another go with other cells, to move more.
        const leaf = h.leaf.slice()
        const noise = planesOf(Array.from(leaf, (_, p) => noiseByte(p, 7, seed) / 3))
        const { tiles } = tilesOf(width, height, tileSide)
        settle(leaf, cellNumbers(h, h.leafCount / 3), noise, width, tiles)
        expect(new Set(leaf).size).toBe(h.leafCount)
        expect(componentCount(leaf, width)).toBe(h.leafCount)
        const counts = Array.from({ length: Math.min(h.leafCount, 40) }, (_, i) => i + 2)
        expectGoodPartitions({ ...h, leaf }, counts)
      },
    ),
    { numRuns: 40 },
  )
})

it('leaves every cut of a scene with as many connected regions as asked for', () => {
  const h = buildHierarchy(sceneImage(96, 72))
  const counts = Array.from({ length: h.leafCount - 1 }, (_, i) => i + 2)
  expectGoodPartitions(h, counts)
})

it('knows for all sets of neighbours whether they hold together', () => {
  const table = linkTable()
  const places = [
    [0, 1],
    [1, 0],
    [2, 1],
    [1, 2],
    [0, 0],
    [2, 0],
    [0, 2],
    [2, 2],
  ] as const
  for (let set = 0; set < 256; set++) {
    // A corner that hangs on none of the direct neighbours is linked elsewhere: it does not count.
    const label = new Uint32Array(9)
    for (const [bit, [x, y]] of places.entries()) if ((set >> bit) & 1) label[3 * y + x] = 1
    const isAlone = (p: number, q: number, r: number) => label[p] === 1 && label[q] === 0 && label[r] === 0
    for (const [corner, p, q] of [
      [0, 1, 3],
      [2, 1, 5],
      [6, 3, 7],
      [8, 5, 7],
    ] as const) {
      if (isAlone(corner, p, q)) label[corner] = 0
    }
    // The rest as one component, which 0 ones beside it do not count.
    const ones = [...label.keys()].filter((p) => label[p] === 1)
    const separate = label.map((one, p) => (one === 1 ? 1 : 10 + p))
    const parts = componentCount(separate, 3) - (9 - ones.length)
    expect([set, table[set]]).toEqual([set, parts === 1 && (set & 15) !== 0 ? 1 : 0])
  }
})
