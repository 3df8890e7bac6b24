import { median } from '../bench-result.ts'
import type { ImageSet } from '../quality/image-set.ts'
import { type Way, type Work, ways } from './annotator.ts'
import { ZOOM } from './hand.ts'
import { effortOf } from './plan.ts'
import { LEAST_AREA } from './truth.ts'
import type { Labeled } from './worker.ts'

type Spread = { readonly median: number; readonly mean: number; readonly p90: number }

/** Of all objects, done or not, but for `iou`, the least of those that are done. */
export type WaySummary = {
  readonly gestures: Spread
  /** Image pixels; on the screen `zoom` times as many. */
  readonly travel: Spread
  readonly aims: Spread
  /** Gestures, and one more for each 500 pixels of the screen. */
  readonly effort: Spread
  readonly keys: Spread
  /** Shares of all gestures: wheel notches, and whatever the brush did. */
  readonly notches: number
  readonly brushed: number
  /** Share of objects that reach the wanted overlap. */
  readonly reached: number
}

/** Gestures of the one way over those of the other, of objects that both finish. */
export type Ratio = {
  readonly of: Way
  readonly to: Way
  readonly objects: number
  /** Of the means, of the medians, and the median of the objects' own ratios. */
  readonly means: number
  readonly medians: number
  readonly median: number
  /** Of the mean ways of the pointer. */
  readonly travel: number
  /** Of the mean efforts. */
  readonly effort: number
  readonly aim: number | null
}

export type EffortReport = {
  readonly set: ImageSet
  readonly images: number
  readonly objects: number
  readonly leastArea: number
  readonly zoom: number
  readonly ways: Readonly<Record<Way, WaySummary>>
  readonly ratios: readonly Ratio[]
  readonly each: readonly Labeled[]
}

const asked: readonly (readonly [Way, Way, number | null])[] = [
  ['all levels and brush', 'polygon', 0.5],
  ['all levels and brush', 'one size and brush', 0.7],
  ['all levels alone', 'polygon', 0.5],
  ['all levels alone', 'one size alone', 0.7],
  ['all levels and brush', 'brush', null],
  ['box', 'polygon', null],
  ['brush', 'polygon', null],
]

export function reportOf(set: ImageSet, each: readonly Labeled[]): EffortReport {
  const workOf = (way: Way) => each.flatMap(({ work }) => work[way])
  return {
    set,
    images: each.length,
    objects: each.reduce((sum, { areas }) => sum + areas.length, 0),
    leastArea: LEAST_AREA,
    zoom: ZOOM,
    ways: Object.fromEntries(ways.map((way) => [way, summaryOf(workOf(way))])) as Record<Way, WaySummary>,
    ratios: asked.map(([of, to, aim]) => ratioOf(of, to, aim, workOf(of), workOf(to))),
    each,
  }
}

function summaryOf(work: readonly Work[]): WaySummary {
  const gestures = total(work, ({ gestures }) => gestures)
  return {
    gestures: spreadOf(work.map((one) => one.gestures)),
    travel: spreadOf(work.map(({ travel }) => travel)),
    aims: spreadOf(work.map(({ aims }) => aims)),
    effort: spreadOf(work.map(effortOf)),
    keys: spreadOf(work.map(({ keys }) => keys)),
    notches: total(work, ({ notches }) => notches) / gestures,
    brushed: total(work, ({ brushed }) => brushed) / gestures,
    reached: work.filter(({ isDone }) => isDone).length / work.length,
  }
}

const total = (work: readonly Work[], of: (one: Work) => number) =>
  work.reduce((sum, one) => sum + of(one), 0)

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  return {
    median: median(sorted),
    mean: sorted.reduce((a, b) => a + b, 0) / sorted.length,
    p90: sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.9))]!,
  }
}

export function ratioOf(of: Way, to: Way, aim: number | null, a: readonly Work[], b: readonly Work[]): Ratio {
  const pairs = a.map((one, i) => [one, b[i]!] as const).filter(([x, y]) => x.isDone && y.isDone)
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const ratio = (take: (work: Work) => number, by: (values: readonly number[]) => number) =>
    by(pairs.map(([x]) => take(x))) / by(pairs.map(([, y]) => take(y)))
  const none = pairs.length === 0
  return {
    of,
    to,
    objects: pairs.length,
    means: none ? Number.NaN : ratio(({ gestures }) => gestures, mean),
    medians: none ? Number.NaN : ratio(({ gestures }) => gestures, median),
    median: none ? Number.NaN : median(pairs.map(([x, y]) => x.gestures / y.gestures)),
    travel: none ? Number.NaN : ratio(({ travel }) => travel, mean),
    effort: none ? Number.NaN : ratio(effortOf, mean),
    aim,
  }
}

export function tableOf({
  set,
  images,
  objects,
  zoom,
  leastArea,
  ways: found,
  ratios,
}: EffortReport): string[] {
  const share = (value: number) => `${(100 * value).toFixed(0)} %`
  const spread = ({ median: middle, mean, p90 }: Spread, digits: number) =>
    [middle, mean, p90].map((value) => value.toFixed(digits).padStart(7)).join('')
  return [
    `${images} images of ${set.split} (every ${set.every}), ${objects} objects of ${leastArea} pixels and more`,
    `median, mean and 90th percentile of gestures, of travel in screen pixels at ${100 * zoom} %, of aims, and of effort;`,
    'shares of gestures: wheel notches, and what the brush did; share of objects that reach 95 %',
    `${''.padEnd(22)}${'gestures'.padStart(21)}${'travel'.padStart(21)}${'aims'.padStart(21)}${'effort'.padStart(21)}  wheel  brush reached`,
    ...ways.map((way) => {
      const { gestures, travel, aims, effort, notches, brushed, reached } = found[way]
      const screen = { median: travel.median * zoom, mean: travel.mean * zoom, p90: travel.p90 * zoom }
      return `${way.padEnd(22)}${spread(gestures, 1)}${spread(screen, 0)}${spread(aims, 1)}${spread(effort, 1)}${share(notches).padStart(7)}${share(brushed).padStart(7)}${share(reached).padStart(8)}`
    }),
    'gestures over gestures, of objects that both finish:',
    ...ratios.map(
      ({ of, to, objects: both, means, medians, median: middle, travel, effort, aim }) =>
        `${of} / ${to}: ${means.toFixed(2)} of means, ${medians.toFixed(2)} of medians, ${middle.toFixed(2)} in the middle, travel ${travel.toFixed(2)}, effort ${effort.toFixed(2)} (${both} objects)${aim === null ? '' : `, aim ${aim}: ${means <= aim ? 'reached' : 'not reached'}`}`,
    ),
  ]
}
