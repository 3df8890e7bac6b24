import { createHash } from 'node:crypto'
import { recallAtDensity, scoresAt } from '../metrics/interpolation.ts'
import { meanScores, type Scores } from '../metrics/scores.ts'
import type { Method } from '../peers/partitions.ts'
import { counts } from './cuts.ts'
import type { ImageResult } from './image-result.ts'
import type { ImageSet } from './image-set.ts'
import { published } from './published.ts'
import { type Verdict, verdictsOf } from './verdicts.ts'

/** At this contour density the recall of methods is compared: ragged outlines buy recall. */
const DENSITY = 0.25

export type PeerMeans = {
  readonly name: string
  readonly from: string
  /** Means of what came of each request. */
  readonly requested: readonly ({ readonly request: number } & Scores)[]
  /** At each of `counts`, interpolated; null outside of what it returned. */
  readonly at: readonly (Scores | null)[]
  readonly recallAtDensity: number | null
}

export type Means = {
  readonly images: number
  /** At each of `counts`. */
  readonly ours: readonly Scores[]
  readonly recallAtDensity: number | null
  readonly peers: readonly PeerMeans[]
}

/** How ours compares at one count; errors divided, so that less is better. Null where there is nothing to divide by. */
export type Ratios = {
  readonly count: number
  readonly toOpenCvSlic: number | null
  /** The best of those in this run. */
  readonly bestPeer: string | null
  readonly toBestPeer: number | null
  /** The best of all whose figures are known, on the half for which they are. */
  readonly bestPublished: string
  readonly toBestPublished: number | null
}

/** What the bench writes. */
export type Report = {
  readonly set: ImageSet
  readonly engine: string
  /** Leaves, mean over images. */
  readonly leaves: number
  /** SHA-256 of all images' digests: the same on every machine. */
  readonly digest: string
  readonly counts: readonly number[]
  /** Whether the peers were measured with ours, or are those of a committed result of the same images. */
  readonly peersOf: 'this run' | 'an earlier run'
  readonly all: Means
  /** Every second image, for which other methods' figures are known; null where the set has it not whole. */
  readonly half: Means | null
  readonly ratios: readonly Ratios[]
  readonly verdicts: readonly Verdict[]
}

/** `methods`: those that `results` have, or a report of the same images whose peers are taken. */
export function reportOf(
  set: ImageSet,
  results: readonly ImageResult[],
  methods: readonly Method[] | Report,
): Report {
  const isEarlier = 'all' in methods
  const all = meansOf(results, isEarlier ? methods.all.peers : peersOf(results, methods))
  // Every image of a split or every second one has the half.
  const even = results.filter(({ isEven }) => isEven)
  const halfPeers = isEarlier ? (methods.half?.peers ?? []) : peersOf(even, methods)
  const half = set.every <= 2 ? meansOf(even, halfPeers) : null
  const knowsHalf = set.split === 'val' ? half : null
  const ratios = counts.map((_, i) => ratiosAt(i, all, knowsHalf))
  const faultCount = results.reduce((sum, { faults }) => sum + faults.length, 0)
  return {
    set,
    engine: results[0]!.engine,
    leaves: results.reduce((sum, { leafCount }) => sum + leafCount, 0) / results.length,
    digest: createHash('sha256')
      .update(results.map(({ digest }) => digest).join())
      .digest('hex'),
    counts,
    peersOf: isEarlier ? 'an earlier run' : 'this run',
    all,
    half,
    ratios,
    verdicts: set.split === 'val' && set.every === 1 ? verdictsOf(all, half!, ratios, faultCount) : [],
  }
}

function meansOf(results: readonly ImageResult[], peers: readonly PeerMeans[]): Means {
  const ours = counts.map((_, i) => meanScores(results.map((result) => result.ours[i]!)))
  return { images: results.length, ours, recallAtDensity: recallAtDensity(ours, DENSITY), peers }
}

function peersOf(results: readonly ImageResult[], methods: readonly Method[]): PeerMeans[] {
  return methods.map(({ name, from, requests }) => {
    const requested = requests.map((request) => ({
      request,
      ...meanScores(results.map(({ peers }) => scoresOfRequest(peers, name, request))),
    }))
    const means = requested.map(({ request: _, ...scores }) => scores)
    return {
      name,
      from,
      requested,
      at: counts.map((count) => scoresAt(means, count)),
      recallAtDensity: recallAtDensity(means, DENSITY),
    }
  })
}

function scoresOfRequest(peers: ImageResult['peers'], name: string, request: number): Scores {
  return peers.find((peer) => peer.method === name && peer.request === request)!.scores
}

function ratiosAt(i: number, all: Means, half: Means | null): Ratios {
  const ue = all.ours[i]!.ue
  const errors = all.peers.map(({ name, at }) => ({ name, ue: at[i]?.ue ?? Number.POSITIVE_INFINITY }))
  const slic = errors.find(({ name }) => name === 'OpenCV SLIC')
  const best = least(errors)
  const known = least(
    Object.entries(published).map(([name, figures]) => ({
      name,
      ue: figures.ue[i] ?? Number.POSITIVE_INFINITY,
    })),
  )!
  return {
    count: counts[i]!,
    toOpenCvSlic: slic && Number.isFinite(slic.ue) ? ue / slic.ue : null,
    bestPeer: best?.name ?? null,
    toBestPeer: best ? ue / best.ue : null,
    bestPublished: known.name,
    toBestPublished: half ? half.ours[i]!.ue / known.ue : null,
  }
}

function least(errors: readonly { name: string; ue: number }[]): { name: string; ue: number } | null {
  const [first] = errors.toSorted((a, b) => a.ue - b.ue)
  return first && Number.isFinite(first.ue) ? first : null
}
