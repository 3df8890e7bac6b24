import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorInfo } from '../../shared/base/app-error.ts'
import type { HostConnection, HostInput, HostOutput } from '../../shared/host/host-api.ts'
import type {
  SegmentsPlan,
  SegmentsReleaseView,
  SegmentsState as SegmentsStatus,
} from '../../shared/host/segments-methods.ts'
import type { Asked } from '../../shared/host/version-methods.ts'
import { flushSaves } from './autosave.ts'
import { errorInfo } from './loading.ts'

export type SegmentsJob = NonNullable<SegmentsStatus['job']>
/** What both sides are known to differ in. A plan stays shown while it is looked again, and when that fails. */
export type SegmentsLook = {
  readonly plan: SegmentsPlan | null
  readonly at: number | null
  readonly isLooking: boolean
  readonly error: ErrorInfo | null
}
export type SegmentsReleases = {
  /** Null: never read. */
  readonly list: readonly SegmentsReleaseView[] | null
  readonly isReading: boolean
  readonly error: ErrorInfo | null
}

export type SegmentsState = {
  /** Null until it was read once. */
  readonly link: SegmentsStatus['link'] | undefined
  readonly known: SegmentsStatus['known']
  /** What runs, or what ran last; null when there was nothing, or it was read and put away. */
  readonly job: SegmentsJob | null
  /** Why what a person asked for was not even begun. */
  readonly refused: ErrorInfo | null
  readonly look: SegmentsLook
  /** Samples whose label from there waits beside the one here. */
  readonly conflicts: HostOutput<'segments.conflicts'>['samples']
  readonly releases: SegmentsReleases
  /** What the release came to that a version was made of last. */
  readonly taken: HostOutput<'segments.toArtifact'> | null
}

/** The library and its dataset on Segments.ai. What runs ends in the state and does not reject. */
export type SegmentsStore = StoreApi<SegmentsState> & {
  refresh(): Promise<void>
  /** Asks what differs; once more while it is being asked is the same question. */
  lookAgain(): Promise<void>
  /** Reject with AppError. */
  link(dataset: string, create: boolean, as?: HostInput<'segments.link'>['as']): Promise<void>
  unlink(): Promise<void>
  run(wish: HostInput<'segments.run'>): Promise<boolean>
  fromArtifact(wish: HostInput<'segments.fromArtifact'>): Promise<boolean>
  release(name: string, description: string): Promise<boolean>
  toArtifact(release: string, message: string): Promise<boolean>
  /** Goes on with what was stopped or failed, agreeing to what it asked; false also when that is not known any more. */
  goOn(): Promise<boolean>
  cancel(): Promise<void>
  readReleases(): Promise<void>
  /** Puts away what is said of the last job. */
  putAway(): void
}

const notLooked: SegmentsLook = { plan: null, at: null, isLooking: false, error: null }
const noReleases: SegmentsReleases = { list: null, isReading: false, error: null }

