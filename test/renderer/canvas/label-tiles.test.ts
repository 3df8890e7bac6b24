import { expect, it } from 'vitest'
import { buildPyramid, levelIds, updatePyramid } from '../../../renderer/canvas/layers/index-pyramid.ts'
import { LabelTiles, type TileSurface } from '../../../renderer/canvas/layers/label-tiles.ts'
import { LEVELS, levelForScale, levelSize, TILE } from '../../../renderer/canvas/layers/tile-grid.ts'
import { emptyLabelMap, type LabelMap } from '../../../shared/label/label-map.ts'
import { patternRows } from '../../../shared/label/pattern.ts'

class MemorySurface implements TileSurface {
  readonly width: number
  readonly colors: Uint32Array
  constructor(width: number, height: number) {
    this.width = width
    this.colors = new Uint32Array(width * height)
  }
  put(colors: Uint32Array, x: number, y: number, width: number, height: number): void {
    for (let row = 0; row < height; row++) {
      this.colors.set(colors.subarray(row * width, (row + 1) * width), (y + row) * this.width + x)
    }
  }
  at(x: number, y: number): number {
    return this.colors[y * this.width + x]!
  }
}

const palette = (id: number) => (id === 0 ? 0 : 0xff000000 + id)

function tilesOver(map: LabelMap, capacity?: number): LabelTiles<MemorySurface> {
  return new LabelTiles({
    map,
    palette,
    create: (width, height) => new MemorySurface(width, height),
    ...(capacity === undefined ? {} : { capacity }),
  })
}

function fillRect(map: LabelMap, x0: number, y0: number, x1: number, y1: number, id: number): void {
  for (let y = y0; y < y1; y++) map.ids.fill(id, y * map.width + x0, y * map.width + x1)
}

const first = { level: 0, column: 0, row: 0 }

it('repaints only the dirty rectangle of a stroke', () => {
  const map = emptyLabelMap(1024, 1024)
  fillRect(map, 0, 0, 1024, 1024, 1)
  const tiles = tilesOver(map)
  for (const column of [0, 1]) for (const row of [0, 1]) tiles.surface({ level: 0, column, row })
  const before = { ...tiles.work }

  fillRect(map, 500, 10, 530, 30, 2)
  tiles.update({ x0: 500, y0: 10, x1: 530, y1: 30 })

  expect(tiles.work.pixels - before.pixels).toBe(31 * 21)
  expect(tiles.work.puts - before.puts).toBe(2)
  expect(tiles.work.created - before.created).toBe(0)
  expect(tiles.surface(first)!.at(511, 10)).toBe(palette(2))
  expect(tiles.surface({ level: 0, column: 1, row: 0 })!.at(530 - TILE, 10)).toBe(palette(1))
})

it('brings only the dirty part of the smaller levels up to date', () => {
  const map = emptyLabelMap(1000, 700)
  const pyramid = buildPyramid(map)
  fillRect(map, 100, 100, 164, 132, 5)
  const written = updatePyramid(pyramid, { x0: 100, y0: 100, x1: 164, y1: 132 })
  expect(written).toBeLessThan((64 * 32) / 2)
  const fresh = buildPyramid(map)
  for (const level of [1, 2, 3]) expect(levelIds(pyramid, level)).toEqual(levelIds(fresh, level))
})

it('samples levels of odd sizes inside the map', () => {
  const map = emptyLabelMap(5, 3)
  map.ids.fill(9)
  const pyramid = buildPyramid(map)
  for (const level of [1, 2, 3]) {
    expect(levelIds(pyramid, level)).toHaveLength(levelSize(5, level) * levelSize(3, level))
    expect(new Set(levelIds(pyramid, level))).toEqual(new Set([9]))
  }
})

it('allocates no tile where nothing is labeled', () => {
  const map = emptyLabelMap(1024, 512)
  const tiles = tilesOver(map)
  expect(tiles.surface(first)).toBeNull()
  expect(tiles.work.created).toBe(0)
})

it('shows a first stroke on a tile that was empty', () => {
  const map = emptyLabelMap(600, 600)
  const tiles = tilesOver(map)
  tiles.surface(first)
  fillRect(map, 3, 3, 5, 5, 4)
  tiles.update({ x0: 3, y0: 3, x1: 5, y1: 5 })
  expect(tiles.surface(first)!.at(4, 4)).toBe(palette(4))
})

it('keeps no more tiles than it may', () => {
  const map = emptyLabelMap(4096, 512)
  map.ids.fill(1)
  const tiles = tilesOver(map, 2)
  for (let column = 0; column < 8; column++) tiles.surface({ level: 0, column, row: 0 })
  expect(tiles.work.created).toBe(8)
  tiles.surface({ level: 0, column: 7, row: 0 })
  expect(tiles.work.created).toBe(8)
  tiles.surface(first)
  expect(tiles.work.created).toBe(9)
})

const border = (id: number) => 0xff000000 + id / 4

