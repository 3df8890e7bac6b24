import { expect, it } from 'vitest'
import { report } from '../../../scripts/demo/report.ts'
import { scoreOf } from '../../../scripts/demo/score.ts'
import { missedStrokes } from '../../../scripts/demo/touch-up.ts'
import type { Truth } from '../../../scripts/demo/truth.ts'
import type { LabelMap } from '../../../shared/label/label-map.ts'
import { indexObjects } from '../../../shared/label/object-index.ts'
import { strokeRuns } from '../../../shared/tools/brush-shape.ts'

const [width, height] = [40, 40]

function mapOf(idAt: (x: number, y: number) => number): LabelMap {
  const ids = Uint32Array.from({ length: width * height }, (_, p) => idAt(p % width, Math.floor(p / width)))
  return { width, height, ids }
}

function truthOf(map: LabelMap): Truth {
  return { map, index: indexObjects(map), categoryOf: new Map(), categories: [] }
}

it('gives the whole mark to a label that is the truth, whatever its objects are called', () => {
  const truth = truthOf(mapOf((x) => (x < 20 ? 1 : 2)))
  const label = mapOf((x) => (x < 20 ? 7 : 5))
  const drawn = new Map([
    [1, 7],
    [2, 5],
  ])
  expect(scoreOf(truth, label, drawn)).toEqual({ meanIou: 1, objects: 2, rightPixels: 1 })
})

it('counts what is missing and what is too much', () => {
  const truth = truthOf(mapOf((x) => (x < 20 ? 1 : 0)))
  const half = mapOf((x) => (x >= 10 && x < 30 ? 7 : 0))
  const score = scoreOf(truth, half, new Map([[1, 7]]))
  expect(score.meanIou).toBeCloseTo(1 / 3)
  expect(score.rightPixels).toBe(0.5)
  expect(scoreOf(truth, half, new Map()).meanIou).toBe(0)
})

it('plans strokes that cover what was missed', () => {
  // A pole three pixels wide, of which the label has nothing, and a speck that is not worth a stroke.
  const truth = truthOf(mapOf((x, y) => (x >= 10 && x < 13 ? 4 : x === 30 && y < 5 ? 4 : 0)))
  const strokes = missedStrokes(
    truth,
    4,
    mapOf(() => 0),
    undefined,
  )
  expect(strokes).toHaveLength(1)
  const [{ path, size }] = strokes as [(typeof strokes)[0]]
  expect(size).toBe(3)
  const covered = new Set<number>()
  for (const [i, to] of path.entries()) {
    const runs = strokeRuns(path[Math.max(0, i - 1)]!, to, size, width, height)
    for (let k = 0; k < runs.length; k += 2) {
      for (let p = runs[k]!; p < runs[k]! + runs[k + 1]!; p++) covered.add(p)
    }
  }
  expect([...covered].every((p) => truth.map.ids[p] === 4)).toBe(true)
  expect(covered.size).toBe(3 * height)
  expect(
    missedStrokes(
      truth,
      4,
      mapOf((x) => (x < 20 ? 9 : 0)),
      9,
    ),
  ).toEqual([])
})

it('fails when one check fails, or none was made', () => {
  const lines: string[] = []
  const say = (line: string) => void lines.push(line)
  const good = { text: 'this holds', holds: true }
  expect(report({ checks: [good], lineage: ['a → b'] }, say)).toBe(0)
  expect(report({ checks: [good, { text: 'this does not', holds: false }], lineage: [] }, say)).toBe(1)
  expect(report({ checks: [], lineage: [] }, say)).toBe(1)
  expect(lines).toContain('  FAIL this does not')
})