export function createSegmentsStore(
  host: HostConnection,
  flush: () => Promise<void> = flushSaves,
): SegmentsStore {
  const store = createStore<SegmentsState>(() => ({
    link: undefined,
    known: { samples: 0, syncedAt: null },
    job: null,
    refused: null,
    look: notLooked,
    conflicts: [],
    releases: noReleases,
    taken: null,
  }))
  let putAwayAt: number | null = null
  /** What was asked for last, to be asked for again. */
  let again: ((confirmed?: Asked) => Promise<boolean>) | null = null
  let looking: Promise<void> | null = null

  function show({ link, known, job }: SegmentsStatus): void {
    const before = store.getState()
    const isAway = job !== null && job.state !== 'running' && job.startedAt === putAwayAt
    const isOther = before.link !== undefined && before.link?.url !== link?.url
    store.setState({
      link,
      known,
      job: isAway ? null : job,
      // What is known of one dataset says nothing about another one.
      ...(isOther && { look: notLooked, releases: noReleases }),
    })
  }

  async function readConflicts(): Promise<void> {
    const { samples } = await host.call('segments.conflicts', {})
    store.setState({ conflicts: samples })
  }

  function lookAgain(): Promise<void> {
    const { link } = store.getState()
    if (!link) return Promise.resolve()
    looking ??= look(link.url).finally(() => {
      looking = null
    })
    return looking
  }
  async function look(url: string): Promise<void> {
    const isSame = () => store.getState().link?.url === url
    store.setState({ look: { ...store.getState().look, isLooking: true, error: null } })
    try {
      // What is drawn in this window and not saved yet is part of what differs.
      await flush()
      const plan = await host.call('segments.plan', { mode: 'both' })
      if (isSame()) store.setState({ look: { plan, at: Date.now(), isLooking: false, error: null } })
    } catch (error) {
      if (isSame())
        store.setState({ look: { ...store.getState().look, isLooking: false, error: errorInfo(error) } })
    } finally {
      await readConflicts().catch(() => {})
    }
  }

  async function readReleases(): Promise<void> {
    const { link, releases } = store.getState()
    if (!link || releases.isReading) return
    store.setState({ releases: { ...releases, isReading: true, error: null } })
    const isSame = () => store.getState().link?.url === link.url
    try {
      const { releases: list } = await host.call('segments.releases', {})
      if (isSame()) store.setState({ releases: { list, isReading: false, error: null } })
    } catch (error) {
      const { list } = store.getState().releases
      if (isSame()) store.setState({ releases: { list, isReading: false, error: errorInfo(error) } })
    }
  }

  /** Answers whether it came to its end. */
  async function begin<T>(
    work: (confirmed?: Asked) => Promise<T>,
    onDone: (it: T) => Partial<SegmentsState>,
    confirmed?: Asked,
  ): Promise<boolean> {
    again = (shown) => begin(work, onDone, shown)
    putAwayAt = store.getState().job?.startedAt ?? putAwayAt
    store.setState({ refused: null, taken: null })
    try {
      await flush()
      const it = await work(confirmed)
      show(await host.call('segments.status', {}))
      store.setState(onDone(it))
      return true
    } catch (error) {
      const status = await host.call('segments.status', {}).catch(() => null)
      if (status) show(status)
      const { job } = store.getState()
      const info = errorInfo(error)
      // A call that was refused at once made no job that could tell.
      const isTold = job?.state === 'stopped' || (job?.state === 'failed' && job.error?.code === info.code)
      if (!isTold) store.setState({ refused: info })
      return false
    }
  }
  const nothing = () => ({})
  const run = (wish: HostInput<'segments.run'>) =>
    begin((confirmed) => host.call('segments.run', confirmed ? { ...wish, confirmed } : wish), nothing)

  host.on((event) => {
    if (event.type === 'segments.changed') show(event.status)
  })

  return {
    ...store,
    async refresh() {
      const status = await host.call('segments.status', {})
      // One that was done before this window came has nothing to say.
      if (status.job?.state === 'done' && store.getState().job === null) putAwayAt = status.job.startedAt
      show(status)
      await readConflicts()
    },
    lookAgain,
    async link(dataset, create, as) {
      show(await host.call('segments.link', { dataset, create, ...(as && { as }) }))
    },
    async unlink() {
      show(await host.call('segments.unlink', {}))
      store.setState({ job: null, refused: null, taken: null })
    },
    run,
    fromArtifact: (wish) => begin(() => host.call('segments.fromArtifact', wish), nothing),
    release: (name, description) =>
      begin(() => host.call('segments.release', { name, description }), nothing),
    toArtifact: (release, message) =>
      begin(
        (confirmed) =>
          host.call('segments.toArtifact', {
            release,
            message,
            uncommitted: 'commit',
            ...(confirmed && { confirmed }),
          }),
        (taken) => ({ taken }),
      ),
    async goOn() {
      const { job } = store.getState()
      if (!job || job.state === 'running') return false
      if (again) return again(job.asks ?? undefined)
      // It was asked for elsewhere, or before this window came.
      const { kind } = job
      return kind === 'publish' || kind === 'pull' || kind === 'both' ? run({ mode: kind }) : false
    },
    async cancel() {
      show(await host.call('segments.cancel', {}))
    },
    readReleases,
    putAway() {
      putAwayAt = store.getState().job?.startedAt ?? putAwayAt
      store.setState({ job: null, refused: null, taken: null })
    },
  }
}
