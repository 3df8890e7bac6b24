import { readFileSync } from 'node:fs'
import { counts } from './cuts.ts'
import type { ImageSet } from './image-set.ts'
import type { Report } from './report.ts'

/** By how much the mean undersegmentation error at 400 may rise. */
const ALLOWED = 0.01

/**
 * What a committed result of `npm run bench` says about quality. Throws when `file` holds none, or one of other images
 * than `set`.
 */
export function committedReport(file: string, set: ImageSet): Report {
  const { benches } = JSON.parse(readFileSync(file, 'utf8')) as {
    benches?: { name: string; data?: Report }[]
  }
  const report = benches?.find(({ name }) => name === 'superpixel-quality')?.data
  if (!report) throw new Error(`${file} holds no result of superpixel-quality.`)
  if (report.set.split !== set.split || report.set.every !== set.every) {
    const of = ({ split, every }: ImageSet) => `${split}, one in ${every}`
    throw new Error(`${file} is of ${of(report.set)}, not of ${of(set)}: compare like with like.`)
  }
  return report
}

/** Why `now` must not replace `committed`, which is of the same images, as a sentence; null when it may. */
export function regressionOf(now: Report, committed: Report): string | null {
  const at = counts.indexOf(400)
  const [before, after] = [committed.all.ours[at]!.ue, now.all.ours[at]!.ue]
  if (after <= before * (1 + ALLOWED)) return null
  const rise = ((after / before - 1) * 100).toFixed(1)
  return `the mean error at 400 rose by ${rise} %, from ${before.toFixed(4)} to ${after.toFixed(4)}; ${ALLOWED * 100} % is allowed`
}
