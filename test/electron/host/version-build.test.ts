import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { createLabelCodec } from '../../../electron/adapters/label-codec.ts'
import { buildVersion } from '../../../electron/host/version-build.ts'
import { createVersions } from '../../../electron/host/versions.ts'
import { createWorkingCopy } from '../../../electron/host/working-copy.ts'
import type { BlobDigest, SampleId } from '../../../shared/dataset/digest.ts'
import { manifestDigestText, sortEntries } from '../../../shared/dataset/manifest.ts'
import type { Version } from '../../../shared/host/host-api.ts'
import { digested } from '../../support/digested.ts'
import { faultyFileOps } from '../../support/faulty-file-ops.ts'
import { seedLibrary } from '../../support/seed-library.ts'
import { openVersionLibrary, type VersionLibrary } from '../../support/version-library.ts'

const codec = createLabelCodec()
afterAll(() => codec.close())

async function setUp(seeded = 0) {
  const library = await openVersionLibrary({ codec, ops: faultyFileOps({ fastSync: true }) })
  if (seeded > 0) seedLibrary(library.context, seeded, { labels: 7 })
  return library
}

/** The lists of a version as they come of reading every row, and its totals. */
async function madeAnew({ context, versions, categories }: VersionLibrary) {
  const { samples } = await createWorkingCopy(context).all()
  const steps = [...samples].map(([name, now]) => ({ name, before: null, now }))
  return buildVersion(
    { files: versions.files, blobs: context.blobs },
    null,
    steps,
    await categories.ontology(),
  )
}

/** That a version which was made from the one before says what one made of all rows would, to the byte. */
async function expectWhole(library: VersionLibrary, version: Version): Promise<void> {
  const { artifacts, snapshot, counts } = await library.versions.files.record(version.id)
  expect({ artifacts, snapshot, counts }).toEqual(await madeAnew(library))
  const { artifacts: told } = await digested(library.versions, version)
  for (const { role, digest, files, bytes } of told) {
    const entries = await library.versions.manifest(version.id, role)
    expect(entries).toEqual(sortEntries(entries))
    expect([files, bytes]).toEqual([entries.length, entries.reduce((sum, { size }) => sum + size, 0)])
    expect(createHash('md5').update(manifestDigestText(entries)).digest('hex')).toBe(digest)
  }
}

const step = fc.oneof(
  { arbitrary: fc.record({ do: fc.constant('add' as const), of: fc.nat(9) }), weight: 2 },
  { arbitrary: fc.record({ do: fc.constant('draw' as const), of: fc.nat(9), as: fc.nat(3) }), weight: 4 },
  { arbitrary: fc.record({ do: fc.constant('status' as const), of: fc.nat(9) }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant('tag' as const), of: fc.nat(9), as: fc.nat(2) }), weight: 2 },
  { arbitrary: fc.record({ do: fc.constant('trash' as const), of: fc.nat(9) }), weight: 2 },
  { arbitrary: fc.record({ do: fc.constant('untrash' as const), of: fc.nat(9) }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant('purge' as const) }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant('category' as const) }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant('commit' as const) }), weight: 5 },
  { arbitrary: fc.record({ do: fc.constant('branch' as const), as: fc.nat(2) }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant('switch' as const), as: fc.nat(2) }), weight: 2 },
  { arbitrary: fc.record({ do: fc.constant('restore' as const), of: fc.nat(9) }), weight: 2 },
  { arbitrary: fc.record({ do: fc.constant('merge' as const), of: fc.nat(9) }), weight: 2 },
  { arbitrary: fc.record({ do: fc.constant('undo' as const) }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant('reopen' as const) }), weight: 1 },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** Does one thing that a person could; what the library refuses, such as a name that is taken, is no news here. */
async function doStep(library: VersionLibrary, ids: string[], step: Step): Promise<void> {
  const { context, changes, names, cards, trash, categories, labels, versions } = library
  const all = await versions.list()
  const of = 'of' in step ? step.of : 0
  const id = ids[of % Math.max(1, ids.length)] as SampleId | undefined
  // Those that were there before have another size, and are not drawn on.
  const others = context.db.prepare('SELECT id FROM samples ORDER BY seq LIMIT 12').all()
  const any = others[of % Math.max(1, others.length)]?.id as SampleId | undefined
  const version = all.length > 0 ? String(all[of % all.length]!.number) : null
  const { signal } = new AbortController()
  switch (step.do) {
    case 'add':
      ids.push(await library.addSample(`added/${of}.png`))
      return
    case 'draw':
      if (id) await library.draw(id, ['1', '11..22', '', '.3'][step.as]!)
      return
    case 'status':
      if (id) await labels.setStatus(id, of % 2 === 0 ? 'labeled' : 'rejected')
      return
    case 'tag':
      if (any)
        await cards.change([any], {
          kind: 'tags',
          add: step.as > 0 ? ['x'] : [],
          remove: step.as > 0 ? [] : ['x'],
        })
      return
    case 'trash':
      if (any) trash.put([any])
      return
    case 'untrash':
      if (any) trash.restore([any])
      return
    case 'purge':
      await trash.empty()
      ids.splice(
        0,
        ids.length,
        ...context.db
          .prepare("SELECT id FROM samples WHERE name LIKE 'added/%'")
          .all()
          .map((row) => String(row.id)),
      )
      return
    case 'category':
      categories.create({ name: `category ${categories.ids().size}`, hasInstances: true })
      return
    case 'branch':
      if (version) await names['branches.create']({ name: `b${step.as}` }, signal)
      return
    case 'switch':
      if (version)
        await changes.switchTo(step.as === 0 ? 'main' : `b${step.as}`, of % 2 === 0 ? 'keep' : 'commit')
      return
    case 'restore':
      if (version) await changes.restore(version, of % 2 === 0 ? 'keep' : 'commit')
      return
    case 'merge':
      if (version) await changes.merge(version, { message: '', uncommitted: 'commit' })
      return
    case 'undo': {
      const job = changes.latest()
      if (job) await changes.undo(job.id)
      return
    }
    case 'commit':
    case 'reopen':
      return
  }
}

