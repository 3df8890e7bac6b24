import fc from 'fast-check'
import { expect, it } from 'vitest'
import { normalizeRuns } from '../../../shared/image/runs.ts'
import { patchOfClaims } from '../../../shared/label/claims.ts'
import { applyPatch } from '../../../shared/label/patch.ts'

const [width, height] = [6, 5]
const count = width * height
const ids = fc.array(fc.nat(4), { minLength: count, maxLength: count })
const claim = fc.record({
  set: fc.array(fc.boolean(), { minLength: count, maxLength: count }),
  to: fc.nat(5),
})

it('gives each pixel to the first claim that may have it', () => {
  fc.assert(
    fc.property(ids, fc.array(claim, { maxLength: 4 }), fc.nat(4), (before, claims, locked) => {
      const map = { width, height, ids: Uint32Array.from(before) }
      const may = (from: number, to: number) => from !== locked && to !== locked
      const expected = before.map((id, p) => {
        const first = claims.find(({ set, to }) => set[p] && (id === to || may(id, to)))
        return first ? first.to : id
      })
      const asRuns = claims.map(({ set, to }) => ({
        runs: normalizeRuns(Uint32Array.from(set.flatMap((is, p) => (is ? [p, 1] : []))), width),
        to,
      }))
      const patch = patchOfClaims(map, asRuns, may)
      if (patch) {
        // Within rows, sorted, as long as they can be, and nothing in them that stays.
        for (let i = 0; i < patch.runs.length; i += 2) {
          const [start, end] = [patch.runs[i]!, patch.runs[i]! + patch.runs[i + 1]!]
          expect(Math.floor(start / width)).toBe(Math.floor((end - 1) / width))
          const next = patch.runs[i + 2]
          if (next !== undefined) expect(next > end || (next === end && end % width === 0)).toBe(true)
        }
        expect(patch.before.every((id, i) => id !== patch.after[i])).toBe(true)
        applyPatch(map, patch)
      }
      expect([...map.ids]).toEqual(expected)
    }),
    { numRuns: 300 },
  )
})
