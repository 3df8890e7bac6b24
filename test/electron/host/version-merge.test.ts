import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { createSamples } from '../../../electron/host/samples.ts'
import type { BlobDigest, RevisionId, SampleId } from '../../../shared/dataset/digest.ts'
import { parseRevisionRecord, revisionRecordText } from '../../../shared/formats/revision-record.ts'
import { identityBytes } from '../../../shared/label/identity.ts'
import { digested } from '../../support/digested.ts'
import { journalOf, painted, saveOf } from '../../support/label-library.ts'
import { seedLibrary } from '../../support/seed-library.ts'
import { openVersionLibrary, type VersionLibrary } from '../../support/version-library.ts'

const open: VersionLibrary[] = []
afterEach(async () => {
  for (const library of open.splice(0).reverse()) await library.cleanup()
})

/** A library on `main` with a branch `try` beside it: what both come from, what each made of it. */
async function parted(work: {
  readonly first?: (library: Setting) => Promise<void>
  readonly theirs: (library: Setting) => Promise<void>
  readonly mine: (library: Setting) => Promise<void>
}) {
  const library = await setUp()
  const { signal } = new AbortController()
  await work.first?.(library)
  await library.commit()
  await library.names['branches.create']({ name: 'try' }, signal)
  await library.changes.switchTo('try', 'refuse')
  await work.theirs(library)
  await library.commit()
  await library.changes.switchTo('main', 'refuse')
  await work.mine(library)
  await library.commit()
  return library
}
type Setting = Awaited<ReturnType<typeof setUp>>

async function setUp() {
  const library = await openVersionLibrary()
  open.push(library)
  const [a, b] = [await library.addSample('a.png'), await library.addSample('b.png')]
  const tag = (id: SampleId, ...add: string[]) =>
    library.cards.change([id], { kind: 'tags', add, remove: [] })
  const split = (id: SampleId, to: 'train' | 'val') =>
    library.cards.change([id], { kind: 'split', split: to })
  const commit = async (message = '') => digested(library.versions, (await library.changes.commit(message))!)
  const merge = (version = 'try', message = '') =>
    library.changes.merge(version, { message, uncommitted: 'refuse' })
  return { ...library, library, a, b, tag, split, commit, merge }
}

/** Somebody works on after a merge was planned, and before it does anything. */
function onPlanned({ versions }: Setting, work: () => Promise<void>): void {
  const workingOf = versions.workingOf.bind(versions)
  let looks = 0
  Object.assign(versions, {
    async workingOf(images: Iterable<string>) {
      const seen = await workingOf(images)
      // The first look is for whether somebody has to be asked; the second one is acted on.
      if (++looks === 2) await work()
      return seen
    },
  })
}
/** Somebody changes a card when those of a batch are about to be moved. */
function onCardMoves({ cards }: Setting, work: () => Promise<void>): void {
  const { takeBack } = cards
  let isDone = false
  Object.assign(cards, {
    async takeBack(...moves: Parameters<typeof takeBack>) {
      if (!isDone) {
        isDone = true
        await work()
      }
      return takeBack(...moves)
    },
  })
}
const code = (expected: string) => expect.objectContaining({ code: expected })