describe('a version made from the one before', () => {
  it('says the same as one made of all rows, after any history', { timeout: 600_000 }, async () => {
    const scale = Number(process.env.TESSERA_FAULT_SCALE ?? 1)
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 6, maxLength: 28 }),
        fc.boolean(),
        async (steps, isLarge) => {
          const library = await setUp(isLarge ? 400 : 0)
          const ids: string[] = []
          let seen = 0
          for (const each of [...steps, { do: 'commit' as const }]) {
            await doStep(library, ids, each).catch((error: unknown) => {
              if (
                !['CONFLICT', 'NAME_TAKEN', 'NOT_FOUND', 'BAD_REQUEST'].includes(
                  (error as { code: string }).code,
                ) &&
                !/is there already/.test(String(error))
              )
                throw error
            })
            // What was kept between commits must say what a first look does.
            const fresh = createVersions(library.context, library)
            const draft = await library.versions.draft()
            expect(draft).toEqual(await fresh.draft())
            if (each.do === 'commit') {
              const by = seen % 2 === 0 ? library.versions : fresh
              const version = await by.commit('', 'Ada')
              expect(version !== null).toBe(draft.canCommit)
              if (version) expect(version).toMatchObject({ counts: draft.counts, changes: draft.changes })
            }
            const list = await library.versions.list()
            // Those made on the way, before a restore or by a merge, count too; what came after may have changed rows.
            const last = list.at(-1)
            if (last && list.length > seen && !(await library.versions.draft()).canCommit) {
              if (last.id === library.versions.head()?.id) await expectHead(library, last)
            }
            seen = list.length
            await fresh.settled()
          }
          // The files of seeded samples stand for real ones: what is asked there is what versions say.
          const problems = (await library.damage()).filter(
            (line) => !isLarge || /^INDEX_BAD|list of files/.test(line),
          )
          expect(problems).toEqual([])
          await library.versions.settled()
          await library.cleanup()
        },
      ),
      { numRuns: 20 * scale },
    )
  })

  /** Nothing is to be committed, but a head may be another revision of the same files: then only files are compared. */
  async function expectHead(library: VersionLibrary, version: Version): Promise<void> {
    const left = library.context.db.prepare('SELECT COUNT(*) AS n FROM uncommitted').get()!.n
    if (left === 0) return expectWhole(library, version)
    const { artifacts, counts } = await library.versions.files.record(version.id)
    const { artifacts: anew, counts: counted } = await madeAnew(library)
    expect({ artifacts, counts }).toEqual({ artifacts: anew, counts: counted })
  }

  it('reads and stores only what changed, in a large library and after it was opened anew', async () => {
    const library = await setUp(3000)
    const { context, versions } = library
    const id = await library.addSample('drive-3/of-this-size.png')
    await versions.commit('', 'Ada')
    await versions.digested()
    await library.draw(id, '12')
    const { get, putAll } = context.blobs
    const [read, stored]: [string[], number[]] = [[], []]
    Object.assign(context.blobs, {
      get: (digest: BlobDigest) => {
        read.push(digest)
        return get(digest)
      },
      putAll: (contents: Iterable<Uint8Array>) => {
        const all = [...contents]
        stored.push(...all.map(({ length }) => length))
        return putAll(all)
      },
    })
    const fresh = createVersions(context, library)
    const version = (await fresh.commit('', 'Ada'))!
    Object.assign(context.blobs, { get, putAll })
    expect(version.changes).toMatchObject({ added: 0, relabeled: 1 })
    // Of some 180 parts: those with the sample, its label and dataset.json.
    expect(read.length).toBeLessThanOrEqual(16)
    expect(stored.reduce((sum, size) => sum + size, 0)).toBeLessThan(150_000)
    await fresh.settled()
    await expectWhole(library, version)
    await versions.settled()
    await library.cleanup()
  })
})

