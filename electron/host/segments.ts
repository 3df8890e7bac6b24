import { z } from 'zod'
import { AppError, toAppError } from '../../shared/base/app-error.ts'
import type { HostArgs, HostHandlers, HostOutput } from '../../shared/host/host-api.ts'
import {
  datasetNameSchema,
  type SegmentsDatasetView,
  type SegmentsMode,
  type SegmentsPlan,
  type SegmentsResult,
  type SegmentsState,
} from '../../shared/host/segments-methods.ts'
import { isActedOn, isJudged, isUnusual } from '../../shared/sync/segments-decision.ts'
import type { SegmentsDataset, SegmentsRemote } from '../../shared/sync/segments-remote.ts'
import type { Cards } from './cards.ts'
import type { Categories } from './categories.ts'
import type { Import } from './import.ts'
import type { Labels } from './labels.ts'
import type { LibraryContext } from './library-context.ts'
import { createPacer } from './pacer.ts'
import { requireWritable } from './read-only.ts'
import { bookName, createSegmentsBook, type SegmentsBook } from './segments-book.ts'
import { planCard } from './segments-cards.ts'
import { planCategories } from './segments-categories.ts'
import {
  createSamplesHere,
  hasMasks,
  markOfSample,
  nameOf,
  type Pair,
  pairSamples,
  requireDataset,
  samplesThere,
} from './segments-look.ts'
import { type RunWish, replacedBy, runDataset } from './segments-run.ts'
import { createTally, type RunTools, type SegmentsCarrier, stoppedError } from './segments-tools.ts'
import type { LibrarySettings } from './settings.ts'
import { createSyncLog } from './sync-log.ts'

const placeSchema = z.object({ baseUrl: z.string().min(1), dataset: datasetNameSchema })
type Place = z.infer<typeof placeSchema>
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
  /** One job at a time, told of as it goes; the same one again joins it. Rejects with `CONFLICT` beside another one. */
  readonly job: <T>(kind: Job['kind'], key: string, work: (tools: JobTools) => Promise<T>) => Promise<T>
  /** One run, as a part of a job. */
  readonly run: (
    tools: JobTools,
    wish: HostArgs<'segments.run'>,
    origin?: RunWish['origin'],
  ) => Promise<SegmentsResult>
  /** The linked dataset. Rejects with `REMOTE_NOT_SET`, `AUTH_MISSING` … */
  readonly connect: () => Promise<{ remote: SegmentsRemote; dataset: string; book: SegmentsBook }>
  /** `isBeforeRun`: as a part of a job; then it does not matter whether the dataset is there. */
  readonly link: (wish: HostArgs<'segments.link'>, isBeforeRun?: boolean) => Promise<void>
  readonly serverUrl: () => string
  /** Ends what runs; asked for again, it goes on. */
  close(): Promise<void>
}
type Job = NonNullable<SegmentsState['job']>
export type JobTools = {
  readonly signal: AbortSignal
  show(
    step: string,
    more?: { readonly done?: number; readonly total?: number; readonly bytes?: number },
  ): void
  say(text: string, code?: string): void
}

const progressEveryMs = 250
/** Samples that a plan lists. */
const mostListed = 10_000