describe('a label of another library', () => {
  it('is what its pixels are, whatever its record says', async () => {
    const { a, b, draw, shown, labels, context, addSample } = await setUp()
    const c = await addSample('c.png')
    const own = await draw(a, '11')
    const recordOf = async (id: string) =>
      parseRevisionRecord(Buffer.from(await context.blobs.get(id as BlobDigest)).toString())
    const record = await recordOf(own)
    // Says that it has the pixels that somebody is about to draw.
    const drawn = createHash('sha256')
    const ids = new Uint32Array(35)
    ids.fill(3, 0, 3)
    for (const bytes of identityBytes({ width: 7, height: 5, ids })) drawn.update(bytes)
    const forged = {
      ...record,
      identity: drawn.digest('hex'),
      objectCount: 7,
      labeledPixels: 30,
      nextObjectId: 1,
    }
    const { digest } = await context.blobs.put(Buffer.from(revisionRecordText(forged)))
    expect(await labels.moves.restore(b, digest as string as RevisionId, 'merge')).toBe('restored')
    const { headRevision } = createSamples(context).get(b)
    expect(await recordOf(headRevision!)).toMatchObject({
      identity: record.identity,
      objectCount: 1,
      labeledPixels: 2,
    })
    await draw(c, '333')
    expect([await shown(b), await shown(c)]).toEqual(['11 in progress', '333 in progress'])
  })

  it('is refused when it has pixels of objects that it does not list', async () => {
    const { a, b, draw, shown, labels, context } = await setUp()
    const [one, two] = [await draw(a, '11'), await draw(b, '..22')]
    const recordOf = async (id: string) =>
      parseRevisionRecord(Buffer.from(await context.blobs.get(id as BlobDigest)).toString())
    const [first, second] = [await recordOf(one), await recordOf(two)]
    const payloads = first.payloads.map((payload) =>
      payload.role === 'mask' ? second.payloads.find(({ role }) => role === 'mask')! : payload,
    )
    const { digest } = await context.blobs.put(Buffer.from(revisionRecordText({ ...first, payloads })))
    await expect(labels.moves.restore(b, digest as string as RevisionId, 'merge')).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    })
    expect(await shown(b)).toBe('..22 in progress')
  })
})