describe('what the next version is made from', () => {
  async function withVersion() {
    const library = await setUp()
    const ids = [await library.addSample('a.png'), await library.addSample('b.png')]
    await library.draw(ids[0]!, '1')
    await library.versions.commit('', 'Ada')
    await library.versions.digested()
    return { library, ids, db: library.context.db, versions: library.versions }
  }
  const done = async (library: VersionLibrary) => {
    await library.versions.settled()
    await library.cleanup()
  }

  it.each([
    ['a name went missing from it', "DELETE FROM uncommitted WHERE name = 'c.png'"],
    ['a name in it is no longer what it was', "UPDATE uncommitted SET name = 'd.png' WHERE name = 'c.png'"],
    ['it was emptied for nobody knows which version', "DELETE FROM meta WHERE key = 'uncommitted_since'"],
  ])('is read anew when the table of changes cannot be right: %s', async (_, sql) => {
    const { library, db, versions } = await withVersion()
    await library.addSample('c.png')
    db.exec(sql)
    expect(await versions.draft()).toMatchObject({
      canCommit: true,
      counts: { samples: 3 },
      changes: { added: 1 },
    })
    const version = (await versions.commit('', 'Ada'))!
    expect(version).toMatchObject({ changes: { added: 1 }, counts: { samples: 3, labeled: 1 } })
    await expectWhole(library, version)
    expect(await library.damage()).toEqual([])
    await done(library)
  })

  it('is checked by verify: a change that was not written down is told', async () => {
    const { library, db, ids, versions } = await withVersion()
    await library.draw(ids[1]!, '2')
    expect(await library.damage()).toEqual([])
    db.exec('DELETE FROM uncommitted')
    expect((await versions.draft()).canCommit).toBe(false)
    expect(await library.damage()).toEqual([expect.stringMatching(/^INDEX_BAD: 1 images differ/)])
    await done(library)
  })

  it('cannot be kept by an index that lost a trigger: it is not opened', async () => {
    const { library, db } = await withVersion()
    db.exec('DROP TRIGGER samples_changed')
    await done({ ...library, cleanup: library.close })
    await expect(openVersionLibrary({ folder: library.folder, codec })).rejects.toMatchObject({
      code: 'DB_UNREADABLE',
    })
    await library.cleanup()
  })

  it('stays for the next version when it changes while one is made', async () => {
    const { library, ids, context } = await withVersion().then((all) => ({
      ...all,
      context: all.library.context,
    }))
    await library.draw(ids[0]!, '12')
    const { putAll } = context.blobs
    let isDrawn = false
    Object.assign(context.blobs, {
      putAll: async (contents: Iterable<Uint8Array>) => {
        const all = [...contents]
        const refs = await putAll(all)
        if (!isDrawn && all.some((bytes) => Buffer.from(bytes).includes('"snapshot-part"'))) {
          isDrawn = true
          await library.draw(ids[1]!, '3')
          await library.draw(ids[0]!, '123')
        }
        return refs
      },
    })
    const second = await library.versions.commit('', 'Ada')
    expect(second).toMatchObject({ changes: { relabeled: 1 } })
    expect(isDrawn).toBe(true)
    const third = (await library.versions.commit('', 'Ada'))!
    expect(third).toMatchObject({ changes: { relabeled: 2 } })
    await expectWhole(library, third)
    await done(library)
  })
})

describe('a digest that is not known yet', () => {
  it('is told as null, and is worked out by whoever opens the library next', async () => {
    const library = await setUp()
    await library.draw(await library.addSample('a.png'), '1')
    const version = (await library.versions.commit('', 'Ada'))!
    expect(version.artifacts.map(({ digest }) => digest)).toEqual([null, null])
    await library.versions.settled()
    library.context.db.exec('DELETE FROM artifact_digests')
    const { length } = library.events
    const fresh = createVersions(library.context, library)
    fresh.start()
    await fresh.digested()
    const [known] = await fresh.list()
    expect(known!.artifacts.map(({ digest }) => digest)).toEqual([
      expect.stringMatching(/^[0-9a-f]{32}$/),
      expect.stringMatching(/^[0-9a-f]{32}$/),
    ])
    expect(library.events.slice(length).map(({ type }) => type)).toEqual(['versions.changed'])
    await fresh.settled()
    await library.cleanup()
  })

  it('stays unknown when the files cannot be read, and does not hinder others', async () => {
    const library = await setUp()
    const id = await library.addSample('a.png')
    const first = (await library.versions.commit('', 'Ada'))!
    await library.versions.settled()
    library.context.db.exec('DELETE FROM artifact_digests')
    const { artifacts } = await library.versions.files.record(first.id)
    const fresh = createVersions(library.context, library)
    await library.draw(id, '1')
    const { get } = library.context.blobs
    Object.assign(library.context.blobs, {
      get: (digest: BlobDigest) =>
        get(digest === artifacts[0]!.manifest.digest ? ('0'.repeat(64) as BlobDigest) : digest),
    })
    const second = await fresh.commit('', 'Ada').catch(() => null)
    Object.assign(library.context.blobs, { get })
    await fresh.digested()
    const all = (await fresh.list()).flatMap((version) => version.artifacts.map(({ digest }) => digest))
    expect(all).toEqual(all.map(() => expect.stringMatching(/^[0-9a-f]{32}$/)))
    expect(second).not.toBeNull()
    await fresh.settled()
    await library.cleanup()
  })
})
