import { hasTestData } from '../test/support/test-data.ts'
import type { BenchOptions, BenchResult } from './bench-result.ts'
import { findOffer, type Offer } from './peers/partitions.ts'
import { committedReport, regressionOf } from './quality/gate.ts'
import { idsOf, imageSet } from './quality/image-set.ts'
import { measureImages } from './quality/images.ts'
import { reportOf } from './quality/report.ts'
import { tableOf } from './quality/table.ts'

export const name = 'superpixel-quality'
export const question =
  'How well do superpixels follow what people outlined, at exactly 100 … 1000 of them, against other methods at as many?'

/**
 * Mean scores over annotators, then over images of BSDS500. Fails when a cut is not nested, 4-connected, exactly as many
 * as asked for, or when the kernel and the reference differ, and with `--gate FILE` when the error rose.
 */
export async function run(options: BenchOptions = {}): Promise<BenchResult> {
  const set = imageSet(options.set ?? 'val', options.every)
  const [committed, earlier] = [options.gate, options.peers].map((file) =>
    file === undefined ? null : committedReport(file, set),
  )
  if (!hasTestData(`bsds500/${set.split}`)) {
    const reason = `bsds500/${set.split} is not in TESSERA_TEST_DATA: nothing to measure with`
    return { measurements: [], skipped: [reason], failures: committed ? [reason] : [] }
  }
  const isAlone = Boolean(earlier) || options['no-peers'] === true
  const offer = isAlone ? null : await findOffer()
  const ids = idsOf(set)
  const results = await measureImages(ids, { offer }, (done) => {
    if (done % 10 === 0 || done === ids.length) options.onProgress?.(`${done} of ${ids.length} images`)
  })
  const report = reportOf(set, results, earlier ?? offer?.methods ?? [])
  const failures = results.flatMap(({ id, faults }) => faults.map((fault) => `${id}: ${fault}`))
  const regression = committed && regressionOf(report, committed)
  if (regression) failures.push(regression)
  const skipped = isAlone ? [] : absentOf(offer)
  return { measurements: [], skipped, table: tableOf(report), data: report, failures }
}

function absentOf(offer: Offer | null): string[] {
  if (!offer) return ['other methods: no Python has OpenCV, scikit-image or fast-slic (TESSERA_PYTHON)']
  return offer.absent.map(({ name: method, why }) => `${method}: ${why}`)
}
