import { createStore, type StoreApi } from 'zustand/vanilla'
import { AppError } from '../../shared/base/app-error.ts'
import type { HostConnection, HostOutput } from '../../shared/host/host-api.ts'
import { flushSaves } from './autosave.ts'
import { createRefresh } from './refresh.ts'

export type Branch = HostOutput<'branches.list'>[number]
export type Alias = HostOutput<'aliases.list'>[number]
export type VersionTag = HostOutput<'versionTags.list'>[number]
export type VersionJob = NonNullable<HostOutput<'versions.job'>>
export type JobResult = HostOutput<'versions.restore'>
export type MergeResult = HostOutput<'versions.merge'>
export type MergeScale = HostOutput<'versions.mergePlan'>['scale']
/** What becomes of changes that no version has. */
export type Uncommitted = 'refuse' | 'commit' | 'keep'

export type VersionWorkState = {
  readonly branches: readonly Branch[]
  readonly aliases: readonly Alias[]
  readonly tags: readonly VersionTag[]
  /** The last one, whoever asked for it; null when there was none. */
  readonly job: VersionJob | null
  /** `isOurs`: this window asked for it and can stop it. */
  readonly running: {
    readonly kind: VersionJob['kind']
    readonly done: number
    readonly total: number
    readonly isOurs: boolean
  } | null
  /** Labels of which a person has to make one out of two. */
  readonly conflicts: number
}

/** Branches, aliases, tags, and what is done to the working state with versions. All reject with AppError. */
export type VersionWorkStore = StoreApi<VersionWorkState> & {
  refresh(): Promise<void>
  restore(version: string, uncommitted: Uncommitted): Promise<JobResult>
  switchTo(branch: string, uncommitted: Uncommitted): Promise<JobResult>
  /** `shown`: what somebody was told that it would do; without it, `SYNC_FAILSAFE` for more than usual. */
  merge(
    version: string,
    message: string,
    uncommitted: 'refuse' | 'commit',
    shown?: MergeScale,
  ): Promise<MergeResult>
  undo(job: number): Promise<HostOutput<'versions.undo'>>
  /** What is done stays; going on or taking back is offered then. */
  stop(): void
  createBranch(name: string, version: string): Promise<void>
  renameBranch(name: string, to: string): Promise<void>
  deleteBranch(name: string, force: boolean): Promise<void>
  setAlias(name: string, version: string): Promise<void>
  /** `CONFLICT` when something is called so already. */
  renameAlias(name: string, to: string): Promise<void>
  removeAlias(name: string): Promise<void>
  changeTags(version: string, change: { readonly add?: string[]; readonly remove?: string[] }): Promise<void>
}

/** `flush` saves what is not saved yet in this window: it is part of what is put aside, and never lost under a restore. */
export function createVersionWorkStore(
  host: HostConnection,
  flush: () => Promise<void> = flushSaves,
): VersionWorkStore {
  const store = createStore<VersionWorkState>(() => ({
    branches: [],
    aliases: [],
    tags: [],
    job: null,
    running: null,
    conflicts: 0,
  }))
  let stopping: AbortController | null = null
  const refresh = createRefresh(async () => {
    const [branches, aliases, tags, job, conflicts] = await Promise.all([
      host.call('branches.list', {}),
      host.call('aliases.list', {}),
      host.call('versionTags.list', {}),
      host.call('versions.job', {}),
      host.call('conflicts.list', {}),
    ])
    store.setState({ branches, aliases, tags, job, conflicts: conflicts.length })
  }, 400)

  host.on((event) => {
    if (event.type === 'versions.progress') {
      const { kind, done, total } = event
      store.setState({ running: { kind, done, total, isOurs: stopping !== null } })
    } else if (event.type === 'versions.changed') {
      if (stopping === null) store.setState({ running: null })
      refresh.soon()
    } else if (event.type === 'label.saved') refresh.soon()
  })

  async function run<T>(kind: VersionJob['kind'], work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (stopping) {
      throw new AppError('CONFLICT', 'Something else is being done with versions.', {
        remedy: 'Wait until that is done, or stop it.',
      })
    }
    stopping = new AbortController()
    store.setState({ running: { kind, done: 0, total: 0, isOurs: true } })
    try {
      await flush()
      return await work(stopping.signal)
    } finally {
      stopping = null
      store.setState({ running: null })
      await refresh.now().catch(() => {})
    }
  }
  const then = async (work: Promise<unknown>): Promise<void> => {
    await work
    await refresh.now()
  }

  return {
    ...store,
    refresh: refresh.now,
    restore: (version, uncommitted) =>
      run('restore', (signal) => host.call('versions.restore', { version, uncommitted }, signal)),
    switchTo: (name, uncommitted) =>
      run('switch', (signal) => host.call('branches.switch', { name, uncommitted }, signal)),
    merge: (version, message, uncommitted, confirmed) =>
      run('merge', (signal) =>
        host.call('versions.merge', { version, message, uncommitted, confirmed }, signal),
      ),
    undo: (job) => run('restore', () => host.call('versions.undo', { job })),
    stop: () => stopping?.abort(),
    createBranch: (name, version) => then(host.call('branches.create', { name, version })),
    renameBranch: (name, to) => then(host.call('branches.rename', { name, to })),
    deleteBranch: (name, force) => then(host.call('branches.delete', { name, force })),
    setAlias: (name, version) => then(host.call('aliases.set', { name, version })),
    async renameAlias(name, to) {
      const { aliases } = store.getState()
      const version = aliases.find((each) => each.name === name)?.version
      if (version === undefined || name === to) return
      if (aliases.some((each) => each.name === to)) {
        throw new AppError('CONFLICT', `Another version is called ${to}.`, {
          remedy: 'Choose another name, or remove that one first.',
        })
      }
      // The new one first: stopped in between, the version has both names.
      await host.call('aliases.set', { name: to, version })
      await then(host.call('aliases.remove', { name }))
    },
    removeAlias: (name) => then(host.call('aliases.remove', { name })),
    changeTags: (version, change) => then(host.call('versionTags.change', { version, ...change })),
  }
}
