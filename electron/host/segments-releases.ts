import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../shared/base/app-error.ts'
import { isJsonRecord, type Json, type JsonRecord, parseExactJson } from '../../shared/base/exact-json.ts'
import { isJsonObject, type JsonObject, jsonExcess } from '../../shared/base/json.ts'
import type { SegmentsReleaseView } from '../../shared/host/segments-methods.ts'
import { groundTruth, type SegmentsRelease, type SegmentsRemote } from '../../shared/sync/segments-remote.ts'
import type { SegmentsBook } from './segments-book.ts'

/** How often it is asked whether a release is there, and for how long. */
export const releaseWaits = { everyMs: 5000, mostMs: 10 * 60 * 1000 }
/** Bytes of the file of a release. */
const mostBytes = 256 * 1024 * 1024

type Place = { readonly remote: SegmentsRemote; readonly dataset: string; readonly book: SegmentsBook }

export function releaseView(release: SegmentsRelease, book: SegmentsBook): SegmentsReleaseView {
  const { uuid, name, description, status, createdAt, samplesCount } = release
  return {
    uuid,
    name,
    description,
    status: status === 'SUCCEEDED' ? 'SUCCEEDED' : status === 'FAILED' ? 'FAILED' : 'PENDING',
    createdAt,
    samples: samplesCount ?? 0,
    version: book.releases().get(uuid) ?? null,
  }
}

/** Newest first. */
export async function listReleases(
  { remote, dataset, book }: Place,
  signal: AbortSignal,
): Promise<SegmentsReleaseView[]> {
  const found = (await remote.releases(dataset, signal)).map((release) => releaseView(release, book))
  return found.sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0))
}

/** Makes a release, or finds it, and waits for it. Rejects with `REMOTE_REFUSED` when the service could not build it. */
export async function makeRelease(
  { remote, dataset }: Pick<Place, 'remote' | 'dataset'>,
  draft: { readonly name: string; readonly description: string },
  signal: AbortSignal,
  waits: typeof releaseWaits = releaseWaits,
): Promise<SegmentsRelease> {
  const { release } = await remote.createRelease(dataset, draft, signal)
  const until = performance.now() + waits.mostMs
  let now = release
  while (now.status !== 'SUCCEEDED' && now.status !== 'FAILED' && performance.now() < until) {
    await sleep(waits.everyMs, undefined, { signal })
    now = (await remote.release(dataset, draft.name, signal)) ?? now
  }
  if (now.status !== 'FAILED') return now
  throw new AppError(
    'REMOTE_REFUSED',
    `Segments.ai could not build the release ${draft.name.slice(0, 120)}.`,
    {
      remedy: 'Delete it there, then make it again, or choose another name.',
    },
  )
}

/** One sample of a release, as its file has it. */
export type ReleasedSample = {
  readonly uuid: string
  readonly name: string
  /** Null: nobody had labeled it. */
  readonly label: {
    readonly status: string
    readonly attributes: JsonObject | null
    readonly score: number | null
  } | null
  readonly metadata: JsonObject
  readonly priority: number
  /** Labels of other labelsets, by their names, as they came. */
  readonly others: JsonRecord
  /** All that the file says of it but labels. */
  readonly whole: JsonRecord
}
export type ReleaseFile = {
  readonly taskType: string
  readonly taskAttributes: JsonObject
  readonly samples: readonly ReleasedSample[]
}

/** The file of a release that is there. Rejects with `NOT_FOUND`, `CONFLICT` for one that is not built yet, `REMOTE_CORRUPT`. */
export async function readRelease(
  { remote, dataset }: Pick<Place, 'remote' | 'dataset'>,
  name: string,
  signal: AbortSignal,
): Promise<{ release: SegmentsRelease; file: ReleaseFile }> {
  const release = await remote.release(dataset, name, signal)
  if (!release) {
    throw new AppError('NOT_FOUND', `The dataset has no release "${name.slice(0, 120)}".`, {
      remedy: 'See the list of releases.',
    })
  }
  if (release.status !== 'SUCCEEDED' || release.url === null) {
    throw new AppError('CONFLICT', `The release "${name.slice(0, 120)}" is not built.`, {
      remedy:
        release.status === 'FAILED'
          ? 'Delete it there and make it again.'
          : 'Wait until it is, then try again.',
    })
  }
  let parts: Uint8Array[] = []
  const sink = {
    begin() {
      parts = []
    },
    take: (part: Uint8Array) => void parts.push(Buffer.from(part)),
  }
  await remote.receive(release.url, sink, mostBytes, signal)
  return { release, file: parseReleaseFile(Buffer.concat(parts).toString('utf8')) }
}

/** Throws AppError `REMOTE_CORRUPT` for what is no release. Samples without an id or a name are no samples. */
export function parseReleaseFile(text: string): ReleaseFile {
  let json: unknown
  try {
    json = parseExactJson(text)
  } catch (cause) {
    throw corrupt('it is no JSON', cause)
  }
  const excess = jsonExcess(json)
  if (excess !== null) throw corrupt(`it holds ${excess}`)
  const dataset = isJsonObject(json) && isJsonObject(json.dataset) ? json.dataset : null
  if (!dataset || !Array.isArray(dataset.samples)) throw corrupt('it lists no samples')
  const samples = (dataset.samples as readonly Json[]).flatMap((entry): ReleasedSample[] => {
    if (!isJsonRecord(entry)) return []
    const { labels, tasks, ...whole } = entry
    const { uuid, name, metadata, priority } = entry
    if (typeof uuid !== 'string' || typeof name !== 'string') return []
    const sets = isJsonRecord(labels) ? labels : isJsonRecord(tasks) ? tasks : {}
    const { [groundTruth]: shown, ...others } = sets
    const label = isJsonRecord(shown) && typeof shown.label_status === 'string' ? shown : null
    return [
      {
        uuid,
        name,
        label: label && {
          status: label.label_status as string,
          attributes: isJsonObject(label.attributes) ? label.attributes : null,
          score: typeof label.score === 'number' ? label.score : null,
        },
        metadata: isJsonObject(metadata) ? metadata : {},
        priority: typeof priority === 'number' && Number.isFinite(priority) ? priority : 0,
        others: Object.fromEntries(Object.entries(others).filter(([, each]) => each !== null)),
        whole,
      },
    ]
  })
  const taskAttributes = isJsonObject(dataset.task_attributes) ? dataset.task_attributes : {}
  return { taskType: String(dataset.task_type ?? ''), taskAttributes, samples }
}

function corrupt(why: string, cause?: unknown): AppError {
  return new AppError('REMOTE_CORRUPT', `The file of the release cannot be read: ${why}.`, {
    remedy: 'Nothing was taken from it. Make another release.',
    cause,
  })
}
