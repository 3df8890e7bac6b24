import { AppError } from '../../shared/base/app-error.ts'
import type { HostArgs, HostHandlers } from '../../shared/host/host-api.ts'
import type { SegmentsMode, SegmentsResult, SegmentsState } from '../../shared/host/segments-methods.ts'
import type { SegmentsRemote } from '../../shared/sync/segments-remote.ts'
import { createLabelCodec } from '../adapters/label-codec.ts'
import type { Cards } from './cards.ts'
import type { Categories } from './categories.ts'
import type { Import } from './import.ts'
import type { Labels } from './labels.ts'
import type { LibraryContext } from './library-context.ts'
import { createPacer } from './pacer.ts'
import { requireWritable } from './read-only.ts'
import type { SegmentsBook } from './segments-book.ts'
import { createSegmentsJobs, type JobTools, type SegmentsJobs } from './segments-job.ts'
import { createSamplesHere, requireDataset } from './segments-look.ts'
import { createSegmentsPlaces, datasetWebUrl } from './segments-place.ts'
import { planDataset, viewOf } from './segments-plan.ts'
import { type RunWish, runDataset } from './segments-run.ts'
import { createTally, type SegmentsCarrier } from './segments-tools.ts'
import type { LibrarySettings } from './settings.ts'
import { createSyncLog } from './sync-log.ts'

type Named =
  | 'segments.status'
  | 'segments.datasets'
  | 'segments.link'
  | 'segments.unlink'
  | 'segments.plan'
  | 'segments.run'
  | 'segments.cancel'
  | 'segments.log'
  | 'segments.conflicts'
export type Segments = {
  readonly handlers: Pick<HostHandlers, Named>
  readonly job: SegmentsJobs['start']
  /** One run, as a part of a job. */
  run(tools: JobTools, wish: HostArgs<'segments.run'>, origin?: RunWish['origin']): Promise<SegmentsResult>
  /** The linked dataset. Rejects with `REMOTE_NOT_SET`, `AUTH_MISSING` … */
  connect(): Promise<{ remote: SegmentsRemote; dataset: string; book: SegmentsBook }>
  /** `isBeforeRun`: as a part of a job; then it does not matter whether the dataset is there. */
  link(wish: HostArgs<'segments.link'>, isBeforeRun?: boolean): Promise<void>
  serverUrl(): string
  /** Ends what runs; asked for again, it goes on. */
  close(): Promise<void>
}

const progressEveryMs = 250