describe('a merge', () => {
  it('takes what only one side changed, and makes a version with both as parents', async () => {
    const { a, b, shown, merge, versions, library, labels } = await parted({
      theirs: async ({ draw, a, tag, b }) => {
        await draw(a, '11', { status: 'labeled' })
        await tag(b, 'night')
      },
      mine: async ({ draw, b, tag }) => {
        await draw(b, '...22')
        await tag(b, 'rain')
      },
    })
    const [, theirs, mine] = await versions.list()
    const result = await merge()
    expect(result).toMatchObject({
      kind: 'merged',
      version: { number: 4, parents: [mine!.id, theirs!.id], message: 'Merge try (version 2)' },
      base: mine!.parents[0],
      otherBases: [],
      taken: 2,
      merged: 0,
      conflicts: [],
      failed: [],
      isStopped: false,
    })
    expect([await shown(a), await shown(b)]).toEqual(['11 labeled', '...22 in progress night rain'])
    expect((await labels.open(a)).siblings).toEqual([])
    expect((await versions.draft()).canCommit).toBe(false)
    expect(await merge()).toMatchObject({ kind: 'none', version: { number: 4 }, job: null })
    expect(await library.damage()).toEqual([])
  })

  it('puts two labels of one image together, and leaves objects the numbers they got in this library', async () => {
    const { a, shown, merge, labels } = await parted({
      first: async ({ draw, a }) => void (await draw(a, '11')),
      theirs: async ({ draw, a }) => void (await draw(a, '11...22')),
      mine: async ({ draw, a }) => void (await draw(a, '11.3')),
    })
    const before = await labels.revisions(a)
    expect(await merge()).toMatchObject({ merged: 1, taken: 0, conflicts: [] })
    expect(await shown(a)).toBe('11.3.22 in progress')
    const [head] = await labels.revisions(a)
    expect(head).toMatchObject({ tool: 'merge', isHead: true })
    // Made from mine, which was shown, and from theirs.
    expect(head!.parents).toHaveLength(2)
    expect(head!.parents[0]).toBe(before.find(({ isHead }) => isHead)!.revision)
  })

  it('keeps both labels where they are in conflict, mine shown, and says what it is', async () => {
    const { a, b, shown, merge, labels, versions, library } = await parted({
      theirs: async ({ draw, a, b }) => {
        await draw(a, '.22')
        await draw(b, '22')
      },
      mine: async ({ draw, a }) => void (await draw(a, '11')),
    })
    const result = await merge()
    expect(result.conflicts).toEqual([
      {
        id: a,
        name: 'a.png',
        card: [],
        isRemoved: false,
        label: [{ kind: 'pixels', base: 0, mine: 1, theirs: 2, pixels: 1 }],
      },
    ])
    expect(result.version?.message).toBe('Merge try (version 2), 1 in conflict')
    expect([await shown(a), await shown(b)]).toEqual(['11 in progress', '22 in progress'])
    const { siblings, revision } = await labels.open(a)
    expect(siblings).toHaveLength(1)
    expect(await library.idsOf(siblings[0]!.revision)).toEqual([0, 2, 2, ...new Array(32).fill(0)])
    await labels.choose(a, siblings[0]!.revision as never)
    expect(await shown(a)).toBe('.22 in progress')
    expect((await labels.revisions(a)).map((each) => each.revision)).toContain(revision)
    expect((await versions.draft()).changes.relabeled).toBe(1)
    expect(await library.damage()).toEqual([])
  })

  it('tells of fields of cards that both changed, and keeps mine', async () => {
    const { a, merge, cards } = await parted({
      theirs: async ({ split, tag, a }) => {
        await split(a, 'val')
        await tag(a, 'x')
      },
      mine: async ({ split, a }) => void (await split(a, 'train')),
    })
    expect((await merge()).conflicts).toEqual([
      { id: a, name: 'a.png', label: null, card: ['split'], isRemoved: false },
    ])
    expect(await cards.get(a)).toMatchObject({ split: 'train', tags: ['x'] })
  })

  it('removes what they removed, and keeps what I changed since', async () => {
    const { a, b, merge, shown } = await parted({
      theirs: async ({ trash, a, b }) => void trash.put([a, b]),
      mine: async ({ draw, b }) => void (await draw(b, '11')),
    })
    expect((await merge()).conflicts).toEqual([
      { id: null, name: 'b.png', label: null, card: [], isRemoved: true },
    ])
    expect([await shown(a), await shown(b)]).toEqual(['trash', '11 in progress'])
  })

  it('brings back what I removed and they changed', async () => {
    const { a, merge, shown } = await parted({
      theirs: async ({ draw, a }) => void (await draw(a, '11')),
      mine: async ({ trash, a }) => void trash.put([a]),
    })
    expect((await merge()).conflicts).toMatchObject([{ name: 'a.png', isRemoved: true }])
    expect(await shown(a)).toBe('11 in progress')
  })

  it('puts what categories are said to be together', async () => {
    const { merge, categories } = await parted({
      theirs: async ({ categories }) => void categories.update({ id: 1, name: 'street', color: '#000000' }),
      mine: async ({ categories }) => void categories.update({ id: 1, color: '#ffffff' }),
    })
    const result = await merge()
    expect(categories.list()[0]).toMatchObject({ name: 'street', color: '#ffffff' })
    expect(result.categories).toEqual([{ id: 1, field: 'color', mine: '#ffffff', theirs: '#000000' }])
  })

  it('moves the branch forward when it has nothing of its own', async () => {
    const library = await setUp()
    const { signal } = new AbortController()
    await library.draw(library.a, '11')
    await library.commit()
    await library.names['branches.create']({ name: 'try' }, signal)
    await library.changes.switchTo('try', 'refuse')
    await library.draw(library.a, '22')
    const second = await library.commit()
    await library.changes.switchTo('main', 'refuse')
    expect(await library.merge()).toMatchObject({ kind: 'forward', version: { id: second.id } })
    expect(await library.versions.list()).toHaveLength(2)
    expect(library.versions.refs.find('main')!.version).toBe(second.id)
    expect(await library.shown(library.a)).toBe('22 in progress')
    expect((await library.versions.draft()).canCommit).toBe(false)
  })

  it('uses what was merged before: the second time only what is new', async () => {
    const library = await parted({
      theirs: async ({ draw, a }) => void (await draw(a, '11')),
      mine: async ({ draw, b }) => void (await draw(b, '11')),
    })
    const { merge, changes, draw, a, b, commit, shown } = library
    await merge()
    await changes.switchTo('try', 'refuse')
    await draw(a, '11.22')
    await commit()
    await changes.switchTo('main', 'refuse')
    await draw(a, '11...33')
    await commit()
    expect(await merge()).toMatchObject({ kind: 'merged', merged: 1, taken: 0, conflicts: [] })
    expect([await shown(a), await shown(b)]).toEqual(['11.2233 in progress', '11 in progress'])
    await changes.switchTo('try', 'refuse')
    expect(await merge('main')).toMatchObject({ kind: 'forward' })
  })

  it('refuses while there are changes that no version holds, unless they become one', async () => {
    const { draw, a, merge, changes } = await parted({
      theirs: async ({ draw, a }) => void (await draw(a, '11')),
      mine: async ({ draw, b }) => void (await draw(b, '11')),
    })
    await draw(a, '..3')
    await expect(merge()).rejects.toThrow(code('CONFLICT'))
    const result = await changes.merge('try', { message: 'all of it', uncommitted: 'commit' })
    expect(result).toMatchObject({
      committed: { number: 4 },
      version: { number: 5, message: 'all of it' },
      merged: 1,
    })
  })

  it('replaces nothing that is drawn while it runs, and removes nothing of it', async () => {
    const library = await parted({
      first: async ({ draw, a, b }) => {
        await draw(a, '11')
        await draw(b, '11')
      },
      theirs: async ({ draw, tag, trash, a, b }) => {
        await draw(a, '11.22')
        await tag(a, 'night')
        trash.put([b])
      },
      mine: async ({ addSample }) => void (await addSample('c.png')),
    })
    const { a, b, merge, labels, shown } = library
    onPlanned(library, async () => {
      // An edit is safe at once; the window saves it as a label later.
      for (const id of [a, b]) {
        const { revision } = await labels.open(id)
        await labels.appendJournal(id, ...journalOf(revision).edit(3, 6, 2))
      }
    })
    const { conflicts, job } = await merge()
    expect(conflicts).toEqual([{ id: b, name: 'b.png', label: null, card: [], isRemoved: true }])
    expect([await shown(a), await shown(b)]).toEqual(['11.22.33 in progress night', '11....33 in progress'])
    await library.changes.undo(job!)
    expect([await shown(a), await shown(b)]).toEqual(['11....33 in progress', '11....33 in progress'])
    expect(await library.library.damage()).toEqual([])
  })

  it('leaves a label beside theirs, or as it is where they have none, when it is drawn while it runs', async () => {
    const library = await parted({
      first: async ({ draw, b }) => void (await draw(b, '11')),
      theirs: async ({ draw, labels, split, a, b }) => {
        await draw(a, '11')
        await split(a, 'val')
        await labels.moves.restore(b, null, 'restore')
      },
      mine: async ({ addSample }) => void (await addSample('c.png')),
    })
    const { a, b, merge, labels, shown, cards, draw } = library
    onPlanned(library, async () => {
      await draw(a, '2')
      await draw(b, '11....33')
    })
    const { conflicts } = await merge()
    expect(conflicts.map(({ name, label }) => [name, label?.length])).toEqual([
      ['a.png', 1],
      ['b.png', 0],
    ])
    expect([await shown(a), await shown(b)]).toEqual(['2 in progress', '11....33 in progress'])
    expect(await cards.get(a)).toMatchObject({ split: 'val' })
    expect((await labels.open(a)).siblings).toHaveLength(1)
  })

  it('merges a card that is changed while it runs, and brings back what is removed then', async () => {
    const library = await parted({
      theirs: async ({ split, tag, draw, a, b }) => {
        await split(a, 'val')
        await tag(a, 'x')
        await draw(b, '11')
      },
      mine: async ({ addSample }) => void (await addSample('c.png')),
    })
    const { a, b, merge, split, cards, trash, shown } = library
    onPlanned(library, async () => {
      trash.put([b])
      await split(a, 'train')
    })
    const { conflicts } = await merge()
    expect(conflicts).toEqual([
      { id: a, name: 'a.png', label: null, card: ['split'], isRemoved: false },
      { id: b, name: 'b.png', label: null, card: [], isRemoved: true },
    ])
    expect(await cards.get(a)).toMatchObject({ split: 'train', tags: ['x'] })
    expect(await shown(b)).toBe('11 in progress')
  })

  it('merges a card anew that is changed between the look at it and its move', async () => {
    const library = await parted({
      theirs: async ({ split, tag, a }) => {
        await split(a, 'val')
        await tag(a, 'x')
      },
      mine: async ({ addSample }) => void (await addSample('c.png')),
    })
    const { a, merge, split, cards, changes } = library
    onCardMoves(library, async () => void (await split(a, 'train')))
    const { conflicts, job } = await merge()
    expect(conflicts).toEqual([{ id: a, name: 'a.png', label: null, card: ['split'], isRemoved: false }])
    expect(await cards.get(a)).toMatchObject({ split: 'train', tags: ['x'] })
    // What was changed meanwhile is what was there before.
    await changes.undo(job!)
    expect(await cards.get(a)).toMatchObject({ split: 'train', tags: [] })
    expect(await library.library.damage()).toEqual([])
  })

  it('says before anything is done what it would do, and changes nothing by that', async () => {
    const library = await parted({
      first: async ({ draw, b }) => void (await draw(b, '11')),
      theirs: async ({ draw, tag, addSample, a, b }) => {
        await draw(a, '11')
        await draw(b, '11.22')
        await tag(a, 'x')
        await addSample('c.png')
      },
      mine: async ({ draw, b }) => void (await draw(b, '11...33')),
    })
    const { changes, versions } = library
    expect(await changes.mergePlan('try')).toEqual({
      kind: 'merged',
      base: expect.any(String),
      scale: { removed: 0, replaced: 1, isUnrelated: false },
      images: 2,
      ...{ added: 1, labeled: 1, both: 1, recarded: 1, kept: 0 },
      asks: null,
    })
    expect([(await versions.draft()).canCommit, changes.latest()?.kind]).toEqual([false, 'switch'])
    await library.merge()
    expect(await changes.mergePlan('try')).toMatchObject({ kind: 'none', scale: { removed: 0, replaced: 0 } })
  })

  describe('that does more than usual', () => {
    const many = Array.from({ length: 24 }, (_, i) => `m${i}.png`)
    /** They gave 11 images to the trash and another label to 12 of 26. */
    const large = () => {
      const ids: SampleId[] = []
      return parted({
        first: async ({ addSample, draw }) => {
          for (const name of many) ids.push(await addSample(name))
          for (const id of ids) await draw(id, '1')
        },
        theirs: async ({ trash, draw }) => {
          trash.put(ids.slice(0, 11))
          for (const id of ids.slice(11, 23)) await draw(id, '2')
        },
        mine: async ({ draw, a }) => void (await draw(a, '11')),
      })
    }

    it('asks, commits nothing before that, and does no more than was confirmed', async () => {
      const { changes, versions, draw, b, merge } = await large()
      await draw(b, '3')
      const asked = await merge('try').catch((error: unknown) => error)
      expect(asked).toMatchObject({
        code: 'SYNC_FAILSAFE',
        message:
          'Merging try would put 11 of 26 images into the trash and change the labels of 12. Nothing was merged.',
      })
      const plan = await changes.mergePlan('try')
      expect(plan).toMatchObject({ scale: { removed: 11, replaced: 12 }, asks: { code: 'SYNC_FAILSAFE' } })
      const less = { ...plan.scale, removed: 10 }
      const wish = { message: '', uncommitted: 'commit' as const }
      await expect(changes.merge('try', { ...wish, confirmed: less })).rejects.toThrow(code('SYNC_FAILSAFE'))
      expect(await versions.list()).toHaveLength(3)
      const done = await changes.merge('try', { ...wish, confirmed: plan.scale })
      expect(done).toMatchObject({ kind: 'merged', isStopped: false, committed: { number: 4 } })
    })

    it('asks again when it was stopped and goes on, also when little is left of it', async () => {
      const { changes, library } = await large()
      const stop = new AbortController()
      library.context.emit = ((emit) => (event) => {
        emit(event)
        if (event.type === 'versions.progress' && event.done === 20) stop.abort()
      })(library.context.emit)
      const wish = { message: '', uncommitted: 'refuse' as const }
      const half = await changes.merge('try', { ...wish, confirmed: true, signal: stop.signal })
      expect(half.isStopped).toBe(true)
      expect(await changes.mergePlan('try')).toMatchObject({ scale: { removed: 11, replaced: 12 } })
      await expect(changes.merge('try', wish)).rejects.toThrow(code('SYNC_FAILSAFE'))
      expect(changes.latest()).toMatchObject({ id: half.job, state: 'stopped' })
      expect(await changes.merge('try', { ...wish, confirmed: true })).toMatchObject({ job: half.job })
    })
  })

  it('answers no question that is open, nor when it is taken back', async () => {
    const { a, b, changes, merge, shown, labels } = await parted({
      first: async ({ draw, b }) => void (await draw(b, '11')),
      theirs: async ({ draw, commit, a, b }) => {
        await draw(a, '.22')
        await commit()
        await draw(a, '.22..33')
        await draw(b, '11.22')
      },
      mine: async ({ draw, labels, a, b }) => {
        await draw(a, '11')
        // Another window began before there was a label.
        await labels.save(b, ...saveOf(painted(3, 0, 3), null))
      },
    })
    expect((await merge('v2')).conflicts).toHaveLength(1)
    const open = () => labels.conflicts.list().map(({ name, others }) => `${name} ${others}`)
    const siblings = ['a.png 1', 'b.png 1']
    expect(open()).toEqual(siblings)
    const { taken, merged, conflicts, job } = await merge()
    expect({ taken, merged, conflicts }).toEqual({ taken: 1, merged: 1, conflicts: [] })
    expect([await shown(a), await shown(b)]).toEqual(['11...33 in progress', '11.22 in progress'])
    expect(open()).toEqual(siblings)
    await changes.undo(job!)
    expect([await shown(a), await shown(b)]).toEqual(['11 in progress', '11 in progress'])
    expect(open()).toEqual(siblings)
  })

  it('makes no version of half of it, and is taken back', async () => {
    const { a, b, merge, changes, versions, context, shown, library } = await parted({
      theirs: async ({ draw, a, b }) => {
        await draw(a, '11')
        await draw(b, '22')
      },
      mine: async ({ tag, a }) => void (await tag(a, 'x')),
    })
    const { png } = context.db
      .prepare(
        "SELECT png_digest AS png FROM revisions r JOIN samples s ON s.id = r.sample_id WHERE s.name = 'b.png' AND object_count > 0 ORDER BY r.seq LIMIT 1",
      )
      .get()!
    const path = context.blobs.pathOf(png as BlobDigest)
    rmSync(path)
    const result = await merge()
    expect(result).toMatchObject({ isStopped: true, version: null, failed: [{ name: 'b.png' }] })
    expect(await versions.list()).toHaveLength(3)
    expect(await shown(a)).toBe('11 in progress x')
    await changes.undo(result.job!)
    expect([await shown(a), await shown(b)]).toEqual(['- unlabeled x', '- unlabeled'])
    expect((await versions.draft()).canCommit).toBe(false)
    expect(library.events.some(({ type }) => type === 'versions.progress')).toBe(true)
  })
})

