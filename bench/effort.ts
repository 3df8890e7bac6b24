import { hasTestData } from '../test/support/test-data.ts'
import type { BenchOptions, BenchResult } from './bench-result.ts'
import { reportOf, tableOf } from './effort/report.ts'
import type { Labeled } from './effort/worker.ts'
import { idsOf, imageSet } from './quality/image-set.ts'
import { inThreads } from './threads/pool.ts'

export const name = 'effort'
export const question =
  'How many gestures does a simulated annotator need per object, with each tool, until 95 % of label and truth agree?'

/** Of `val` every second image: all of them would take half an hour on two cores. */
const everyOf: Readonly<Record<string, string>> = { val: '2' }

/** What is simulated is written in docs/guide/effort.md. The same images always give the same figures. */
export async function run(options: BenchOptions = {}): Promise<BenchResult> {
  const setName = options.set ?? 'val'
  const set = imageSet(setName, options.every ?? everyOf[setName])
  if (!hasTestData(`bsds500/${set.split}`)) {
    const reason = `bsds500/${set.split} is not in TESSERA_TEST_DATA: nothing to label`
    return { measurements: [], skipped: [reason] }
  }
  const most = options.images === undefined ? Number.POSITIVE_INFINITY : Number(options.images)
  if (!(most >= 1)) throw new Error(`--images takes a whole number above 0, not ${options.images}.`)
  const ids = idsOf(set).slice(0, most)
  const labeled = await inThreads<(typeof ids)[number], Labeled>(
    new URL('./effort/worker.ts', import.meta.url),
    null,
    ids,
    (done) => options.onProgress?.(`${done} of ${ids.length} images`),
  )
  const report = reportOf(set, labeled)
  return { measurements: [], skipped: [], table: tableOf(report), data: report }
}
