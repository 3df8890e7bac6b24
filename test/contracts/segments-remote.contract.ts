import { expect, it } from 'vitest'
import { AppError } from '../../shared/base/app-error.ts'
import type { JsonObject } from '../../shared/base/json.ts'
import type { RemoteError } from '../../shared/sync/remote-error.ts'
import {
  groundTruth,
  type SegmentsRemote,
  type SegmentsSample,
  type SegmentsSampleDraft,
  type SegmentsSampleQuery,
} from '../../shared/sync/segments-remote.ts'

/** Calls that a harness can spoil, and how. `after`: it is done, but no answer comes. */
export type SegmentsCall =
  | 'create_dataset'
  | 'update_dataset'
  | 'list_samples'
  | 'create_samples'
  | 'update_sample'
  | 'get_label'
  | 'put_label'
  | 'create_labelset'
  | 'create_issue'
  | 'create_release'
  | 'create_asset'
  | 'upload'
  | 'download'
  | 'get_user'
  | 'get_sample'
export type SegmentsSpoil =
  | { readonly kind: 'refuse'; readonly status: number; readonly retryAfter?: number }
  | { readonly kind: 'slow'; readonly ms: number }
  | {
      readonly kind:
        | 'throttled'
        | 'lose before'
        | 'lose after'
        | 'fault after'
        | 'cut short'
        | 'page'
        | 'expired'
    }
export type SegmentsHarness = {
  readonly remote: SegmentsRemote
  /** The same server, entered with a key it refuses. */
  readonly stranger: SegmentsRemote
  readonly user: string
  /** An organization the user may create datasets in. */
  readonly organization: string
  spoil(call: SegmentsCall, how: SegmentsSpoil, times?: number): void
  /** The key is taken back from now on. */
  revoke(): void
  /** Addresses that were handed out are no longer good. */
  expireAddresses(): void
  /** Somebody else writes a label. */
  otherWrites(dataset: string, sample: string, status: string): void
  /** Pages of samples hold no more than this. */
  capPages(most: number): void
  /** How often a call is tried that the server does not manage. */
  readonly tries: number
  /** How often a call arrived. */
  count(call: SegmentsCall): number
  /** How many connections were opened. */
  connections(): number
  /** The most that were under way at one time. */
  peak(): number
  /** An RGBA mask for an image of that size, with one object of id 1. */
  mask(width: number, height: number): Uint8Array<ArrayBuffer>
}

const { signal } = new AbortController()
const attributes = {
  format_version: '0.1',
  categories: [
    { id: 1, name: 'car', color: [1, 2, 3], has_instances: true, x_own: { deep: [1, null] } },
    { id: 7, name: 'sky', attributes: [{ name: 'wet', input_type: 'checkbox', sensors: 'all' }] },
  ],
  image_attributes: [{ name: 'weather', input_type: 'text' }],
  our_key: 'kept',
} satisfies JsonObject
const draft = {
  name: 'street',
  organization: null,
  taskType: 'segmentation-bitmap',
  taskAttributes: attributes,
  metadata: { tessera: { id: 1 } },
}

export async function failureOf(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(AppError)
  return error as AppError
}

export async function allSamples(
  remote: SegmentsRemote,
  dataset: string,
  query: SegmentsSampleQuery = {},
): Promise<SegmentsSample[]> {
  const found: SegmentsSample[] = []
  for await (const page of remote.samples(dataset, query, signal)) found.push(...page)
  return found
}

const sampleNamed = (name: string, more: Partial<SegmentsSampleDraft> = {}): SegmentsSampleDraft => ({
  name,
  attributes: { image: { url: `https://files.example/${encodeURIComponent(name)}` } },
  ...more,
})

