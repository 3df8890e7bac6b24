import type { RevisionId } from '../../shared/dataset/digest.ts'
import type { HostArgs, HostOutput } from '../../shared/host/host-api.ts'
import { createLabelCodec } from '../adapters/label-codec.ts'
import type { ObjectCrop } from '../adapters/label-crops.ts'
import type { Labels } from './labels.ts'
import type { SampleQueries } from './sample-query.ts'

/** All objects of a category over the samples of a query, some at a time. */
export type ObjectLists = {
  /** Rejects with `NOT_FOUND` for a query that is not kept any more, and when `signal` is aborted. */
  list(args: HostArgs<'objects.list'>, signal: AbortSignal): Promise<HostOutput<'objects.list'>>
  close(): Promise<void>
}

type Found = HostOutput<'objects.list'>['objects'][number]

const maskSide = 96
/** An answer comes after this time or with this many objects, whatever is first: the page shows them as they come. */
const answerMs = 400
const mostObjects = 400
/** Objects whose crops are kept between questions, over all labels. */
const mostKept = 20_000
const samplesAtOnce = 50

export function createObjectLists(tools: {
  readonly labels: Pick<Labels, 'drawing'>
  readonly queries: Pick<SampleQueries, 'window'>
}): ObjectLists {
  const { labels, queries } = tools
  // Not the worker that saves go through, nor the one that draws for the grid.
  const codec = createLabelCodec()
  /** By revision and category, least recently used first. */
  const kept = new Map<string, readonly ObjectCrop[]>()
  let keptObjects = 0

  async function cropsOf(revision: RevisionId, categoryId: number): Promise<readonly ObjectCrop[]> {
    const key = `${revision} ${categoryId}`
    const known = kept.get(key)
    if (known) {
      kept.delete(key)
      kept.set(key, known)
      return known
    }
    const { width, height, objects, png } = await labels.drawing(revision)
    const ids = objects.flatMap((object) => (object.categoryId === categoryId ? [object.id] : []))
    const crops = ids.length === 0 ? [] : await codec.crops({ width, height, png, ids, side: maskSide })
    kept.set(key, crops)
    keptObjects += crops.length + 1
    for (const [oldest, list] of kept) {
      if (keptObjects <= mostKept || oldest === key) break
      kept.delete(oldest)
      keptObjects -= list.length + 1
    }
    return crops
  }

  return {
    async list({ query, categoryId, from }, signal) {
      const until = performance.now() + answerMs
      const objects: Found[] = []
      let at = from
      for (;;) {
        const { samples } = queries.window({ query, from: at, limit: samplesAtOnce })
        if (samples.length === 0) return { objects, next: null }
        for (const sample of samples) {
          signal.throwIfAborted()
          at++
          if (!sample || sample.headRevision === null || sample.objectCount === 0) continue
          const revision = sample.headRevision as RevisionId
          for (const crop of await cropsOf(revision, categoryId)) {
            const { name, imageDigest, width, height } = sample
            const image = { width, height }
            objects.push({
              ...crop,
              bounds: [...crop.bounds],
              sampleId: sample.id,
              revision,
              name,
              imageDigest,
              image,
            })
          }
          if (objects.length >= mostObjects || performance.now() > until) return { objects, next: at }
        }
      }
    },
    close: () => codec.close(),
  }
}
