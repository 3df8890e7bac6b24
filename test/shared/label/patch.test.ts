import fc from 'fast-check'
import { expect, it } from 'vitest'
import { normalizeRuns } from '../../../shared/image/runs.ts'
import { applyPatch, invertPatch, type MaskPatch, patchOver } from '../../../shared/label/patch.ts'
import { pixelCountOfRuns } from '../../support/runs.ts'

const width = 6
const pixels = 24
const ids = fc.array(fc.nat(4), { minLength: pixels, maxLength: pixels })
const pairs = fc.array(fc.tuple(fc.nat(pixels - 1), fc.integer({ min: 1, max: 9 })), { maxLength: 5 })

it('is undone by its inverse, and changes nothing outside of its runs', () => {
  fc.assert(
    fc.property(ids, ids, pairs, (start, painted, pairs) => {
      const flat = pairs.flatMap(([at, length]) => [at, Math.min(length, pixels - at)])
      const runs = normalizeRuns(Uint32Array.from(flat), width)
      const inRuns: number[] = []
      for (let i = 0; i < runs.length; i += 2) {
        for (let p = runs[i]!; p < runs[i]! + runs[i + 1]!; p++) inRuns.push(p)
      }
      expect(inRuns).toHaveLength(pixelCountOfRuns(runs))
      const patch: MaskPatch = {
        runs,
        before: Uint32Array.from(inRuns, (p) => start[p]!),
        after: Uint32Array.from(inRuns, (p) => painted[p]!),
      }
      const map = { width, height: pixels / width, ids: Uint32Array.from(start) }
      applyPatch(map, patch)
      const touched = new Set(inRuns)
      expect([...map.ids]).toEqual(start.map((id, p) => (touched.has(p) ? painted[p] : id)))
      applyPatch(map, invertPatch(patch))
      expect([...map.ids]).toEqual(start)
    }),
  )
})

it('reads what runs hold, with another patch on top of the map and without', () => {
  fc.assert(
    fc.property(ids, ids, pairs, pairs, (start, painted, wide, narrow) => {
      const runsOf = (list: readonly (readonly [number, number])[]) =>
        normalizeRuns(
          Uint32Array.from(list.flatMap(([at, length]) => [at, Math.min(length, pixels - at)])),
          width,
        )
      const over = patchOver(mapOf(painted), runsOf(narrow), null)
      const runs = runsOf([...wide, ...narrow])
      const map = mapOf(start)
      const patch = patchOver(map, runs, over)
      expect([...map.ids]).toEqual(start)
      expect(patch.before).toEqual(patchOver(map, runs, null).after)
      const [expected, found] = [mapOf(start), mapOf(start)]
      applyPatch(expected, over)
      applyPatch(found, patch)
      expect(found.ids).toEqual(expected.ids)
    }),
  )
})

const mapOf = (list: readonly number[]) => ({ width, height: pixels / width, ids: Uint32Array.from(list) })