describe('a comparison', () => {
  it('says what came, went and changed, by sample and by category, and reads no label that both have', async () => {
    const { a, b, draw, commit, compare, tag, trash, addSample, categories, versions, context } =
      await setUp()
    await draw(a, '11..22')
    await draw(b, '1')
    const first = await commit()
    await draw(a, '1...22.33', {
      objects: [
        { id: 1, categoryId: 1, attributes: {} },
        { id: 2, categoryId: 2, attributes: { night: true } },
        { id: 3, categoryId: 2, attributes: {} },
      ],
      status: 'labeled',
    })
    await tag(a, 'x')
    const c = await addSample('c.png')
    await draw(c, '4444')
    trash.put([b])
    categories.update({ id: 1, name: 'street' })
    const second = await commit()
    const expected = {
      before: first.id,
      after: second.id,
      counts: { added: 1, removed: 1, replaced: 0, renamed: 0, relabeled: 1, recarded: 1, unchanged: 0 },
      categories: [
        { id: 1, name: 'street', before: 0, after: 1 },
        { id: 2, name: 'car', before: 3, after: 3 },
      ],
      reclassified: [{ from: 2, to: 1, count: 1 }],
      ontology: [{ id: 1, kind: 'changed', name: 'street', fields: ['name'] }],
      samples: [
        {
          id: a,
          name: 'a.png',
          kind: 'changed',
          isRelabeled: true,
          isRecarded: true,
          before: { status: 'in progress', card: null },
          after: { status: 'labeled' },
          objects: { added: 1, removed: 0, reclassified: 1, changed: 1 },
        },
        { id: b, name: 'b.png', kind: 'removed', after: null, objects: { added: 0, removed: 1 } },
        { id: c, name: 'c.png', kind: 'added', before: null, objects: { added: 1, removed: 0 } },
      ],
    }
    expect(await compare.compare({ before: 'v1', after: 'v2' })).toMatchObject(expected)
    // Which images differ is told without a look at any label.
    const quick = await compare.compare({ before: 'v1', after: 'v2', objects: false })
    expect(quick).toMatchObject({ counts: expected.counts, categories: [], reclassified: [] })
    expect(quick.samples.map(({ id, kind }) => [id, kind])).toEqual(
      expected.samples.map(({ id, kind }) => [id, kind]),
    )
    const back = await compare.compare({ before: '2', after: '1' })
    expect(back.counts).toMatchObject({ added: 1, removed: 1, relabeled: 1 })
    expect((await compare.compare({ before: 'v2', after: null })).samples).toEqual([])
    expect(await compare.compare({ before: 'v1', after: null })).toMatchObject({ ...expected, after: null })
    await draw(a, '1')
    expect((await compare.compare({ before: 'v2', after: null })).counts).toMatchObject({
      relabeled: 1,
      unchanged: 1,
    })
    expect((await compare.compare({ before: 'v2', after: 'v2' })).counts).toMatchObject({ unchanged: 2 })
    await expect(compare.compare({ before: 'v2', after: 'v9' })).rejects.toThrow(code('NOT_FOUND'))
    // A label that is lost hides only itself.
    const { json } = context.db
      .prepare('SELECT json_digest AS json FROM revisions WHERE sample_id = ? ORDER BY seq')
      .get(a)!
    rmSync(context.blobs.pathOf(json as BlobDigest))
    expect((await compare.compare({ before: 'v1', after: 'v2' })).counts).toEqual(expected.counts)
    expect(await versions.list()).toHaveLength(2)
  })

  it('reads only the parts of the snapshots that differ', async () => {
    const setting = await setUp()
    const { context, compare, commit, draw, a } = setting
    seedLibrary(context, 1500)
    await commit()
    await draw(a, '11')
    await commit()
    const get = context.blobs.get.bind(context.blobs)
    let read = 0
    Object.assign(context.blobs, {
      get(digest: BlobDigest) {
        read++
        return get(digest)
      },
    })
    const { counts } = await compare.compare({ before: 'v1', after: 'v2' })
    expect(counts).toMatchObject({ relabeled: 1, added: 0, unchanged: 1501 })
    // Two versions, two snapshots, their lists of parts, two ontologies, one part of each, one label file.
    expect(read).toBeLessThanOrEqual(11)
  })
})

