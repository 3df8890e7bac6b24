import fc from 'fast-check'
import { expect, it } from 'vitest'
import { finish } from '../../../../shared/label/checks/check-label.ts'
import { pairKey, pairOf, SEVERAL, scanRuns } from '../../../../shared/label/checks/run-scan.ts'
import type { LabelMap } from '../../../../shared/label/label-map.ts'

const maps = fc
  .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
  .chain(({ width, height }) =>
    fc
      .array(fc.integer({ min: 0, max: 3 }), { minLength: width * height, maxLength: width * height })
      .map((ids): LabelMap => ({ width, height, ids: Uint32Array.from(ids) })),
  )

const scanned = (map: LabelMap) => finish(scanRuns(map, { mayTouch: () => true, gapWidth: 2 }))!

/** The same, one pixel at a time. */
function floodedParts({ width, height, ids }: LabelMap) {
  const seen = new Set<number>()
  const parts: { id: number; pixels: number; around: number; atBorder: boolean }[] = []
  for (let first = 0; first < ids.length; first++) {
    if (seen.has(first)) continue
    const id = ids[first]!
    const near = new Set<number>()
    const open = [first]
    let [pixels, atBorder] = [0, false]
    seen.add(first)
    for (let p = open.pop(); p !== undefined; p = open.pop()) {
      pixels++
      const [x, y] = [p % width, Math.floor(p / width)]
      atBorder ||= x === 0 || y === 0 || x === width - 1 || y === height - 1
      const beside = [
        x > 0 ? p - 1 : -1,
        x < width - 1 ? p + 1 : -1,
        y > 0 ? p - width : -1,
        y < height - 1 ? p + width : -1,
      ]
      for (const q of beside) {
        if (q < 0) continue
        if (ids[q] !== id) near.add(ids[q]!)
        else if (!seen.has(q)) {
          seen.add(q)
          open.push(q)
        }
      }
    }
    const around = id !== 0 || near.size === 0 ? 0 : near.size === 1 ? [...near][0]! : SEVERAL
    parts.push({ id, pixels, around, atBorder })
  }
  return parts
}

it('finds the same parts as a flood, with what lies around unlabeled ones', () => {
  fc.assert(
    fc.property(maps, (map) => {
      const parts = scanned(map).parts.map(({ id, pixels, around, atBorder }) => ({
        id,
        pixels,
        around,
        atBorder,
      }))
      const byText = (list: object[]) => list.map((each) => JSON.stringify(each)).sort()
      expect(byText(parts)).toEqual(byText(floodedParts(map)))
    }),
  )
})

it('counts pixels, outline and contacts as a walk over all pixel sides does', () => {
  fc.assert(
    fc.property(maps, (map) => {
      const { width, height, ids } = map
      const outline = new Map<number, number>()
      const contacts = new Map<number, number>()
      const add = (counts: Map<number, number>, key: number) => counts.set(key, (counts.get(key) ?? 0) + 1)
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const id = ids[y * width + x]!
          const right = x + 1 < width ? ids[y * width + x + 1]! : null
          const below = y + 1 < height ? ids[(y + 1) * width + x]! : null
          if (id !== 0) {
            for (const isBorder of [x === 0, y === 0, right === null, below === null])
              if (isBorder) add(outline, id)
          }
          for (const other of [right, below]) {
            if (other === null || other === id) continue
            if (id !== 0) add(outline, id)
            if (other !== 0) add(outline, other)
            if (id !== 0 && other !== 0) add(contacts, pairKey(id, other))
          }
        }
      }
      const scan = scanned(map)
      expect(new Map([...scan.shapes].map(([id, shape]) => [id, shape.outline]))).toEqual(outline)
      expect(new Map(scan.contacts)).toEqual(contacts)
      for (const [id, { pixels }] of scan.shapes)
        expect(pixels).toBe(ids.reduce((count, each) => count + Number(each === id), 0))
    }),
  )
})

it('gives an object another print for other pixels, and the same for the same', () => {
  fc.assert(
    fc.property(maps, fc.nat(), (map, at) => {
      const place = at % map.ids.length
      const other = { ...map, ids: map.ids.slice() }
      expect(scanned(other).shapes).toEqual(scanned(map).shapes)
      other.ids[place] = map.ids[place] === 3 ? 2 : 3
      const [before, after] = [scanned(map).shapes.get(3)?.print, scanned(other).shapes.get(3)?.print]
      expect(after).not.toBe(before)
    }),
  )
})

it('knows unlabeled pixels between two objects, from any side, and no wider ones', () => {
  const map = mapOf(['1.2222', '1..222', '1...22', '1....2', '......', '333333'])
  const between = (a: number, b: number) => {
    const gap = scanned(map).gaps.find((each) => each.a === a && each.b === b)
    return new Set(
      gap ? [...gap.pairs].flatMap((n, i, all) => (i % 2 === 0 ? span(n, all[i + 1]!) : [])) : [],
    )
  }
  expect(between(1, 2)).toEqual(new Set([1, 7, 8]))
  expect(between(1, 3)).toEqual(new Set([24]))
  expect(between(2, 3)).toEqual(new Set([28 + 1, 28, 22]))
})

it('gives up on a map that is all noise instead of filling the memory', () => {
  const ids = new Uint32Array(3000 * 3000).map((_, i) => (i % 2) + 1)
  expect(
    finish(scanRuns({ width: 3000, height: 3000, ids }, { mayTouch: () => true, gapWidth: 2 })),
  ).toBeNull()
})

it('keeps two ids of 24 bits apart in one key', () => {
  expect(pairOf(pairKey(0xff_ff_ff, 3))).toEqual([3, 0xff_ff_ff])
})

const span = (from: number, length: number) => Array.from({ length }, (_, i) => from + i)

/** One character per pixel: a digit is an id, a dot is unlabeled. */
function mapOf(rows: readonly string[]): LabelMap {
  const ids = Uint32Array.from(rows.join(''), (character) => (character === '.' ? 0 : Number(character)))
  return { width: rows[0]!.length, height: rows.length, ids }
}