it('draws a border where two objects touch, and none towards what is not labeled', () => {
  const map = emptyLabelMap(8, 8)
  fillRect(map, 1, 1, 4, 5, 0x404)
  fillRect(map, 4, 1, 7, 5, 0x808)
  fillRect(map, 1, 5, 7, 7, 0xc0c)
  const surface = tilesOver(map).surface(first)!
  expect([surface.at(3, 1), surface.at(2, 1), surface.at(4, 1)]).toEqual([
    border(0x404),
    palette(0x404),
    palette(0x808),
  ])
  expect([surface.at(1, 4), surface.at(1, 5)]).toEqual([border(0x404), palette(0xc0c)])
  expect([surface.at(6, 1), surface.at(1, 6), surface.at(6, 6)]).toEqual([
    palette(0x808),
    palette(0xc0c),
    palette(0xc0c),
  ])
})

it.each([
  { x0: 500, y0: 500, x1: 530, y1: 530 },
  { x0: 512, y0: 512, x1: 700, y1: 600 },
  { x0: 0, y0: 0, x1: 9, y1: 9 },
  { x0: 1000, y0: 690, x1: 1024, y1: 700 },
])('after an edit, shows at every level what a tile painted anew would: $x0, $y0', (rect) => {
  const map = emptyLabelMap(1024, 700)
  fillRect(map, 0, 0, 1024, 700, 1)
  const places = [0, 1, 2, 3].flatMap((level) =>
    [0, 1].flatMap((column) => [0, 1].map((row) => ({ level, column, row }))),
  )
  const inside = places.filter(
    ({ level, column, row }) => column * TILE < levelSize(1024, level) && row * TILE < levelSize(700, level),
  )
  const edited = tilesOver(map)
  for (const place of inside) edited.surface(place)
  for (const id of [2, 1, 0]) {
    fillRect(map, rect.x0, rect.y0, rect.x1, rect.y1, id)
    edited.update(rect)
    const fresh = tilesOver(map)
    for (const place of inside) expect(edited.surface(place)!.colors).toEqual(fresh.surface(place)!.colors)
  }
})

it('shows a stroke in progress without writing it into the map, and takes it back', () => {
  const map = emptyLabelMap(64, 64)
  fillRect(map, 0, 0, 64, 64, 1)
  fillRect(map, 12, 0, 14, 64, 2)
  const tiles = tilesOver(map)
  tiles.surface(first)
  const runs = Uint32Array.of(10 * 64 + 8, 8, 11 * 64 + 8, 8)
  const dirty = { x0: 8, y0: 10, x1: 16, y1: 12 }
  tiles.showPreview({ runs, color: 77, changes: (id) => id !== 2 }, dirty)
  expect(tiles.surface(first)!.at(8, 10)).toBe(77)
  expect(tiles.surface(first)!.at(15, 11)).toBe(77)
  expect(tiles.surface(first)!.at(12, 10)).toBe(palette(2))
  expect(tiles.surface(first)!.at(16, 10)).toBe(palette(1))
  expect(map.ids[10 * 64 + 8]).toBe(1)
  tiles.showPreview(null, dirty)
  expect(tiles.surface(first)!.at(8, 10)).toBe(palette(1))
})

it('previews exactly what the same edit would show at every level', () => {
  const width = 131
  const height = 67
  const runs = Uint32Array.of(10 * width + 3, 61, 11 * width + 120, 11, 12 * width, 131, 66 * width + 100, 31)
  const whole = { x0: 0, y0: 0, x1: width, y1: height }
  const previewed = tilesOver(emptyLabelMap(width, height))
  previewed.showPreview({ runs, color: palette(3), changes: () => true }, whole)
  const map = emptyLabelMap(width, height)
  for (let i = 0; i < runs.length; i += 2) map.ids.fill(3, runs[i]!, runs[i]! + runs[i + 1]!)
  const painted = tilesOver(map)
  for (const level of [0, 1, 2, 3]) {
    const place = { level, column: 0, row: 0 }
    expect(previewed.surface(place)?.colors).toEqual(painted.surface(place)?.colors)
  }
})

it('chooses the level whose pixels are at least one device pixel large', () => {
  expect([4, 1, 0.9, 0.5, 0.26, 0.25, 0.13, 0.02].map(levelForScale)).toEqual([0, 0, 1, 1, 2, 2, 3, 3])
})

it('draws patterns as large at every level, the same on both sides of a tile edge and after a part is painted anew', () => {
  const map = emptyLabelMap(TILE + 64, 64)
  map.ids.fill(1)
  fillRect(map, 0, 0, map.width, 4, 2)
  const create = (width: number, height: number) => new MemorySurface(width, height)
  const patternOf = (id: number) => (id === 1 ? patternRows.upright : null)
  const tiles = new LabelTiles({ map, palette: () => 0xff404040, patternOf, create })
  for (let level = 0; level < LEVELS; level++) {
    const surface = tiles.surface({ level, column: 0, row: 0 })!
    const y = levelSize(48, level)
    const marked = (x: number) => surface.at(x, y) !== 0xff404040
    for (let x = 0; x < 32; x++) expect(marked(x), `${level}: ${x}`).toBe(x % 8 < 3)
  }
  const second = { level: 0, column: 1, row: 0 }
  expect(tiles.surface(second)!.at(0, 40)).not.toBe(0xff404040)
  expect(tiles.surface(second)!.at(3, 40)).toBe(0xff404040)
  expect(tiles.surface(second)!.at(0, 1)).toBe(0xff404040)
  const before = [...tiles.surface(second)!.colors]
  tiles.update({ x0: TILE + 13, y0: 21, x1: TILE + 30, y1: 37 })
  expect([...tiles.surface(second)!.colors]).toEqual(before)
})
