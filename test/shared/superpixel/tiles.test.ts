import fc from 'fast-check'
import { expect, it } from 'vitest'
import { pixelCountOf, pixelOf, seamsOf, tilesOf } from '../../../shared/superpixel/tiles.ts'

const size = fc.integer({ min: 1, max: 60 })
const side = fc.integer({ min: 1, max: 25 })

it('cover every pixel once, in rows of tiles, none longer than asked for', () => {
  fc.assert(
    fc.property(size, size, side, (width, height, longest) => {
      const { columns, rows, tiles } = tilesOf(width, height, longest)
      expect(tiles.length).toBe(columns * rows)
      const seen = new Uint8Array(width * height)
      for (const tile of tiles) {
        expect(Math.max(tile.right - tile.left, tile.bottom - tile.top)).toBeLessThanOrEqual(longest)
        for (let p = 0; p < pixelCountOf(tile); p++) seen[pixelOf(tile, width, p)]!++
      }
      expect(seen.every((times) => times === 1)).toBe(true)
      for (const [i, { top, left, right }] of tiles.entries()) {
        if ((i + 1) % columns > 0) expect([tiles[i + 1]!.top, tiles[i + 1]!.left]).toEqual([top, right])
        else expect(right).toBe(width)
        if (i + columns < tiles.length) expect(tiles[i + columns]!.left).toBe(left)
      }
    }),
  )
})

it('know the pixels at their seams', () => {
  fc.assert(
    fc.property(size, size, side, (width, height, longest) => {
      const { tiles } = tilesOf(width, height, longest)
      const tileAt = new Uint32Array(width * height)
      for (const [i, tile] of tiles.entries()) {
        for (let p = 0; p < pixelCountOf(tile); p++) tileAt[pixelOf(tile, width, p)] = i
      }
      for (const [i, tile] of tiles.entries()) {
        const expected = new Set<number>()
        for (let p = 0; p < pixelCountOf(tile); p++) {
          const pixel = pixelOf(tile, width, p)
          const x = pixel % width
          const others = [x > 0 && pixel - 1, x + 1 < width && pixel + 1, pixel - width, pixel + width]
          if (others.some((q) => q !== false && q >= 0 && q < tileAt.length && tileAt[q] !== i))
            expected.add(p)
        }
        expect(new Set(seamsOf(tile, width, height))).toEqual(expected)
      }
    }),
  )
})