/** A library and its dataset on Segments.ai. */
export function createSegments(
  context: LibraryContext,
  options: {
    readonly settings: LibrarySettings
    /** The server of the settings. Rejects with `AUTH_MISSING`, `AUTH_KEYRING` … */
    readonly connect: () => Promise<SegmentsRemote>
    readonly labels: Pick<Labels, 'arrivals' | 'objects' | 'shapes' | 'recover' | 'conflicts'>
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
  const books = new Map<string, SegmentsBook>()
  let job: Job | null = null
  let current: { key: string; stop: AbortController; result: Promise<unknown> } | null = null

  const tell = () => context.emit({ type: 'segments.changed', status: status() })
  const pace = createPacer(tell, progressEveryMs)

  const selectPlace = context.db.prepare("SELECT value FROM settings WHERE key = 'segments.dataset'")
  /** The link is of the server that the settings name: another server is another place. */
  function place(): Place | null {
    const row = selectPlace.get()
    const parsed = placeSchema.safeParse(row ? JSON.parse(String(row.value)) : null)
    if (!parsed.success) return null
    const { baseUrl } = settings.get().segments
    return parsed.data.baseUrl === baseUrl ? parsed.data : null
  }
  function setPlace(dataset: string | null): void {
    const { baseUrl } = settings.get().segments
    const value = dataset === null ? null : JSON.stringify(placeSchema.parse({ baseUrl, dataset }))
    context.transaction(() => {
      if (value === null) context.db.prepare("DELETE FROM settings WHERE key = 'segments.dataset'").run()
      else {
        const sql = "INSERT OR REPLACE INTO settings (key, value) VALUES ('segments.dataset', ?)"
        context.db.prepare(sql).run(value)
      }
    })
  }
  function requirePlace(): Place {
    const found = place()
    if (found) return found
    throw new AppError('REMOTE_NOT_SET', 'This library is linked to no Segments.ai dataset.', {
      remedy: 'Choose one on the Segments.ai screen or with "tessera segments link".',
    })
  }
  function bookOf({ baseUrl, dataset }: Place): SegmentsBook {
    const name = bookName(baseUrl, dataset)
    const found = books.get(name) ?? createSegmentsBook(context, name)
    books.set(name, found)
    return found
  }

  function status(): SegmentsState {
    const its = place()
    const book = its && bookOf(its)
    const facts = book?.facts()
    return {
      link: its && { ...its, url: webUrl(its), create: facts?.create ?? false },
      known: { samples: book?.count() ?? 0, syncedAt: facts?.syncedAt ?? null },
      job,
    }
  }

  async function connect() {
    const its = requirePlace()
    return { remote: await options.connect(), dataset: its.dataset, book: bookOf(its) }
  }

  function requireIdle(): void {
    if (!current) return
    throw new AppError('CONFLICT', 'The dataset is being worked on already.', {
      remedy: 'Wait until that is done, or stop it.',
    })
  }

  const runJob: Segments['job'] = (kind, key, work) => {
    requireWritable(context)
    if (current?.key === key) return current.result as ReturnType<typeof work>
    requireIdle()
    const stop = new AbortController()
    job = {
      kind,
      state: 'running',
      step: 'Asking what there is',
      done: 0,
      total: 0,
      bytesDone: 0,
      error: null,
      result: null,
      startedAt: context.now(),
      endedAt: null,
    }
    pace.ask()
    const tools: JobTools = {
      signal: stop.signal,
      show(step, { done = 0, total, bytes = 0 } = {}) {
        const now = job!
        job = {
          ...now,
          step,
          done: now.done + done,
          ...(total !== undefined && { total, done: 0 }),
          bytesDone: now.bytesDone + bytes,
        }
        pace.ask()
      },
      say: (text, code) =>
        journal.say({
          kind: code === undefined ? 'note' : 'problem',
          text,
          ...(code !== undefined && { code }),
        }),
    }
    const run = async () => {
      try {
        const result = await work(tools)
        job = { ...job!, state: 'done', step: 'Done' }
        return result
      } catch (thrown) {
        const isStopped = stop.signal.aborted
        const error = isStopped ? stoppedError(thrown) : toAppError(thrown)
        if (error.code === 'INTERNAL') context.log('error', 'segments', String(thrown))
        journal.say({ kind: isStopped ? 'note' : 'problem', text: error.message, code: error.code })
        job = { ...job!, state: isStopped ? 'stopped' : 'failed', error: error.toInfo() }
        throw error
      } finally {
        job = { ...job!, endedAt: context.now() }
        current = null
        pace.drop()
        tell()
      }
    }
    const result = run()
    current = { key, stop, result }
    result.catch(() => {})
    return result
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
    const { signal, say, show } = tools
    say(`${verbs[mode]} ${dataset}`)
    const base: Omit<RunTools, 'ids' | 'taskType'> = {
      context,
      remote,
      book,
      dataset,
      labels,
      cards,
      categories,
      imports,
      samplesHere,
      carrier: options.carrier ?? null,
      mode,
      overwriteReviewed,
      tally,
      signal,
      advance: (step, done, bytes = 0) => show(step, { done, bytes }),
      say,
    }
    const wish = { create: book.facts().create, confirmed, ...(origin && { origin }) }
    try {
      const result = await runDataset(base, wish, (total) => show('Comparing samples', { total }))
      job = { ...job!, result }
      say(summary(result))
      for (const remark of result.remarks) say(remark)
      return result
    } finally {
      if (job) job = { ...job, result: job.result ?? { mode, dataset, ...tally } }
    }
  }

  async function plan(mode: SegmentsMode, signal: AbortSignal): Promise<SegmentsPlan> {
    const { remote, dataset: name, book } = await connect()
    const found = await remote.dataset(name, signal)
    if (mode === 'pull' || !book.facts().create) requireDataset(found, name)
    if (!context.readOnly) await labels.recover({ silently: true })
    const here = await samplesHere.all()
    const there = found ? await samplesThere(remote, name, signal) : []
    const markOf = (sample: Parameters<typeof markOfSample>[1]) => markOfSample(remote, sample, signal)
    const pairs = await pairSamples({ dataset: found, here, there, book, markOf })
    const ontology = planCategories(categories, book, found, mode)
    const counts: SegmentsPlan['counts'] = {}
    for (const { fate } of pairs) counts[fate] = (counts[fate] ?? 0) + 1
    const items = pairs.flatMap((pair) => (pair.fate === 'unchanged' ? [] : [itemOf(pair, mode)]))
    items.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    const sums = { push: 0, pull: 0 }
    for (const { here: own, there: their, agreed } of pairs) {
      if (!own || own.inTrash || !their) continue
      const { toHere, toThere } = planCard(own, their, agreed, mode)
      if (toThere) sums.push++
      if (toHere.length > 0) sums.pull++
    }
    const replaced = mode === 'publish' ? 0 : replacedBy(pairs)
    return {
      mode,
      dataset: found && viewOf(found, remote),
      counts,
      items: items.slice(0, mostListed),
      left: Math.max(0, items.length - mostListed),
      categories: {
        newThere: [...(mode === 'pull' ? [] : ontology.newThere)],
        newHere: [...ontology.newHere],
        changes: [...ontology.changes],
        remarks: [
          ...ontology.remarks,
          ...(found && !hasMasks(found.taskType)
            ? [`The dataset is for ${found.taskType || 'no task'}: labels with a mask do not go there.`]
            : []),
        ],
      },
      cards: sums,
      reviewed: items.filter(({ overwritesReviewed }) => overwritesReviewed).length,
      replaced,
      needsConfirmation: isUnusual(replaced, here.length),
    }
  }

  async function link({ dataset, create }: HostArgs<'segments.link'>, isBeforeRun = false): Promise<void> {
    requireWritable(context)
    if (!isBeforeRun) requireIdle()
    const remote = await options.connect()
    const found = await remote.dataset(dataset, new AbortController().signal)
    if (found && create && !isBeforeRun) {
      throw new AppError('NAME_TAKEN', `There is a dataset ${dataset} already.`, {
        remedy: 'Link the library to it, or choose another name.',
      })
    }
    if (!create) requireDataset(found, dataset)
    setPlace(dataset)
    bookOf(requirePlace()).setFacts({ create: found === null })
    tell()
  }

  const handlers: Segments['handlers'] = {
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
      requireIdle()
      setPlace(null)
      tell()
      return status()
    },
    'segments.plan': ({ mode }, signal) => plan(mode, signal),
    'segments.run': async (wish) => runJob(wish.mode, JSON.stringify(wish), (tools) => run(tools, wish)),
    async 'segments.cancel'() {
      current?.stop.abort()
      await current?.result.catch(() => undefined)
      return status()
    },
    'segments.log': async ({ limit }) => ({ lines: journal.read(limit) }),
    async 'segments.conflicts'() {
      const open = context.db.prepare(
        `SELECT DISTINCT s.id, s.name FROM tips t JOIN revisions r ON r.id = t.revision_id JOIN samples s ON s.id = t.sample_id
         WHERE r.tool = 'segments' AND t.revision_id <> s.head_revision AND s.trashed_at IS NULL ORDER BY s.name`,
      )
      return { samples: open.all().map(({ id, name }) => ({ sampleId: String(id), name: String(name) })) }
    },
  }

  return {
    handlers,
    job: runJob,
    run,
    connect,
    link,
    serverUrl: () => settings.get().segments.baseUrl,
    async close() {
      current?.stop.abort()
      await current?.result.catch(() => undefined)
      journal.close()
    },
  }
}

