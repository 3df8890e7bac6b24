import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorInfo } from '../../shared/base/app-error.ts'
import type { HostConnection, PullResult } from '../../shared/host/host-api.ts'
import type { PullStatus, RemoteAhead } from '../../shared/host/pull-methods.ts'
import type { Asked } from '../../shared/host/version-methods.ts'
import { flushSaves } from './autosave.ts'
import { errorInfo } from './loading.ts'
import type { NoticesStore } from './notices.ts'
import { createRefresh } from './refresh.ts'

export type PullJob = NonNullable<PullStatus['job']>
/** What a pull that this window asked for came to. */
export type PullOutcome = { readonly source: string; readonly result: PullResult }

export type PullState = {
  /** The pull that runs, or the last one; null when there was none, or it was read and put away. */
  readonly job: PullJob | null
  readonly outcome: PullOutcome | null
  /** What others pushed, as far as is known. */
  readonly ahead: RemoteAhead
  /** The server is being asked whether there is more. */
  readonly isAsking: boolean
  /** Why what a person asked for was not even begun. */
  readonly refused: ErrorInfo | null
  /** What was pushed did not become the newest, and why. */
  readonly behind: ErrorInfo | null
}

/** What comes from the server. Pulls end in the state, and never reject. */
export type PullStore = StoreApi<PullState> & {
  refresh(): Promise<void>
  pull(artifact: string, as: PullJob['as']): Promise<PullResult | null>
  /** All that others pushed. */
  merge(): Promise<PullResult | null>
  /** Goes on with what was stopped or failed. */
  goOn(): Promise<PullResult | null>
  cancel(): Promise<void>
  /** Asks the server what others pushed: `now` tells of failures, `seldom` asks only when that was long ago. */
  ask(how: 'seldom' | 'quietly' | 'now'): Promise<void>
  /** Puts away what is said of the last pull. */
  putAway(): void
}

/** The key of the notice that a push did not become the newest. */
export const aheadNotice = 'remote-ahead'
const askEveryMs = 5 * 60_000
const everything = '*'
const nothing: RemoteAhead = { checkedAt: null, versions: [], collections: [] }

export function createPullStore(
  host: HostConnection,
  notices: Pick<NoticesStore, 'dismiss'>,
  flush: () => Promise<void> = flushSaves,
): PullStore {
  const store = createStore<PullState>(() => ({
    job: null,
    outcome: null,
    ahead: nothing,
    isAsking: false,
    refused: null,
    behind: null,
  }))
  let askedAt = 0
  let putAwayAt: number | null = null

  /** A pull that was put away does not come back by news of it. */
  const show = (job: PullJob | null) => {
    const isAway = job !== null && job.state !== 'running' && job.startedAt === putAwayAt
    store.setState({ job: isAway ? null : job })
  }
  const showAhead = (ahead: RemoteAhead) => {
    const { job, ahead: before } = store.getState()
    store.setState(ahead.versions.length === 0 ? { ahead, behind: null } : { ahead })
    // What was asked was answered elsewhere: all of it is merged.
    const isAnswered = before.versions.length > 0 && ahead.versions.length === 0
    const isAsked = job?.state === 'failed' && job.error?.code === 'SYNC_FAILSAFE'
    if (isAnswered && isAsked && job.artifact === everything) putAway()
    if (ahead.checkedAt !== null && ahead.versions.length === 0) notices.dismiss(aheadNotice)
  }

  function putAway(): void {
    putAwayAt = store.getState().job?.startedAt ?? null
    store.setState({ job: null, outcome: null, refused: null })
  }

  const look = createRefresh(async () => showAhead(await host.call('remote.ahead', { ask: false })), 400)

  async function ask(how: 'seldom' | 'quietly' | 'now'): Promise<void> {
    if (store.getState().isAsking) return
    if (how === 'seldom' && Date.now() - askedAt < askEveryMs) return
    askedAt = Date.now()
    store.setState(how === 'now' ? { isAsking: true, refused: null } : { isAsking: true })
    try {
      showAhead(await host.call('remote.ahead', { ask: true }))
    } catch (error) {
      if (how === 'now') store.setState({ refused: errorInfo(error) })
    } finally {
      store.setState({ isAsking: false })
    }
  }

  async function run(work: () => Promise<PullResult>): Promise<PullResult | null> {
    store.setState({ outcome: null, refused: null })
    try {
      // What is not saved yet in this window is part of what is merged, and never lost under it.
      await flush()
      const result = await work()
      const job = (await host.call('pull.status', {})).job
      store.setState({ job, outcome: { source: job?.source ?? '', result } })
      // What was got is no news any more.
      if (store.getState().ahead.versions.length > 0) await ask('quietly')
      return result
    } catch (error) {
      const { job } = await host.call('pull.status', {}).catch(() => ({ job: store.getState().job }))
      show(job)
      // A call that was refused at once made no job that could tell.
      const told = job?.state === 'running' ? null : job?.error
      const info = errorInfo(error)
      if (told?.code !== info.code || told.message !== info.message) store.setState({ refused: info })
      return null
    }
  }
  const merge = (confirmed?: Asked) =>
    run(() => host.call('remote.pullAndMerge', { uncommitted: 'commit', confirmed }))
  const pull = (artifact: string, as: PullJob['as'], confirmed?: Asked) =>
    run(() => host.call('remote.pull', { artifact, as, uncommitted: 'commit', confirmed }))

  host.on((event) => {
    if (event.type === 'pull.changed') show(event.status.job)
    else if (event.type === 'remote.changed') showAhead(event.ahead)
    else if (event.type === 'notice' && event.notice.key === aheadNotice) {
      store.setState({ behind: event.notice.error })
      void ask('quietly')
    } else if (event.type === 'versions.changed' && store.getState().ahead.versions.length > 0) look.soon()
    else if (event.type === 'settings.changed') askedAt = 0
  })

  return {
    ...store,
    async refresh() {
      const [{ job }, ahead] = await Promise.all([
        host.call('pull.status', {}),
        host.call('remote.ahead', { ask: false }),
      ])
      // One that was done before this window came has nothing to say.
      if (job?.state === 'done') putAwayAt = job.startedAt
      show(job)
      showAhead(ahead)
    },
    pull: (artifact, as) => pull(artifact, as),
    merge: () => merge(),
    async goOn() {
      const { job } = store.getState()
      if (!job || job.state === 'running') return null
      // Whoever goes on has read what it does: to that they agree, and to no more.
      const confirmed = job.asks ?? undefined
      return job.artifact === everything ? merge(confirmed) : pull(job.artifact, job.as, confirmed)
    },
    async cancel() {
      show((await host.call('pull.cancel', {})).job)
    },
    ask,
    putAway,
  }
}
