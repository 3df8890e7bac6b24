import { createHash, randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { AppError } from '../../shared/base/app-error.ts'
import { manifestDigestText, sortEntries } from '../../shared/dataset/manifest.ts'
import type {
  ArtifactDraft,
  ArtifactRemote,
  UploadEntry,
  UploadProgress,
} from '../../shared/sync/artifact-remote.ts'
import { hexOfBase64 } from '../../shared/sync/push.ts'

type FileEntry = Extract<UploadEntry, { kind: 'file' }>
/** The calls of an upload that a harness can spoil. */
export type Spoilt = 'create' | 'send' | 'commit'
export type RemoteHarness = {
  readonly remote: ArtifactRemote
  /** The same place, entered with a credential it refuses. */
  readonly stranger: ArtifactRemote
  /** An entry whose bytes the remote can read on this side. */
  file(path: string, text: string): FileEntry
  /** Changes those bytes behind the remote's back. */
  damage(file: FileEntry): void
  /** After `after` good ones, calls of that kind take effect but their answers are lost, until `mend`. */
  loseAnswer(call: Spoilt, after: number): void
  /** Answers come through again. */
  mend(): void
  /** How often a file's bytes have arrived, manifests left out. */
  received(): number
  run(name: string): { isOpen: boolean; inputs: readonly string[]; outputs: readonly string[] } | undefined
}

const noProgress: UploadProgress = { artifactId: null, manifestId: null, isSealed: false, files: new Map() }
const collection = 'raw_data'
const type = 'dataset'
const { signal } = new AbortController()

function digestOf(entries: readonly UploadEntry[]): string {
  return createHash('md5')
    .update(manifestDigestText(sortEntries(entries)))
    .digest('hex')
}
const randomId = () => `${randomUUID()}${randomUUID()}${randomUUID()}${randomUUID()}`.replaceAll('-', '')

/** What every remote for versions promises. `open` gives an empty place. */
export function artifactRemoteContract(open: () => Promise<RemoteHarness>): void {
  const draftOf = (entries: readonly UploadEntry[], more: Partial<ArtifactDraft> = {}): ArtifactDraft => ({
    runName: 'upload-1',
    collection,
    type,
    digest: digestOf(entries),
    description: 'first labels',
    metadata: { versionId: randomId() },
    aliases: [],
    clientId: randomId(),
    sequenceClientId: randomId(),
    ...more,
  })
  async function openRun(remote: ArtifactRemote, name = 'upload-1') {
    const config = { app: 'tessera/test', version: 1 }
    await remote.openRun({ name, displayName: 'upload', jobType: 'upload', config, startedAt: 5 }, signal)
  }
  /** Uploads and returns what was kept on the way, in one piece. */
  function uploader({ remote }: RemoteHarness) {
    const kept: Partial<UploadProgress>[] = []
    const advanced = { files: 0, bytes: 0 }
    const watch = {
      keep: (news: Partial<UploadProgress>) => void kept.push(news),
      advance(_: string, files: number, bytes: number) {
        advanced.files += files
        advanced.bytes += bytes
      },
    }
    const sofar = (): UploadProgress => ({
      ...Object.assign({}, noProgress, ...kept),
      files: new Map(kept.flatMap(({ files }) => [...(files ?? [])])),
    })
    const send = (
      draft: ArtifactDraft,
      entries: readonly UploadEntry[],
      start = noProgress,
      stop: AbortSignal = signal,
    ) => remote.upload(draft, entries, start, watch, stop)
    return { send, kept, advanced, sofar }
  }
  const failure = async (work: Promise<unknown>): Promise<AppError> => {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(AppError)
    return error as AppError
  }

  it('says who one is, and refuses a stranger by a code that asks for a new key', async () => {
    const { remote, stranger } = await open()
    const { username, teams } = await remote.whoAmI(signal)
    expect(username).not.toBe('')
    expect(Array.isArray(teams)).toBe(true)
    expect((await failure(stranger.whoAmI(signal))).code).toBe('AUTH_REVOKED')
  })

  it('knows nothing that was never sent', async () => {
    const { remote } = await open()
    expect(await remote.byClientId(randomId(), signal)).toBeNull()
    expect(await remote.versions(collection, type, signal)).toEqual([])
  })

  it('keeps a version as it was sent, and tells of it in every way there is', async () => {
    const harness = await open()
    const { remote, file } = harness
    await openRun(remote)
    const entries = [file('images/b.jpg', 'picture b'), file('images/ä 1.jpg', ''), file('10', 'ten')]
    const draft = draftOf(entries)
    const { send, advanced } = uploader(harness)
    const id = await send(draft, entries)
    const version = await remote.byId(id, signal)
    expect(version).toMatchObject({
      id,
      state: 'committed',
      digest: draft.digest,
      version: 'v0',
      index: 0,
      versionId: draft.metadata.versionId,
    })
    expect(await remote.byClientId(draft.clientId, signal)).toEqual(version)
    expect(await remote.versions(collection, type, signal)).toEqual([version])
    expect([...(await remote.manifestOf(id, signal))].sort()).toEqual(
      entries.map(({ path, digest, size }) => [path, { digest, size }]).sort(),
    )
    expect(advanced).toEqual({ files: 3, bytes: 12 })
    expect(new URL(remote.urlOf(collection, type, 'v0')).protocol).toMatch(/^https?:$/)
    expect(remote.urlOf(collection, type, 'v0')).not.toBe(remote.urlOf(collection, type, 'v1'))
    expect(new URL(remote.runUrl('upload-1')).protocol).toMatch(/^https?:$/)
  })

  it('lists versions newest first, and moves latest where it is told', async () => {
    const harness = await open()
    const { remote, file } = harness
    await openRun(remote)
    const ids: string[] = []
    for (const text of ['one', 'two', 'three']) {
      const entries = [file('a.jpg', text)]
      ids.push(await uploader(harness).send(draftOf(entries), entries))
    }
    const versions = await remote.versions(collection, type, signal)
    expect(versions.map(({ id }) => id)).toEqual(ids.toReversed())
    expect(versions.map(({ index }) => index)).toEqual([2, 1, 0])
    await remote.addAliases(ids[1]!, collection, ['latest'], signal)
    const latest = (await remote.versions(collection, type, signal)).filter((v) =>
      v.aliases.includes('latest'),
    )
    expect(latest.map(({ id }) => id)).toEqual([ids[1]])
    const named = async () =>
      (await remote.versions(collection, type, signal)).map(({ aliases }) =>
        aliases.filter((alias) => alias !== 'latest'),
      )
    await remote.addAliases(ids[0]!, collection, ['golden', 'checked'], signal)
    await remote.removeAliases(ids[0]!, collection, ['golden'], signal)
    expect(await named()).toEqual([[], [], ['checked']])
  })

  it('takes references to files of another artifact without their bytes', async () => {
    const harness = await open()
    const { remote, file } = harness
    await openRun(remote)
    const image = file('images/a.jpg', 'picture a')
    const source = await uploader(harness).send(draftOf([image]), [image])
    const before = harness.received()
    const { path, digest, size } = image
    const ref = `wandb-artifact://${hexOfBase64(source)}/${path}`
    const entries: UploadEntry[] = [{ kind: 'reference', path, digest, size, ref }, file('a.png', 'mask')]
    const draft = draftOf(entries, { collection: 'labeled_data', type: 'labeled_dataset' })
    const id = await uploader(harness).send(draft, entries)
    expect(harness.received() - before).toBe(1)
    expect((await remote.manifestOf(id, signal)).get(path)?.digest).toBe(digest)
  })

  it('sends only the bytes it does not have', async () => {
    const harness = await open()
    await openRun(harness.remote)
    const first = [harness.file('a.jpg', 'a'), harness.file('b.jpg', 'b')]
    await uploader(harness).send(draftOf(first), first)
    const before = harness.received()
    const second = [...first, harness.file('c.jpg', 'c')]
    await uploader(harness).send(draftOf(second), second)
    expect(harness.received() - before).toBe(1)
  })

  it('makes a run once however often it is opened, with its inputs and outputs, and ends it', async () => {
    const harness = await open()
    const { remote, file } = harness
    await openRun(remote)
    await openRun(remote)
    const entries = [file('a.jpg', 'a')]
    const id = await uploader(harness).send(draftOf(entries), entries)
    await openRun(remote, 'annotate-1')
    await remote.declareInput('annotate-1', id, signal)
    await remote.declareInput('annotate-1', id, signal)
    expect(harness.run('upload-1')).toEqual({ isOpen: true, inputs: [], outputs: [id] })
    expect(harness.run('annotate-1')).toEqual({ isOpen: true, inputs: [id], outputs: [] })
    await remote.finishRun('upload-1', { files: 1 }, signal)
    await remote.finishRun('upload-1', { files: 1 }, signal)
    expect(harness.run('upload-1')).toEqual({ isOpen: false, inputs: [], outputs: [id] })
    expect(harness.run('annotate-1')?.isOpen).toBe(true)
  })

  it('keeps each step before the next, telling only what is new', async () => {
    const harness = await open()
    await openRun(harness.remote)
    const entries = Array.from({ length: 60 }, (_, i) => harness.file(`${i}.jpg`, `picture ${i}`))
    const { send, kept, sofar } = uploader(harness)
    const id = await send(draftOf(entries), entries)
    const told = kept.flatMap(({ files }) => [...(files?.keys() ?? [])])
    expect(told.toSorted()).toEqual(entries.map(({ path }) => path).toSorted())
    expect(sofar()).toMatchObject({ artifactId: id, isSealed: true })
    expect(kept.findIndex((news) => 'artifactId' in news)).toBeLessThan(kept.findIndex((news) => news.files))
    expect(kept.at(-1)).toEqual({ isSealed: true })
  })

  it('sends nothing after a step that could not be kept', async () => {
    const harness = await open()
    await openRun(harness.remote)
    const entries = [harness.file('a.jpg', 'a')]
    const draft = draftOf(entries)
    const full = new AppError('DISK_FULL', 'The disk is full.', { remedy: 'Free some space.' })
    const watch = {
      keep() {
        throw full
      },
      advance: () => undefined,
    }
    expect(await failure(harness.remote.upload(draft, entries, noProgress, watch, signal))).toBe(full)
    expect(harness.received()).toBe(0)
    expect((await harness.remote.byClientId(draft.clientId, signal))?.state ?? 'pending').toBe('pending')
  })

  it('never creates again by itself when the answer was lost: the caller finds it by its client id', async () => {
    const harness = await open()
    const { remote, file } = harness
    await openRun(remote)
    const entries = [file('a.jpg', 'a')]
    const draft = draftOf(entries)
    harness.loseAnswer('create', 0)
    const error = await failure(uploader(harness).send(draft, entries))
    expect(error).toMatchObject({ name: 'AppError', retry: 'auto', ambiguous: true })
    harness.mend()
    const pending = await remote.byClientId(draft.clientId, signal)
    expect(pending).toMatchObject({ state: 'pending', version: null, digest: draft.digest })
    const id = await uploader(harness).send(draft, entries, { ...noProgress, artifactId: pending!.id })
    expect(id).toBe(pending!.id)
    expect(await remote.versions(collection, type, signal)).toHaveLength(1)
  })

  it.each<[Spoilt, number]>([
    ['send', 30],
    ['commit', 0],
  ])(
    'goes on where it was when the answer to a %s was lost, sending nothing again that it kept',
    async (call, after) => {
      const harness = await open()
      const { remote } = harness
      await openRun(remote)
      const entries = Array.from({ length: 60 }, (_, i) => harness.file(`${i}.jpg`, `picture ${i}`))
      const draft = draftOf(entries)
      const { send, sofar } = uploader(harness)
      harness.loseAnswer(call, after)
      expect((await failure(send(draft, entries))).retry).toBe('auto')
      harness.mend()
      const known = await remote.byClientId(draft.clientId, signal)
      const start = sofar()
      const before = harness.received()
      if (known?.state === 'pending') await send(draft, entries, start)
      expect(harness.received() - before).toBeLessThanOrEqual(entries.length - start.files.size)
      expect(await remote.versions(collection, type, signal)).toMatchObject([{ id: sofar().artifactId! }])
      expect((await remote.manifestOf(start.artifactId!, signal)).size).toBe(entries.length)
    },
  )

  it('sends no bytes that are not what they were', async () => {
    const harness = await open()
    await openRun(harness.remote)
    const [good, bad] = [harness.file('a.jpg', 'a'), harness.file('b.jpg', 'b')]
    harness.damage(bad)
    const draft = draftOf([good, bad])
    expect((await failure(uploader(harness).send(draft, [good, bad]))).code).toBe('BLOB_CORRUPT')
    expect(await harness.remote.versions(collection, type, signal)).toEqual([])
  })

  it('stops when it is told to, and says that it was', async () => {
    const harness = await open()
    const { remote, file } = harness
    await openRun(remote)
    const entries = [file('a.jpg', 'a')]
    const stopped = AbortSignal.abort()
    for (const work of [
      remote.whoAmI(stopped),
      remote.versions(collection, type, stopped),
      uploader(harness).send(draftOf(entries), entries, noProgress, stopped),
    ])
      expect((await failure(work)).code).toBe('CANCELLED')
    expect(harness.received()).toBe(0)
  })
}