const verbs: Readonly<Record<SegmentsMode, string>> = {
  publish: 'Publishing to',
  pull: 'Pulling from',
  both: 'Bringing together with',
}

function itemOf(pair: Pair, mode: SegmentsMode): SegmentsPlan['items'][number] {
  const { here, there, fate, isByName } = pair
  const statusThere = there?.label?.status ?? null
  const overwritesReviewed = mode !== 'pull' && fate === 'push' && isJudged(statusThere)
  return {
    name: nameOf(pair),
    sampleId: here?.id ?? null,
    uuid: pair.there?.uuid ?? pair.agreed?.uuid ?? null,
    fate,
    isDone: isActedOn(fate, mode),
    statusThere,
    overwritesReviewed,
    note: isByName
      ? 'Both have this name: whether it is the same image is seen when it is fetched.'
      : here?.isOpen
        ? 'Two labels wait for an answer.'
        : here?.inTrash
          ? 'It is in the trash here.'
          : '',
  }
}

function viewOf(dataset: SegmentsDataset, remote: Pick<SegmentsRemote, 'datasetUrl'>): SegmentsDatasetView {
  const { fullName, description, taskType, samplesCount, isPublic, createdAt, role } = dataset
  return {
    name: fullName,
    description,
    taskType,
    samples: samplesCount,
    isPublic,
    createdAt,
    role,
    url: remote.datasetUrl(fullName),
  }
}

/** Without asking anybody: the web is beside the API. */
const webUrl = ({ baseUrl, dataset }: Place): string =>
  `${baseUrl.replace(/\/+$/, '').replace(/^(https?:\/\/)api\./, '$1app.')}/${dataset}`

function summary({ sent, got, conflicts, failed }: HostOutput<'segments.run'>): string {
  const parts = [
    `${sent.samples} samples and ${sent.labels} labels sent`,
    `${got.samples} samples and ${got.labels} labels brought here`,
    ...(conflicts.length > 0 ? [`${conflicts.length} conflicts`] : []),
    ...(failed.length > 0 ? [`${failed.length} failed`] : []),
  ]
  return parts.join(', ')
}