/** What every way to Segments.ai promises. `open` gives a server without datasets. */
export function segmentsRemoteContract(open: () => Promise<SegmentsHarness>): void {
  async function withDataset(names: readonly string[] = ['a.png']) {
    const harness = await open()
    const { remote } = harness
    const { dataset } = await remote.createDataset(draft, signal)
    const samples =
      names.length > 0
        ? await remote.addSamples(
            dataset.fullName,
            names.map((name) => sampleNamed(name)),
            signal,
          )
        : []
    return { ...harness, at: dataset.fullName, samples }
  }
  async function withLabel(harness: Awaited<ReturnType<typeof withDataset>>) {
    const { remote, samples } = harness
    const { url } = await remote.upload({ name: 'label.png', bytes: harness.mask(4, 3) }, signal)
    const label = {
      status: 'LABELED',
      attributes: {
        format_version: '0.1',
        annotations: [{ id: 1, track_id: 1, category_id: 7, attributes: { wet: true }, own: 'kept' }],
        segmentation_bitmap: { url },
        image_attributes: { weather: 'rain' },
      },
    }
    /** Writes over what was seen, and over nothing else. */
    const put = (seen: string | null) =>
      remote.replaceLabel(
        samples[0]!.uuid,
        groundTruth,
        (now) => ((now?.updatedAt ?? null) === seen ? label : null),
        signal,
      )
    return { label, put, uuid: samples[0]!.uuid }
  }

  it('says who one is, and refuses a stranger by a code that asks for a new key', async () => {
    const { remote, stranger, user } = await open()
    expect(await remote.whoAmI(signal)).toMatchObject({ username: user, isOrganization: false })
    expect((await failureOf(stranger.whoAmI(signal))).code).toBe('AUTH_REVOKED')
  })

  it('knows nothing that was never made', async () => {
    const { remote, user } = await open()
    expect(await remote.datasets(null, signal)).toEqual([])
    expect(await remote.dataset(`${user}/nothing`, signal)).toBeNull()
    expect(await remote.sample('11111111-2222-4333-8444-555555555555', {}, signal)).toBeNull()
    expect(await remote.label('11111111-2222-4333-8444-555555555555', groundTruth, signal)).toBeNull()
    expect((await failureOf(allSamples(remote, `${user}/nothing`))).code).toBe('REMOTE_GONE')
  })

  it('makes a dataset once, keeps every key of it, and tells the one that was there', async () => {
    const { remote, user, organization } = await open()
    const made = await remote.createDataset({ ...draft, description: 'words' }, signal)
    expect(made.isNew).toBe(true)
    expect(made.dataset).toMatchObject({
      fullName: `${user}/street`,
      owner: user,
      description: 'words',
      taskType: 'segmentation-bitmap',
      taskAttributes: attributes,
      metadata: draft.metadata,
      isPublic: false,
    })
    const again = await remote.createDataset({ ...draft, description: 'others' }, signal)
    expect([again.isNew, again.dataset.description]).toEqual([false, 'words'])
    const shared = await remote.createDataset({ ...draft, organization }, signal)
    expect(shared.dataset.fullName).toBe(`${organization}/street`)
    const all = (await remote.datasets(null, signal)).map(({ fullName }) => fullName)
    expect(all).toEqual([`${user}/street`, `${organization}/street`].sort())
    expect((await remote.datasets(organization, signal)).map(({ fullName }) => fullName)).toEqual([
      `${organization}/street`,
    ])
  })

  it('changes of a dataset what it is told, and leaves the rest', async () => {
    const { remote, at } = await withDataset([])
    const task_attributes = { ...attributes, categories: [{ id: 3, name: 'tree' }] }
    const changed = await remote.updateDataset(at, () => ({ task_attributes }), signal)
    expect(changed).toMatchObject({ taskAttributes: task_attributes, metadata: draft.metadata })
    expect(await remote.dataset(at, signal)).toMatchObject({ taskAttributes: task_attributes })
  })

  it('adds samples in bulk, in order, and gives back unchanged those that were there', async () => {
    const { remote, at } = await withDataset([])
    const names = Array.from({ length: 230 }, (_, i) => `${i}.png`)
    const metadata = { card: { tags: ['x'] }, n: 1.5 }
    const drafts = names.map((name) => sampleNamed(name, { metadata, priority: 2 }))
    const added = await remote.addSamples(at, drafts, signal)
    expect(added.map(({ name }) => name)).toEqual(names)
    expect(added[5]).toMatchObject({ metadata, priority: 2, attributes: drafts[5]!.attributes })
    const other = { image: { url: 'https://elsewhere.example/x.png' } }
    const again = await remote.addSamples(
      at,
      [{ name: '5.png', attributes: other }, sampleNamed('new ä.png')],
      signal,
    )
    expect(again[0]).toMatchObject({ uuid: added[5]!.uuid, attributes: drafts[5]!.attributes })
    expect(await allSamples(remote, at)).toHaveLength(231)
  })

  it.each([1, 7, 200])('reads all samples in pages of %i, none twice', async (perPage) => {
    const names = Array.from({ length: 30 }, (_, i) => `${i}.png`)
    const { remote, at } = await withDataset(names)
    const found = await allSamples(remote, at, { perPage })
    expect(found.map(({ name }) => name).sort()).toEqual(names.sort())
  })

  it('reads all samples from a server that gives fewer than it was asked for', async () => {
    const names = Array.from({ length: 30 }, (_, i) => `${i}.png`)
    const { remote, at, capPages } = await withDataset(names)
    capPages(4)
    expect(await allSamples(remote, at)).toHaveLength(30)
  })

  it('asks for smaller pages where the server gives up on large ones', async () => {
    const names = Array.from({ length: 130 }, (_, i) => `${i}.png`)
    const { remote, at, spoil, tries, count } = await withDataset(names)
    // However often the large one is asked for again.
    spoil('list_samples', { kind: 'refuse', status: 502 }, tries)
    expect(await allSamples(remote, at, { perPage: 100 })).toHaveLength(130)
    // Three pages of 50 hold them all, and one more says so.
    expect(count('list_samples')).toBe(tries + 4)
  })

  it('finds a sample by its name, whatever is in it', async () => {
    const names = ['a.png', 'a.png.png', 'b&page=9.png', 'ü %2F, :.png', 'c#?.png']
    const { remote, at } = await withDataset(names)
    for (const name of names) {
      expect((await remote.sampleByName(at, name, null, signal))?.name).toBe(name)
    }
    expect(await remote.sampleByName(at, 'png', null, signal)).toBeNull()
  })

  it('changes of a sample what it is told, and clears an assignment', async () => {
    const { remote, samples, user } = await withDataset()
    const { uuid } = samples[0]!
    const changed = await remote.updateSample(
      uuid,
      () => ({ assignedLabeler: user, metadata: { a: [null] } }),
      signal,
    )
    expect(changed).toMatchObject({ name: 'a.png', assignedLabeler: user, metadata: { a: [null] } })
    await remote.updateSample(uuid, () => ({ assignedLabeler: null, priority: 3 }), signal)
    expect(await remote.sample(uuid, {}, signal)).toMatchObject({
      assignedLabeler: null,
      priority: 3,
      metadata: { a: [null] },
    })
  })

  it('keeps a label as it was put, with its status, and says when it was written', async () => {
    const harness = await withDataset()
    const { remote, at } = harness
    const { put, label, uuid } = await withLabel(harness)
    const first = await put(null)
    expect(first).toMatchObject({ sampleUuid: uuid, labelset: groundTruth, ...label })
    expect(await remote.label(uuid, groundTruth, signal)).toEqual(first)
    const [listed] = await allSamples(remote, at, { labelset: groundTruth })
    expect(listed?.label).toMatchObject({ status: 'LABELED', updatedAt: first!.updatedAt })
    const [whole] = await allSamples(remote, at, { labelset: groundTruth, isFull: true })
    expect(whole?.fullLabel?.attributes).toEqual(label.attributes)
    expect(first!.score).toBeNull()
    // What it was is there to be looked at, and it stays where nothing is to be written.
    const seen: unknown[] = []
    const look = (now: unknown) => {
      seen.push(now)
      return null
    }
    const stays = await remote.replaceLabel(uuid, groundTruth, look, signal)
    expect([stays, seen]).toEqual([null, [first]])
    const skipped = await remote.replaceLabel(
      uuid,
      groundTruth,
      () => ({ status: 'SKIPPED', attributes: null }),
      signal,
    )
    expect(skipped!.updatedAt).not.toBe(first!.updatedAt)
    expect(skipped).toMatchObject({ status: 'SKIPPED', attributes: null })
  })

  it('makes labelsets and releases once, and finds them by name', async () => {
    const { remote, at } = await withDataset()
    const model = { name: 'model-1', description: 'predictions' }
    expect(await remote.createLabelset(at, model, signal)).toMatchObject({ isNew: true, labelset: model })
    expect((await remote.createLabelset(at, model, signal)).isNew).toBe(false)
    expect((await remote.labelsets(at, signal)).map(({ name }) => name).sort()).toEqual([
      groundTruth,
      'model-1',
    ])
    const release = { name: 'v0.1', description: 'first' }
    const made = await remote.createRelease(at, release, signal)
    expect(made).toMatchObject({ isNew: true, release: { ...release } })
    expect((await remote.createRelease(at, release, signal)).isNew).toBe(false)
    expect(await remote.releases(at, signal)).toHaveLength(1)
    expect(await remote.release(at, 'v9', signal)).toBeNull()
    await expect
      .poll(async () => (await remote.release(at, 'v0.1', signal))?.status, { timeout: 10_000 })
      .toBe('SUCCEEDED')
    const { url } = (await remote.release(at, 'v0.1', signal))!
    const file = JSON.parse(new TextDecoder().decode(await received(remote, url!))) as JsonObject
    expect(file).toMatchObject({ name: 'v0.1', dataset: { name: 'street' } })
  })

  it('files issues with their places, closes them, and lists them', async () => {
    const { remote, at, samples } = await withDataset()
    const anchor = { type: 'location', location: { type: '2d', x: 1.5, y: 2 } }
    const issue = { description: 'What is this?', status: 'OPEN', anchor } as const
    const made = await remote.addIssue(at, samples[0]!.uuid, issue, new Set(), signal)
    expect(made).toMatchObject({ ...issue, sampleUuid: samples[0]!.uuid, sampleName: 'a.png', comments: [] })
    await remote.updateIssue(made.uuid, { status: 'CLOSED' }, signal)
    const [listed] = await remote.issues(at, signal)
    expect(listed).toMatchObject({ uuid: made.uuid, status: 'CLOSED', anchor })
  })

  it('sends files as they are, from memory and as a stream, and gets them back', async () => {
    const { remote } = await open()
    const bytes = new Uint8Array(300_000).map((_, i) => (i * 7919) % 251)
    const name = 'folder/ä "quoted"\r\nX: y.bin'
    const whole = await remote.upload({ name, bytes }, signal)
    expect(await received(remote, whole.url)).toEqual(bytes)
    let moved = 0
    const stream = {
      size: bytes.length,
      async *stream() {
        for (let at = 0; at < bytes.length; at += 70_000) yield bytes.slice(at, at + 70_000)
      },
    }
    const streamed = await remote.upload({ name: 'b.bin', bytes: stream }, signal, (more) => {
      moved += more
    })
    expect(await received(remote, streamed.url)).toEqual(bytes)
    expect(moved).toBe(bytes.length)
    expect((await failureOf(received(remote, whole.url, 1000))).code).toBe('IN_TOO_BIG')
    expect((await failureOf(received(remote, `${whole.url}x`))).retry).toBe('manual')
  })

  it.each([
    's3://bucket/key',
    'gs://b/k',
    'file:///etc/passwd',
    'data:,x',
    'nonsense',
    'http://files.example/x',
  ])('does not go to %s', async (address) => {
    const { remote } = await open()
    expect((await failureOf(received(remote, address))).code).toBe('REMOTE_REFUSED')
  })

  it.each(['a/b/c', 'a', '../x', 'a/..', 'a/b?x=1', 'a/b#', 'ä/b', '', 'a b/c'])(
    'refuses "%s" as a dataset before asking anybody',
    async (name) => {
      const { remote, count } = await open()
      const asked = async () => remote.dataset(name, signal)
      expect((await failureOf(asked())).code).toBe('BAD_REQUEST')
      expect(count('get_user')).toBe(0)
    },
  )

  it('lets no more than four questions be under way, and as many files', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `${i}.png`)
    const { remote, peak, connections, samples, spoil } = await withDataset(names)
    spoil('get_sample', { kind: 'slow', ms: 20 }, names.length)
    await Promise.all(samples.map(({ uuid }) => remote.sample(uuid, {}, signal)))
    expect(peak()).toBe(4)
    spoil('upload', { kind: 'slow', ms: 20 }, names.length)
    const bytes = new Uint8Array(10)
    await Promise.all(names.map((name) => remote.upload({ name, bytes }, signal)))
    // Four questions for addresses beside four files.
    expect(peak()).toBeLessThanOrEqual(8)
    // Kept and used again.
    expect(connections()).toBeLessThanOrEqual(8)
  })

  it('stops when it is told to, and says that it was', async () => {
    const { remote, at } = await withDataset()
    const stopped = AbortSignal.abort()
    for (const work of [
      () => remote.whoAmI(stopped),
      () => remote.dataset(at, stopped),
      () => remote.addSamples(at, [sampleNamed('z.png')], stopped),
      () => remote.upload({ name: 'x', bytes: new Uint8Array(3) }, stopped),
      () => remote.createRelease(at, { name: 'r', description: '' }, stopped),
    ])
      expect((await failureOf(work())).code).toBe('CANCELLED')
    expect(await remote.sampleByName(at, 'z.png', null, signal)).toBeNull()
  })

  const lost = [
    { kind: 'lose after' },
    { kind: 'fault after' },
    { kind: 'cut short' },
    { kind: 'lose before' },
  ] as const

  it.each(lost)('makes nothing twice when the answer is lost: %o', async (how) => {
    const harness = await open()
    const { remote, spoil } = harness
    spoil('create_dataset', how)
    const { dataset, isNew } = await remote.createDataset(draft, signal)
    expect(isNew).toBe(true)
    const at = dataset.fullName
    spoil('create_samples', how)
    const [sample] = await remote.addSamples(at, [sampleNamed('a.png')], signal)
    expect(await allSamples(remote, at)).toHaveLength(1)
    spoil('create_labelset', how)
    await remote.createLabelset(at, { name: 'm', description: '' }, signal)
    expect(await remote.labelsets(at, signal)).toHaveLength(2)
    spoil('create_issue', how)
    const issue = { description: 'twice?', status: 'OPEN' } as const
    const first = await remote.addIssue(at, sample!.uuid, issue, new Set(), signal)
    expect((await remote.issues(at, signal)).map(({ uuid }) => uuid)).toEqual([first.uuid])
    // The same words again, meant: what is known is not taken for it.
    spoil('create_issue', how)
    const second = await remote.addIssue(at, sample!.uuid, issue, new Set([first.uuid]), signal)
    expect(second.uuid).not.toBe(first.uuid)
    expect(await remote.issues(at, signal)).toHaveLength(2)
    spoil('create_release', how)
    await remote.createRelease(at, { name: 'v1', description: '' }, signal)
    expect(await remote.releases(at, signal)).toHaveLength(1)
    spoil('update_dataset', how)
    const changed = await remote.updateDataset(at, () => ({ description: 'new' }), signal)
    expect(changed).toMatchObject({ description: 'new' })
  })

  it.each(lost)('puts a label once, and knows its own again: %o', async (how) => {
    const harness = await withDataset()
    const { put, label } = await withLabel(harness)
    const before = harness.count('put_label')
    harness.spoil('put_label', how)
    const made = await put(null)
    expect(made).toMatchObject(label)
    expect(harness.count('put_label') - before).toBe(how.kind === 'lose before' ? 2 : 1)
  })

  it('sends nothing over what somebody else wrote while the answer was lost', async () => {
    const harness = await withDataset()
    const { put, uuid } = await withLabel(harness)
    const { updatedAt } = (await put(null))!
    harness.spoil('put_label', { kind: 'lose before' })
    const before = harness.count('put_label')
    const writing = put(updatedAt)
    await expect.poll(() => harness.count('put_label'), { interval: 1 }).toBe(before + 1)
    harness.otherWrites(harness.at, 'a.png', 'VERIFIED')
    expect(await writing).toBeNull()
    expect((await harness.remote.label(uuid, groundTruth, signal))?.status).toBe('VERIFIED')
  })

  it.each<[string, SegmentsSpoil]>([
    ['a pause it is asked for', { kind: 'refuse', status: 429, retryAfter: 1 }],
    ['a pause without a time', { kind: 'refuse', status: 429 }],
    ['a pause that comes as a success', { kind: 'throttled' }],
  ])('sits out %s, with reads and with what must not be done twice', async (_, how) => {
    const { remote, user, spoil, count } = await open()
    spoil('get_user', how)
    expect((await remote.whoAmI(signal)).username).toBe(user)
    spoil('create_dataset', how)
    const { dataset, isNew } = await remote.createDataset(draft, signal)
    expect([dataset.name, isNew, count('create_dataset')]).toEqual(['street', true, 2])
  })

  it('never comes back sooner than it was told to', async () => {
    const { remote, spoil } = await open()
    spoil('get_user', { kind: 'refuse', status: 429, retryAfter: 1 })
    const start = performance.now()
    await Promise.all([remote.whoAmI(signal), remote.datasets(null, signal)])
    // A timer may be a little early.
    expect(performance.now() - start).toBeGreaterThanOrEqual(990)
  })

  it('tells a long pause instead of sitting it out, and asks nothing until it is over', async () => {
    const { remote, user, spoil, count } = await open()
    spoil('get_user', { kind: 'refuse', status: 429, retryAfter: 600 })
    const error = await failureOf(remote.whoAmI(signal))
    expect(error).toMatchObject({ code: 'REMOTE_LIMIT', retry: 'auto' })
    expect((error as RemoteError).retryAfterMs).toBe(600_000)
    expect((await failureOf(remote.dataset(`${user}/x`, signal))).code).toBe('REMOTE_LIMIT')
    expect(count('get_user')).toBe(1)
  })

  it.each([500, 502, 503, 504])('never takes a fault of the server (%i) for a bad key', async (status) => {
    const { remote, spoil } = await open()
    spoil('get_user', { kind: 'refuse', status }, Number.POSITIVE_INFINITY)
    expect(await failureOf(remote.whoAmI(signal))).toMatchObject({
      code: 'NET_SLOW',
      retry: 'auto',
      ambiguous: true,
    })
  })

  it('tells the page of a network that wants a sign-in from an answer', async () => {
    const { remote, at, spoil } = await withDataset()
    spoil('list_samples', { kind: 'page' })
    expect((await failureOf(allSamples(remote, at))).code).toBe('NET_INTERFERED')
  })

  it('reads again what was cut short, and never takes half of it', async () => {
    const { remote, at, spoil } = await withDataset(['a.png', 'b.png'])
    spoil('list_samples', { kind: 'cut short' })
    expect(await allSamples(remote, at)).toHaveLength(2)
    const bytes = new Uint8Array(200_000).fill(7)
    const { url } = await remote.upload({ name: 'x.bin', bytes }, signal)
    spoil('download', { kind: 'cut short' })
    expect(await received(remote, url)).toEqual(bytes)
  })

  it('asks for another address when the one it has is no longer good, and sends again what was cut', async () => {
    const { remote, spoil, count } = await open()
    const bytes = new Uint8Array(1000).fill(9)
    spoil('upload', { kind: 'expired' }, 2)
    const first = await remote.upload({ name: 'x.bin', bytes }, signal)
    expect(await received(remote, first.url)).toEqual(bytes)
    expect(count('create_asset')).toBe(3)
    for (const how of [...lost.slice(0, 2), { kind: 'refuse', status: 503 }] as const) {
      spoil('upload', how)
      const { url } = await remote.upload({ name: 'x.bin', bytes }, signal)
      expect(await received(remote, url)).toEqual(bytes)
    }
    spoil('download', { kind: 'expired' })
    expect(await failureOf(received(remote, first.url))).toMatchObject({
      code: 'REMOTE_REFUSED',
      cause: 'expired',
    })
  })

  it('says in the middle that the key was taken back, and does nothing more', async () => {
    const harness = await withDataset()
    const { put } = await withLabel(harness)
    harness.revoke()
    expect((await failureOf(put(null))).code).toBe('AUTH_REVOKED')
    const { remote, at } = harness
    expect((await failureOf(remote.addSamples(at, [sampleNamed('b.png')], signal))).code).toBe('AUTH_REVOKED')
    expect((await failureOf(remote.upload({ name: 'x', bytes: new Uint8Array(1) }, signal))).code).toBe(
      'AUTH_REVOKED',
    )
  })

  it('names the place where a person looks at it', async () => {
    const { remote, at, samples } = await withDataset()
    expect(remote.datasetUrl(at).endsWith(`/${at}`)).toBe(true)
    expect(remote.sampleUrl(at, samples[0]!.uuid)).toBe(
      `${remote.datasetUrl(at)}/samples/${samples[0]!.uuid}/ground-truth`,
    )
  })
}

async function received(remote: SegmentsRemote, address: string, maxBytes = 1_000_000): Promise<Uint8Array> {
  let parts: Uint8Array[] = []
  await remote.receive(
    address,
    { begin: () => (parts = []), take: (part) => parts.push(part.slice()) },
    maxBytes,
    signal,
  )
  return new Uint8Array(Buffer.concat(parts))
}
