// Thread: divides the scenes `workerData.items` with the reference, under another table of constants, and scores them.
import { registerHooks } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { compactness } from '../../bench/metrics/compactness.ts'
import { componentsOf } from '../../bench/metrics/components.ts'
import { overlapsOf, undersegmentationError } from '../../bench/metrics/overlap.ts'
import { nodesOfLeaves } from '../../shared/superpixel/cut.ts'
import type { Scene } from '../scenes/scene.ts'
import type { Table } from './search.ts'

export type TrialExtra = {
  readonly table: Table
  readonly counts: readonly number[]
  /** The one of `counts` whose compactness is wanted. */
  readonly compactAt: number
}
/** Undersegmentation error at each count, mean over annotators, and compactness at one of them. */
export type TrialScore = { readonly errors: readonly number[]; readonly compactness: number }

const { items, table, counts, compactAt } = workerData as TrialExtra & { items: readonly Scene[] }

// The reference reads its constants from a module. In this thread, and nowhere else, that module is the table on trial.
registerHooks({
  load: (url, context, next) =>
    url.endsWith('/shared/superpixel/merge-cost-table.ts')
      ? { format: 'module', shortCircuit: true, source: `export const costTable = ${JSON.stringify(table)}` }
      : next(url, context),
})
const { buildHierarchy } = await import('../../shared/superpixel/build.ts')

const scores = items.map((scene): TrialScore => {
  const hierarchy = buildHierarchy(scene)
  let compact = 0
  const errors = counts.map((count) => {
    const nodes = nodesOfLeaves(hierarchy, count)
    const partition = componentsOf(
      hierarchy.leaf.map((leaf) => nodes[leaf]!),
      scene.width,
    )
    if (count === compactAt) compact = compactness(partition)
    const sum = scene.truths.reduce(
      (total, truth) => total + undersegmentationError(overlapsOf(partition, truth)),
      0,
    )
    return sum / scene.truths.length
  })
  return { errors, compactness: compact }
})
parentPort!.postMessage(scores)
