import { counts } from './cuts.ts'
import { published } from './published.ts'
import type { Means, Ratios } from './report.ts'

/** One target and what came of it. */
export type Verdict = {
  readonly what: string
  /** Null where it could not be measured. */
  readonly value: number | null
  /** Whether less or more is better. */
  readonly better: 'less' | 'more'
  readonly must: number
  /** Null where must is all. */
  readonly aim: number | null
  readonly verdict: 'aim' | 'must' | 'missed' | 'not measured'
}

/** Mean undersegmentation error at each of `counts` on all of val. */
const errors = { must: [0.113, 0.086, 0.068, 0.06, 0.0515], aim: [0.105, 0.08, 0.064, 0.056, 0.048] }

/** Up to 400 one ratio, at 1000 another; at 600, where none is set, the line between in log K. */
const toBest = {
  must: [0.8, 0.8, 0.8, between(0.8, 0.88), 0.88],
  aim: [0.75, 0.75, 0.75, between(0.75, 0.8), 0.8],
}

function between(at400: number, at1000: number): number {
  return at400 + ((at1000 - at400) * Math.log(600 / 400)) / Math.log(1000 / 400)
}

/** The targets of the engine's quality, for all 100 images of val. `half`: every second one of them. */
export function verdictsOf(
  all: Means,
  half: Means,
  ratios: readonly Ratios[],
  faultCount: number,
): Verdict[] {
  const verdicts: Verdict[] = []
  const add =
    (better: Verdict['better']) => (what: string, value: number | null, must: number, aim: number | null) => {
      verdicts.push({ what, value, better, must, aim, verdict: judge(value, better, must, aim) })
    }
  const [less, more] = [add('less'), add('more')]
  counts.forEach((count, i) => {
    less(`error at ${count}`, all.ours[i]!.ue, errors.must[i]!, errors.aim[i]!)
  })
  const at400 = all.ours[counts.indexOf(400)]!
  less('error at 400, the goal of this engine', at400.ue, 0.062, null)
  ratios.forEach(({ count, bestPublished, toBestPublished }, i) => {
    const what = `error at ${count} to that of ${bestPublished}, the best known, on the half`
    less(what, toBestPublished, toBest.must[i]!, toBest.aim[i]!)
  })
  ratios.forEach(({ count, bestPeer, toBestPeer }, i) => {
    const what = `error at ${count} to that of ${bestPeer ?? 'the best peer'}, the best in this run`
    less(what, toBestPeer, toBest.must[i]!, toBest.aim[i]!)
  })
  for (const { count, toOpenCvSlic } of ratios) {
    less(`error at ${count} to that of OpenCV SLIC`, toOpenCvSlic, 0.65, 0.58)
  }
  counts.forEach((count, i) => {
    more(`recall at ${count} minus fast-slic's, on the half`, recallGain(half, i), 0.03, 0.05)
  })
  more('recall at contour density 0.25, on the half', half.recallAtDensity, 0.85, 0.87)
  more('compactness at 400', at400.compactness, 0.26, 0.3)
  const meanSize = (481 * 321) / 400
  more('smallest region at 400, of the mean size', at400.smallest / meanSize, 0.05, 0.1)
  less('cuts not nested, 4-connected, exact or deterministic', faultCount, 0, null)
  return verdicts
}

/** Against fast-slic in this run, or else against its known figures. */
function recallGain(half: Means, i: number): number | null {
  const here = half.peers.find(({ name }) => name === 'fast-slic')
  const theirs = here ? here.at[i]?.recall : published['fast-slic']!.recall[i]
  return theirs == null ? null : half.ours[i]!.recall - theirs
}

export function judge(
  value: number | null,
  better: 'less' | 'more',
  must: number,
  aim: number | null,
): Verdict['verdict'] {
  if (value === null) return 'not measured'
  const reaches = (target: number) => (better === 'less' ? value <= target : value >= target)
  if (aim !== null && reaches(aim)) return 'aim'
  return reaches(must) ? 'must' : 'missed'
}
