import { expect, it } from 'vitest'
import type { Table } from '../../../scripts/merge-cost/search.ts'
import { inThreads } from '../../../scripts/merge-cost/shares.ts'
import type { TrialExtra, TrialScore } from '../../../scripts/merge-cost/trial.ts'
import { renderScene, type Scene } from '../../../scripts/scenes/scene.ts'
import { costTable } from '../../../shared/superpixel/merge-cost-table.ts'

const url = new URL('../../../scripts/merge-cost/trial.ts', import.meta.url)
const scenes = [1, 2, 3].map((seed) => renderScene(seed, 96, 64))
const trial = (table: Table, threads: number) =>
  inThreads<Scene, TrialExtra, TrialScore>(url, scenes, { table, counts: [20, 60], compactAt: 20 }, threads)

it('scores each scene by the table on trial, in whatever thread', { timeout: 120_000 }, async () => {
  const scores = await trial(costTable, 2)
  expect(scores).toHaveLength(3)
  for (const { errors, compactness } of scores) {
    expect(errors[0]).toBeGreaterThan(errors[1]!)
    expect(compactness).toBeGreaterThan(0)
    expect(compactness).toBeLessThan(Math.PI / 4)
  }
  expect(await trial(costTable, 1)).toEqual(scores)
  const rounder = await trial({ ...costTable, flatness: 1e6 }, 1)
  expect(rounder.every(({ compactness }, i) => compactness > scores[i]!.compactness)).toBe(true)
})