describe('the history of a sample', () => {
  it('says who changed it, when, and in which version', async () => {
    const { a, b, draw, commit, tag, trash, history, merge } = await parted({
      first: async ({ draw, a }) => void (await draw(a, '11')),
      theirs: async ({ draw, a }) => void (await draw(a, '11..22')),
      mine: async ({ draw, a, b }) => {
        await draw(a, '11....33')
        await draw(b, '1')
      },
    })
    await merge()
    await tag(b, 'x')
    trash.put([a])
    await commit()
    trash.restore([a])
    const told = (await history(a)).map(({ number, kind, isRelabeled, label }) => [
      number,
      kind,
      isRelabeled,
      label?.tool ?? null,
    ])
    expect(told).toEqual([
      [null, 'added', false, 'merge'],
      [5, 'removed', false, null],
      [4, 'changed', true, 'merge'],
      [3, 'changed', true, 'canvas'],
      [2, 'changed', true, 'canvas'],
      [1, 'added', false, 'canvas'],
    ])
    expect(
      (await history(b)).map(({ number, isRelabeled, isRecarded }) => [number, isRelabeled, isRecarded]),
    ).toEqual([
      [5, false, true],
      [3, true, false],
      [1, false, false],
    ])
    await draw(b, '2')
    expect((await history(b))[0]).toMatchObject({
      version: null,
      kind: 'changed',
      isRelabeled: true,
      label: { tool: 'canvas', status: 'in progress' },
    })
  })
})
