import { readFileSync } from 'node:fs'
import { counts } from './cuts.ts'
import type { Report } from './report.ts'

/** By how much the mean undersegmentation error at 400 may rise. */
const ALLOWED = 0.01

/** What a committed result of `npm run bench` says about quality. Throws when `file` holds none. */
export function committedReport(file: string): Report {
  const { benches } = JSON.parse(readFileSync(file, 'utf8')) as {
    benches?: { name: string; data?: Report }[]
  }
  const report = benches?.find(({ name }) => name === 'superpixel-quality')?.data
  if (!report) throw new Error(`${file} holds no result of superpixel-quality.`)
  return report
}

/** Why `now` must not replace `committed`, as a sentence; null when it may. */
export function regressionOf(now: Report, committed: Report): string | null {
  if (now.set.split !== committed.set.split || now.set.every !== committed.set.every) {
    const of = ({ set }: Report) => `every ${set.every}. image of ${set.split}`
    return `the committed result is of ${of(committed)}, this one of ${of(now)}: compare like with like`
  }
  const at = counts.indexOf(400)
  const [before, after] = [committed.all.ours[at]!.ue, now.all.ours[at]!.ue]
  if (after <= before * (1 + ALLOWED)) return null
  const rise = ((after / before - 1) * 100).toFixed(1)
  return `the mean error at 400 rose by ${rise} %, from ${before.toFixed(4)} to ${after.toFixed(4)}; ${ALLOWED * 100} % is allowed`
}