/** A library and its dataset on Segments.ai. */
export function createSegments(
  context: LibraryContext,
  options: {
    readonly settings: LibrarySettings
    /** The server of the settings. Rejects with `AUTH_MISSING`, `AUTH_KEYRING` … */
    readonly connect: () => Promise<SegmentsRemote>
    readonly labels: Pick<Labels, 'arrivals' | 'objects' | 'shapes' | 'recover'>
    readonly cards: Cards
    readonly categories: Categories
    readonly imports: Pick<Import, 'importFile'>
    readonly carrier?: SegmentsCarrier
    /** Where the log is kept; in memory alone when left out. */
    readonly logFile?: string
  },
): Segments {
  const { settings, labels, cards, categories, imports } = options
  const samplesHere = createSamplesHere(context, cards)
  const journal = createSyncLog({
    path: options.logFile ?? null,
    writes: !context.readOnly,
    now: () => context.now(),
  })
  const places = createSegmentsPlaces(context, () => settings.get().segments.baseUrl)
  const tell = () => context.emit({ type: 'segments.changed', status: status() })
  const pace = createPacer(tell, progressEveryMs)
  const jobs = createSegmentsJobs(context, journal, {
    ask: pace.ask,
    end() {
      pace.drop()
      tell()
    },
  })
  const selectConflicts = context.db.prepare(
    `SELECT DISTINCT s.id, s.name FROM tips t JOIN revisions r ON r.id = t.revision_id JOIN samples s ON s.id = t.sample_id
     WHERE r.tool = 'segments' AND t.revision_id <> s.head_revision AND s.trashed_at IS NULL ORDER BY s.name`,
  )

  function status(): SegmentsState {
    const place = places.now()
    const book = place && places.book(place)
    const facts = book?.facts()
    return {
      link: place && {
        ...place,
        url: datasetWebUrl(place),
        create: facts?.create ?? false,
        taskType: facts?.create ? facts.as.taskType : (facts?.taskType ?? null),
      },
      known: { samples: book?.count() ?? 0, syncedAt: facts?.syncedAt ?? null },
      job: jobs.latest(),
    }
  }

  async function connect() {
    const place = places.required()
    return { remote: await options.connect(), dataset: place.dataset, book: places.book(place) }
  }

  async function run(
    tools: JobTools,
    { mode, overwriteReviewed, confirmed }: HostArgs<'segments.run'>,
    origin?: RunWish['origin'],
  ): Promise<SegmentsResult> {
    const { remote, dataset, book } = await connect()
    // What only a journal holds would else be passed over.
    await labels.recover({ silently: true })
    const tally = createTally()
    const codec = createLabelCodec()
    const { signal, say, show } = tools
    say(`${verbs[mode]} ${dataset}`)
    const base = {
      ...{ context, remote, book, dataset, labels, cards, categories, imports, samplesHere },
      ...{ codec, mode, overwriteReviewed, tally, signal, say },
      carrier: options.carrier ?? null,
      advance: (step: string, done: number, bytes = 0) => show(step, { done, bytes }),
    }
    const wish = { create: book.facts().create, confirmed, ...(origin && { origin }) }
    try {
      const result = await runDataset(base, wish, (total) => show('Comparing samples', { total }))
      say(summary(result))
      for (const remark of result.remarks) say(remark)
      return result
    } finally {
      tools.keep({ mode, dataset, ...tally })
      await codec.close()
    }
  }

  async function link(
    { dataset, create, as }: HostArgs<'segments.link'>,
    isBeforeRun = false,
  ): Promise<void> {
    requireWritable(context)
    if (!isBeforeRun) jobs.requireIdle()
    const remote = await options.connect()
    const found = await remote.dataset(dataset, new AbortController().signal)
    if (found && create && !isBeforeRun) {
      throw new AppError('NAME_TAKEN', `There is a dataset ${dataset} already.`, {
        remedy: 'Link the library to it, or choose another name.',
      })
    }
    if (!create) requireDataset(found, dataset)
    places.set(dataset)
    const isThere = found !== null
    places
      .book(places.required())
      .setFacts(isThere ? { create: false, taskType: found.taskType } : { create: true, as, taskType: null })
    tell()
  }

  return {
    handlers: {
      'segments.status': async () => status(),
      async 'segments.datasets'({ owner }, signal) {
        const remote = await options.connect()
        return { datasets: (await remote.datasets(owner, signal)).map((each) => viewOf(each, remote)) }
      },
      async 'segments.link'(wish) {
        await link(wish)
        return status()
      },
      async 'segments.unlink'() {
        requireWritable(context)
        jobs.requireIdle()
        places.set(null)
        tell()
        return status()
      },
      async 'segments.plan'({ mode }, signal) {
        const place = await connect()
        if (!context.readOnly) await labels.recover({ silently: true })
        const carrier = options.carrier ?? null
        return planDataset({ ...place, categories, samplesHere, carrier }, mode, signal)
      },
      'segments.run': async (wish) =>
        jobs.start(wish.mode, JSON.stringify(wish), (tools) => run(tools, wish)),
      async 'segments.cancel'() {
        await jobs.stop()
        return status()
      },
      'segments.log': async ({ limit }) => ({ lines: journal.read(limit) }),
      'segments.conflicts': async () => ({
        samples: selectConflicts.all().map(({ id, name }) => ({ sampleId: String(id), name: String(name) })),
      }),
    },
    job: jobs.start,
    run,
    connect,
    link,
    serverUrl: places.serverUrl,
    async close() {
      await jobs.stop()
      journal.close()
    },
  }
}

const verbs: Readonly<Record<SegmentsMode, string>> = {
  publish: 'Publishing to',
  pull: 'Pulling from',
  both: 'Bringing together with',
}

const counted = (count: number, one: string) => `${count} ${one}${count === 1 ? '' : 's'}`

function summary({ sent, got, conflicts, failed }: SegmentsResult): string {
  const parts = [
    `${counted(sent.samples, 'sample')} and ${counted(sent.labels, 'label')} sent`,
    `${counted(got.samples, 'sample')} and ${counted(got.labels, 'label')} brought here`,
    ...(conflicts.length > 0 ? [counted(conflicts.length, 'conflict')] : []),
    ...(failed.length > 0 ? [`${failed.length} failed`] : []),
  ]
  return parts.join(', ')
}
