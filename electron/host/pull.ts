import { AppError } from '../../shared/base/app-error.ts'
import type { ArtifactRole, HostHandlers, PullResult, Version } from '../../shared/host/host-api.ts'
import type { RemoteAhead } from '../../shared/host/pull-methods.ts'
import type { ArtifactSource, RemoteItem } from '../../shared/sync/artifact-source.ts'
import type { Categories } from './categories.ts'
import type { Import } from './import.ts'
import type { Labels } from './labels.ts'
import type { LibraryContext } from './library-context.ts'
import { consentTo } from './merge-failsafe.ts'
import { versionOfDataset } from './pull-dataset.ts'
import { createHeldBlobs, fetchFiles, type PullTools } from './pull-files.ts'
import { importImages } from './pull-images.ts'
import {
  type PullCounter as Counter,
  createPullJob,
  everything,
  stoppedPull as stopped,
  type Wish,
} from './pull-job.ts'
import {
  allItems,
  fetchVersions,
  missingVersions,
  remoteHeads,
  remoteVersions,
  sourceOf,
} from './pull-versions.ts'
import { type RemoteNews, reachable, readNews } from './remote-ahead.ts'
import { findItem, kindOf } from './remote-views.ts'
import type { Samples } from './samples.ts'
import type { LibrarySettings } from './settings.ts'
import type { Connection, Sync } from './sync.ts'
import { takeTags } from './tag-exchange.ts'
import type { VersionChanges } from './version-changes.ts'
import type { Versions } from './versions.ts'

export type Pulls = {
  readonly handlers: Pick<
    HostHandlers,
    'remote.pull' | 'remote.pullAndMerge' | 'pull.status' | 'pull.cancel' | 'remote.ahead'
  >
  /** Ends what runs; asked for again, it goes on. */
  close(): Promise<void>
}

