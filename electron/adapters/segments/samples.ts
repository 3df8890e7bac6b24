import { AppError } from '../../../shared/base/app-error.ts'
import type { JsonObject } from '../../../shared/base/json.ts'
import { RemoteError } from '../../../shared/sync/remote-error.ts'
import { readList, readSample } from '../../../shared/sync/segments-objects.ts'
import type {
  SegmentsRemote,
  SegmentsSample,
  SegmentsSampleChange,
  SegmentsSampleDraft,
  SegmentsSampleQuery,
} from '../../../shared/sync/segments-remote.ts'
import { noPage } from './failures.ts'
import type { SegmentsHttp } from './http.ts'
import { orNone } from './or-none.ts'
import { part, query } from './path.ts'
import { rewrite, saysAll } from './rewrite.ts'

const usualPage = 200
/** Of one dataset: an answer that goes on beyond them is none. */
const mostSamples = 1_000_000
const smallestPage = 25
/** Of one bulk call. */
const mostAdded = 100
const mostAddedBytes = 4 * 1024 * 1024

type Calls = Pick<SegmentsRemote, 'samples' | 'sampleByName' | 'sample' | 'addSamples' | 'updateSample'>

/** `at` is `owner/name` as part of a path. */
export function createSampleCalls(http: SegmentsHttp, at: (dataset: string) => string): Calls {
  const calls: Calls = {
    async *samples(dataset, wish, signal) {
      const path = `/datasets/${at(dataset)}/samples/`
      const seen = new Set<string>()
      let perPage = Math.max(1, Math.min(1000, wish.perPage ?? usualPage))
      for (let page = 1; ; page++) {
        let list: SegmentsSample[] | null
        try {
          list = await http.ask(`${path}?${queryOf(wish, perPage, page)}`, { signal }, (value) =>
            readList(value, readSample),
          )
        } catch (error) {
          if (error instanceof RemoteError && error.cause === noPage) return
          if (!isTooMuch(error) || perPage <= smallestPage) throw error
          perPage = Math.max(smallestPage, Math.floor(perPage / 2))
          // What was seen of a page that is read in part comes again and is left out.
          page = Math.floor(seen.size / perPage)
          continue
        }
        const fresh = list.filter(({ uuid }) => !seen.has(uuid))
        // A short page need not be the last: a server may give fewer than it was asked for.
        if (fresh.length === 0) return
        for (const { uuid } of fresh) seen.add(uuid)
        if (seen.size > mostSamples) {
          throw new AppError(
            'REMOTE_CORRUPT',
            'Segments.ai lists more than 1,000,000 samples of a dataset.',
            {
              remedy: 'Split the dataset there.',
            },
          )
        }
        yield fresh
      }
    },
    async sampleByName(dataset, name, labelset, signal) {
      const wish = { nameContains: name, ...(labelset !== null && { labelset }) }
      for await (const page of calls.samples(dataset, wish, signal)) {
        const found = page.find((one) => one.name === name)
        if (found) return found
      }
      return null
    },
    sample(uuid, { labelset, isSigned = false }, signal) {
      const asked = new URLSearchParams()
      if (isSigned) asked.set('include_signed_urls', '1')
      else if (labelset !== undefined) asked.set('labelset', labelset)
      const more = asked.size > 0 ? `?${asked}` : ''
      return orNone(http.ask(`/samples/${part(uuid)}/${more}`, { signal }, readSample))
    },
    async addSamples(dataset, drafts, signal) {
      const path = `/datasets/${at(dataset)}/samples_bulk/`
      const added: SegmentsSample[] = []
      for (const batch of batches(drafts)) added.push(...(await add(path, dataset, batch, signal)))
      return added
    },
    updateSample(uuid, change, signal) {
      const path = `/samples/${part(uuid)}/`
      return rewrite<SegmentsSample>(
        http,
        {
          path,
          method: 'PATCH',
          isPacked: true,
          read: readSample,
          look: (ask) => ask(path, { signal }, readSample),
          change(now) {
            const wish = change(now)
            return wish && wireOf(wish)
          },
          isWritten: saysAll,
        },
        signal,
      )
    },
  }

  /** Names that are there are given back as they are, so asking again is no danger. */
  async function add(
    path: string,
    dataset: string,
    batch: readonly SegmentsSampleDraft[],
    signal: AbortSignal,
  ): Promise<SegmentsSample[]> {
    const body = batch.map((draft) => ({ priority: 0, readme: '', ...wireOf(draft) }))
    let list: SegmentsSample[]
    try {
      const call = { method: 'POST', body, isPacked: true, signal } as const
      list = await http.ask(path, call, (value) => readList(value, readSample))
    } catch (error) {
      // Two who add the same name at the same moment, or more than the server takes at a time.
      const isSplit = error instanceof RemoteError && (error.code === 'NAME_TAKEN' || isTooMuch(error))
      if (!isSplit) throw error
      if (batch.length === 1) {
        const found = await calls.sampleByName(dataset, batch[0]!.name, null, signal).catch(() => null)
        if (found) return [found]
        throw error
      }
      const middle = Math.ceil(batch.length / 2)
      const first = await add(path, dataset, batch.slice(0, middle), signal)
      return [...first, ...(await add(path, dataset, batch.slice(middle), signal))]
    }
    const byName = new Map(list.map((one) => [one.name, one]))
    return batch.map(({ name }, i) => {
      const its = list[i]?.name === name ? list[i] : byName.get(name)
      if (its) return its
      throw new AppError(
        'REMOTE_CORRUPT',
        `Segments.ai did not say what became of the sample "${name.slice(0, 120)}".`,
        { remedy: 'Try again: what is there is found by its name.' },
      )
    })
  }
  return calls
}

/** The server gives up on what is too much at a time. */
function isTooMuch(error: unknown): boolean {
  return error instanceof RemoteError && [413, 502, 504].includes(error.cause as number)
}

function* batches(drafts: readonly SegmentsSampleDraft[]): Generator<readonly SegmentsSampleDraft[]> {
  let batch: SegmentsSampleDraft[] = []
  let bytes = 0
  for (const draft of drafts) {
    const its = JSON.stringify(draft).length
    if (batch.length === mostAdded || (batch.length > 0 && bytes + its > mostAddedBytes)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(draft)
    bytes += its
  }
  if (batch.length > 0) yield batch
}

function wireOf(change: SegmentsSampleChange): JsonObject {
  const { assignedLabeler, assignedReviewer, ...others } = change
  return {
    ...(others as JsonObject),
    ...(assignedLabeler !== undefined && { assigned_labeler: assignedLabeler }),
    ...(assignedReviewer !== undefined && { assigned_reviewer: assignedReviewer }),
  }
}

/** Commas between members and colons between key and value stay as they are. */
function queryOf(asked: SegmentsSampleQuery, perPage: number, page: number): string {
  const encode = query
  const { labelset, isFull = false, nameContains, filters = {}, statuses = [], sort = 'name' } = asked
  const pairs = Object.entries(filters).map(([key, value]) => `${encode(key)}:${encode(value)}`)
  return [
    `per_page=${perPage}`,
    `page=${page}`,
    ...(labelset !== undefined ? [`labelset=${encode(labelset)}`] : []),
    ...(labelset !== undefined && isFull ? ['include_full_label=1'] : []),
    ...(nameContains !== undefined ? [`name__contains=${encode(nameContains)}`] : []),
    ...(pairs.length > 0 ? [`filters=${pairs.join(',')}`] : []),
    ...(statuses.length > 0 ? [`label_status=${statuses.map(encode).join(',')}`] : []),
    `sort=${encode(sort)}`,
  ].join('&')
}