/** Versions and images from the server into the library, one pull at a time. */
export function createPulls(
  context: LibraryContext,
  tools: {
    readonly sync: Sync
    readonly settings: LibrarySettings
    readonly versions: Versions
    readonly versionChanges: VersionChanges
    readonly imports: Import
    readonly samples: Samples
    readonly labels: Labels
    readonly categories: Categories
  },
): Pulls {
  const { sync, settings, versions, versionChanges } = tools
  const job = createPullJob(context)
  const { show, start } = job
  let ahead: RemoteAhead = { checkedAt: null, versions: [], collections: [] }

  async function pull(text: string, wish: Wish, signal: AbortSignal, count: Counter): Promise<PullResult> {
    const connection = await sync.connect({ anyPlace: true })
    const item = await findItem(connection, text, signal)
    show({ source: nameOf(item) })
    const { entity, project } = item
    const isLinked = connection.place.entity !== '' && connection.place.project !== ''
    const there = isLinked ? connection : await sync.connect({ place: { entity, project } })
    const result = await pullItem(there, item, wish, signal, count)
    // Versions go to the project of the dataset that a library became, and to none of which it took a few images.
    if (!isLinked && result.kind === 'clone') {
      settings.set({ wandb: { entity, project } })
      sync.wake()
    }
    return result
  }

  async function pullItem(
    connection: Connection,
    item: RemoteItem,
    wish: Wish,
    signal: AbortSignal,
    count: Counter,
  ): Promise<PullResult> {
    const says = sourceOf(item)
    const remote = says ? await remoteVersions(connection.source, item, signal) : new Map()
    const found = await kindOf(connection.source, item, (id) => remote.has(id), signal)
    const files = pullTools(connection, signal, count)
    if (found.kind === 'version' && wish.as === 'auto') {
      const book = isPlaceOf(connection, item) ? connection.book : null
      const wanted = says!.versionId
      const order = missingVersions(remote, [wanted], await isHere())
      const made = await fetchVersions({ ...files, versions, book, place: item }, remote, order)
      return integrate([wanted], made, wish, signal, count)
    }
    if (found.kind === 'none') {
      throw new AppError('IN_FORMAT', `${nameOf(item)} holds nothing that Tessera can use.`, {
        remedy: 'Pull a version with images in it.',
      })
    }
    if (found.kind === 'dataset' && wish.as === 'auto') {
      const role = found.role as ArtifactRole
      return integrateDatasets([{ role, item }], connection, [], wish, signal, count)
    }
    const blobs = await fetchFiles(files, item.id, found.files)
    show({ step: 'Adding images' })
    const imported = await importImages(
      { context, ...tools, advance: count.advance },
      found.files,
      blobs,
      signal,
    )
    connection.inputs.note({ artifactId: item.id, name: nameOf(item), digest: item.digest })
    const isNone = imported.added + imported.labels === 0
    return { ...count.result(), kind: isNone ? 'none' : 'imported', imported }
  }

  async function pullAndMerge(wish: Wish, signal: AbortSignal, count: Counter): Promise<PullResult> {
    const connection = await sync.connect()
    const news = await lookAround(connection, signal)
    const heads = remoteHeads(news.remote).filter((id) => news.ahead.has(id))
    const order = missingVersions(news.remote, heads, await isHere())
    const files = pullTools(connection, signal, count)
    const { book, place } = connection
    const made = await fetchVersions({ ...files, versions, book, place }, news.remote, order)
    let result = await integrate(heads, made, wish, signal, count)
    if (!result.merge?.isStopped && news.foreign.length > 0) {
      const more = await integrateDatasets(news.foreign, connection, made, wish, signal, count)
      result = more.kind === 'none' ? { ...result, ...count.brought() } : more
    }
    await lookAround(connection, signal)
    return result
  }

  /**
   * Makes versions of what other programs logged in our layout, oldest first, and brings them into the branch. What is of
   * another kind or says nothing new is left.
   */
  async function integrateDatasets(
    items: readonly { readonly role: ArtifactRole; readonly item: RemoteItem }[],
    connection: Connection,
    before: readonly Version[],
    wish: Wish,
    signal: AbortSignal,
    count: Counter,
  ): Promise<PullResult> {
    const made = [...before]
    const tools = pullTools(connection, signal, count)
    let result: PullResult = { ...count.result(), versions: made, version: versions.head() }
    for (const { role, item } of items) {
      const found = await kindOf(connection.source, item, () => false, signal)
      if (found.kind !== 'dataset' || found.role !== role) continue
      const { base, made: brought } = await baseOf(connection, item, role, tools)
      made.push(...brought)
      const after = Math.max(0, ...(await versions.list()).map(({ number }) => number))
      const blobs = await fetchFiles(tools, item.id, found.files)
      show({ step: 'Reading what came' })
      const id = await versionOfDataset(context, versions, { item, role, blobs, base })
      if (id !== null) {
        made.push((await versions.list()).find((version) => version.id === id)!)
        result = await integrate([id], made, wish, signal, count)
        if (result.merge?.isStopped) return result
      }
      connection.inputs.note({ artifactId: item.id, name: nameOf(item), digest: item.digest }, after)
    }
    return result
  }

  /**
   * What a version of another program is laid over: what the newest item before it in its collection is a version of, else
   * the newest version before it. By the lists of the server alone, and what was there before it, so that it is the same for
   * everybody; brings it here where it is not.
   */
  async function baseOf(
    connection: Connection,
    item: RemoteItem,
    role: ArtifactRole,
    tools: PullTools & { context: LibraryContext },
  ): Promise<{ readonly base: string | null; readonly made: readonly Version[] }> {
    const { source } = connection
    const all = await remoteVersions(source, item, tools.signal)
    const before = [...all].filter(([, { item: history }]) => history.createdAt <= item.createdAt)
    before.sort(([, a], [, b]) => b.item.index - a.item.index)
    const ids = new Set(before.map(([id]) => id))
    const made: Version[] = []
    const bring = async (wanted: readonly string[]) => {
      const order = missingVersions(all, wanted, await isHere())
      const book = isPlaceOf(connection, item) ? connection.book : null
      made.push(...(await fetchVersions({ ...tools, versions, book, place: item }, all, order)))
    }
    let base = before[0]?.[0] ?? null
    for (const one of await olderItems(source, item, tools.signal)) {
      const says = sourceOf(one)
      let found = says && ids.has(says.versionId) ? says.versionId : undefined
      if (!says) {
        // One of another program that became a version of ours: that is found by its sum.
        await bring([...ids])
        await versions.digested()
        const isIt = (each: Version['artifacts'][number]) => each.role === role && each.digest === one.digest
        const same = (await versions.list()).filter(({ artifacts }) => artifacts.some(isIt))
        found = [...ids].find((id) => same.some((version) => version.id === id))
      }
      if (found === undefined) continue
      base = found
      break
    }
    if (base !== null) await bring([base])
    return { base, made }
  }

  /** Brings fetched versions into the branch, one after the other. */
  async function integrate(
    heads: readonly string[],
    made: readonly Version[],
    wish: Wish,
    signal: AbortSignal,
    count: Counter,
  ): Promise<PullResult> {
    let result: PullResult = { ...count.result(), versions: [...made], version: versions.head() }
    for (const id of heads) {
      signal.throwIfAborted()
      if (reachable(await versions.list(), { refs: currentRef() }).has(id)) continue
      const isFirst = await commitFirst(id, wish)
      if (versions.head() === null) {
        show({ step: 'Making the dataset' })
        const { failed, isStopped } = await versionChanges.restore(id, wish.uncommitted, signal)
        if (isStopped) throw stopped(signal.reason)
        if (versions.head() !== null) {
          const refused = failed.map(({ name, error }) => ({ file: name, error }))
          const imported = { added: 0, duplicates: 0, labels: 0, refused }
          result = {
            ...result,
            kind: 'clone',
            version: versions.head(),
            imported: failed.length > 0 ? imported : null,
          }
          continue
        }
      }
      show({ step: 'Merging' })
      const { message, uncommitted } = wish
      // Who takes a dataset into a library that never had a version wants both in one.
      const confirmed = isFirst || consentTo(wish.confirmed, id)
      const merge = await versionChanges.merge(id, { message, uncommitted, confirmed, signal })
      if (merge.isStopped && signal.aborted) throw stopped(signal.reason)
      result = {
        ...result,
        kind: 'merged',
        version: merge.version ?? versions.head(),
        merge: { ...merge } as never,
      }
      if (merge.isStopped) break
    }
    if (result.kind !== 'none' || made.length > 0) sync.wake()
    return result
  }

  /** Images of a library without a version become one, to be merged: put to another version they would go to the trash. */
  async function commitFirst(id: string, { uncommitted }: Wish): Promise<boolean> {
    if (versions.head() !== null || uncommitted !== 'commit') return false
    const last = versionChanges.latest()
    const isHalfway = last?.state === 'stopped' && last.kind === 'restore' && last.version === id
    if (isHalfway || !(await versions.draft()).canCommit) return false
    await versionChanges.commit('Before the pull')
    return true
  }

  /** The names that lead to where the library stands: its own branch alone. */
  function currentRef(): Pick<Versions['refs'], 'list'> & Versions['refs'] {
    const list = () => versions.refs.list().filter(({ name }) => name === versions.refs.branch())
    return { ...versions.refs, list }
  }

  async function isHere(): Promise<(version: string) => boolean> {
    const known = new Set((await versions.list()).map(({ id }) => id))
    return (id) => known.has(id)
  }

  function pullTools(
    { source }: Connection,
    signal: AbortSignal,
    watch: Counter,
  ): PullTools & { context: LibraryContext } {
    return { context, source, held: createHeldBlobs(context), watch, signal }
  }

  /** What others pushed, and what they changed of tags, which is taken over. */
  async function lookAround(connection: Connection, signal: AbortSignal): Promise<RemoteNews> {
    const news = await readNews(connection, versions, signal)
    const [all, at] = [await versions.list(), context.now()]
    const tools = { all, tags: versions.tags, book: connection.book, at }
    if (!context.readOnly && takeTags(tools, news.items, news.tagStamp)) sync.wake()
    ahead = { ...news.told, checkedAt: at }
    context.emit({ type: 'remote.changed', ahead })
    return news
  }

  return {
    handlers: {
      'remote.pull': async ({ artifact, ...wish }) =>
        start(artifact, wish.as, (signal, count) => pull(artifact, wish, signal, count)),
      'remote.pullAndMerge': async (wish) =>
        start(everything, 'auto', (signal, count) => pullAndMerge({ ...wish, as: 'auto' }, signal, count)),
      'pull.status': async () => ({ job: job.state() }),
      async 'pull.cancel'() {
        await job.stop()
        return { job: job.state() }
      },
      async 'remote.ahead'({ ask }, signal) {
        if (!ask) {
          // What was merged since the server was asked is no news, whoever merged it.
          const reached = reachable(await versions.list(), versions)
          const isNews = ({ versionId }: RemoteAhead['versions'][number]) =>
            versionId === null || !reached.has(versionId)
          ahead = { ...ahead, versions: ahead.versions.filter(isNews) }
          return ahead
        }
        await lookAround(await sync.connect(), signal)
        return ahead
      },
    },
    async close() {
      await job.stop()
      job.drop()
    },
  }
}

/** Versions of the same collection before one, newest first. */
async function olderItems(
  source: ArtifactSource,
  item: RemoteItem,
  signal: AbortSignal,
): Promise<RemoteItem[]> {
  const items = await allItems(source, item, item.collection, item.type, signal)
  return items.filter(({ index }) => index < item.index).sort((a, b) => b.index - a.index)
}

const nameOf = ({ entity, project, collection, index }: RemoteItem) =>
  `${entity}/${project}/${collection}:v${index}`
const isPlaceOf = ({ place }: Connection, { entity, project }: RemoteItem) =>
  place.entity === entity && place.project === project
