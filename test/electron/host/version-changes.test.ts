import { renameSync, rmSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { BlobDigest, SampleId } from '../../../shared/dataset/digest.ts'
import { digested } from '../../support/digested.ts'
import { openVersionLibrary, type VersionLibrary } from '../../support/version-library.ts'

const open: VersionLibrary[] = []
afterEach(async () => {
  for (const library of open.splice(0).reverse()) await library.cleanup()
})

async function setUp() {
  const library = await openVersionLibrary()
  open.push(library)
  const [a, b, c] = [
    await library.addSample('a.png'),
    await library.addSample('b.png'),
    await library.addSample('c.png'),
  ]
  const all = async () => Promise.all([a, b, c].map((id) => library.shown(id)))
  const tag = (id: SampleId, ...add: string[]) =>
    library.cards.change([id], { kind: 'tags', add, remove: [] })
  const commit = async (message = '') => digested(library.versions, (await library.changes.commit(message))!)
  const isClean = async () => !(await library.versions.draft()).canCommit
  return { ...library, library, a, b, c, all, tag, commit, isClean }
}
const code = (expected: string) => expect.objectContaining({ code: expected })

describe('restoring a version', () => {
  it('brings back labels, cards and samples as they were, as new edits', async () => {
    const { a, b, c, all, draw, tag, commit, isClean, changes, trash, context, library } = await setUp()
    await draw(a, '11', { status: 'labeled' })
    await tag(b, 'night')
    trash.put([c])
    const before = await all()
    await commit()
    await draw(a, '1122')
    await draw(b, '..3')
    await tag(b, 'rain')
    trash.restore([c])
    await commit()
    const after = await all()
    const revisions = () => Number(context.db.prepare('SELECT COUNT(*) AS count FROM revisions').get()!.count)
    const saved = revisions()

    const { changed, failed, isStopped, committed, job } = await changes.restore('v1', 'refuse')
    expect({ changed, failed, isStopped, committed }).toEqual({
      changed: 3,
      failed: [],
      isStopped: false,
      committed: null,
    })
    expect(before).toEqual(['11 labeled', '- unlabeled night', 'trash'])
    expect(await all()).toEqual(before)
    // Two labels more, and none less: what was there can be had again.
    expect(revisions()).toBe(saved + 2)
    expect((await library.labels.open(a)).siblings).toEqual([])
    expect(await isClean()).toBe(false)

    expect(await changes.undo(job!)).toEqual({ restored: 3, skipped: 0, failed: [] })
    expect(await all()).toEqual(after)
    expect(await isClean()).toBe(true)
    await expect(changes.undo(job!)).rejects.toThrow(code('NOT_FOUND'))
    expect(await library.damage()).toEqual([])
  })

  it('is no news when everything is so already, and a version of it has the same files', async () => {
    const { a, b, draw, commit, changes } = await setUp()
    await draw(a, '11')
    const first = await commit()
    expect(await changes.restore('1', 'refuse')).toMatchObject({ changed: 0 })
    await draw(a, '22')
    await draw(b, '3')
    const second = await commit()
    await changes.restore('v1', 'refuse')
    const third = await commit()
    expect(third.artifacts).toEqual(first.artifacts)
    expect(third.counts).toEqual(first.counts)
    expect(third.parents).toEqual([second.id])
  })

  it('says how many images have changes that no version holds, and commits or keeps them when told to', async () => {
    const { a, b, draw, commit, changes, versions, shown, labels } = await setUp()
    await draw(a, '11')
    await commit()
    await draw(a, '22')
    await draw(b, '33')
    await expect(changes.restore('v1', 'refuse')).rejects.toThrow(/^2 images have changes/)
    expect(await shown(a)).toBe('22 in progress')
    const { committed } = await changes.restore('v1', 'commit')
    expect(committed).toMatchObject({ number: 2, message: 'Before restoring version 1' })
    expect(await shown(a)).toBe('11 in progress')
    await draw(a, '44')
    expect((await changes.restore('v2', 'keep')).committed).toBe(null)
    expect(await shown(a)).toBe('22 in progress')
    expect((await labels.revisions(a)).length).toBe(5)
    expect((await versions.list()).length).toBe(2)
  })

  it('leaves edits alone that came since, when it is taken back', async () => {
    const { a, b, draw, commit, changes, shown } = await setUp()
    await draw(a, '11')
    await draw(b, '11')
    await commit()
    await draw(a, '22')
    await draw(b, '22')
    await commit()
    const { job } = await changes.restore('v1', 'refuse')
    await draw(a, '33')
    expect(await changes.undo(job!)).toMatchObject({ restored: 1, skipped: 1 })
    expect([await shown(a), await shown(b)]).toEqual(['33 in progress', '22 in progress'])
  })

  it('stops when told to, goes on when asked again, and takes all of it back', async () => {
    const { a, b, c, all, draw, commit, changes, library, versions } = await setUp()
    for (const id of [a, b, c]) await draw(id, '11')
    await commit()
    for (const id of [a, b, c]) await draw(id, '22')
    await commit()
    const later = await all()
    const stop = new AbortController()
    library.context.emit = ((emit) => (event) => {
      emit(event)
      if (event.type === 'versions.progress' && event.done === 1) stop.abort()
    })(library.context.emit)
    const half = await changes.restore('v1', 'refuse', stop.signal)
    expect(half).toMatchObject({ changed: 1, isStopped: true })
    expect((await all()).filter((text) => text.startsWith('11'))).toHaveLength(1)
    expect(changes.latest()).toMatchObject({ state: 'stopped', kind: 'restore' })
    await expect(changes.restore('v2', 'refuse')).rejects.toThrow(code('CONFLICT'))
    const whole = await changes.restore('v1', 'refuse')
    expect(whole).toMatchObject({ job: half.job, changed: 2, isStopped: false })
    expect(new Set(await all())).toEqual(new Set(['11 in progress']))
    await changes.undo(half.job!)
    expect(await all()).toEqual(later)
    expect((await versions.draft()).canCommit).toBe(false)
    expect(await library.damage()).toEqual([])
  })

  it('replaces nothing that somebody changes while it runs, and says what it left', async () => {
    const { a, b, c, draw, tag, commit, changes, library, versions, trash, shown, labels } = await setUp()
    for (const id of [a, b]) await draw(id, '11')
    await tag(c, 'x')
    await commit()
    await draw(a, '22')
    await draw(b, '22')
    await tag(c, 'y')
    const d = await library.addSample('d.png')
    const e = await library.addSample('e.png')
    await commit()
    const { workingBeside } = versions
    Object.assign(versions, {
      async workingBeside(version: string) {
        const seen = await workingBeside(version)
        await draw(a, '33')
        await tag(c, 'z')
        await draw(d, '44')
        return seen
      },
    })
    const result = await changes.restore('v1', 'refuse')
    Object.assign(versions, { workingBeside })
    expect(result.skipped).toEqual([
      { id: a, name: 'a.png' },
      { id: c, name: 'c.png' },
      { id: d, name: 'd.png' },
    ])
    expect(result).toMatchObject({ changed: 2, failed: [], isStopped: false })
    expect([await shown(a), await shown(b), await shown(c), await shown(d), await shown(e)]).toEqual([
      '33 in progress',
      '11 in progress',
      '- unlabeled x y z',
      '44 in progress',
      'trash',
    ])
    expect((await labels.open(a)).siblings).toEqual([])
    // Asked for once more, it is restored, and what was left is in its history.
    expect(await changes.restore('v1', 'keep')).toMatchObject({ changed: 3, skipped: [] })
    expect([await shown(a), await shown(d)]).toEqual(['11 in progress', 'trash'])
    trash.restore([d])
    expect(await shown(d)).toBe('44 in progress')
    expect(await library.damage()).toEqual([])
  })

  it('leaves a card that somebody changes between the look at it and its move', async () => {
    const { a, b, draw, tag, commit, changes, cards, shown } = await setUp()
    await tag(a, 'x')
    await commit()
    await tag(a, 'y')
    await draw(b, '22')
    await commit()
    const { takeBack } = cards
    Object.assign(cards, {
      async takeBack(...moves: Parameters<typeof takeBack>) {
        await tag(a, 'z')
        return takeBack(...moves)
      },
    })
    expect(await changes.restore('v1', 'refuse')).toMatchObject({ skipped: [{ id: a, name: 'a.png' }] })
    Object.assign(cards, { takeBack })
    expect([await shown(a), await shown(b)]).toEqual(['- unlabeled x y z', '- unlabeled'])
  })

  it('asks again before it goes on over what was drawn after it was stopped', async () => {
    const { a, b, c, draw, commit, changes, library, shown, labels, isClean } = await setUp()
    for (const id of [a, b, c]) await draw(id, '11')
    await commit()
    for (const id of [a, b, c]) await draw(id, '22')
    await commit()
    const stop = new AbortController()
    library.context.emit = ((emit) => (event) => {
      emit(event)
      if (event.type === 'versions.progress' && event.done === 1) stop.abort()
    })(library.context.emit)
    const half = await changes.restore('v1', 'refuse', stop.signal)
    expect(half.isStopped).toBe(true)
    const drawn = await draw(a, '33')
    await expect(changes.restore('v1', 'refuse')).rejects.toThrow(code('CONFLICT'))
    expect(await shown(a)).toBe('33 in progress')
    const whole = await changes.restore('v1', 'commit')
    expect(whole).toMatchObject({ job: half.job, isStopped: false, committed: { number: 3 } })
    expect(await shown(a)).toBe('11 in progress')
    expect((await labels.revisions(a)).map(({ revision }) => revision)).toContain(drawn)
    await changes.restore('v3', 'keep')
    expect([await shown(a), await isClean()]).toEqual(['33 in progress', true])
  })

  it('waits for a commit that was asked for before', async () => {
    const { a, b, c, all, draw, commit, changes, library, labels } = await setUp()
    for (const id of [a, b, c]) await draw(id, '11')
    await commit()
    for (const id of [a, b, c]) await draw(id, '22')
    const later = await all()
    const half = Promise.withResolvers<void>()
    library.context.emit = ((emit) => (event) => {
      emit(event)
      if (event.type === 'versions.progress' && event.done === 1) half.resolve()
    })(library.context.emit)
    let calls = 0
    const { recover } = labels
    Object.assign(labels, {
      // The commit is slow here, and goes on when the restore is half done, if that has begun.
      async recover(options: { silently?: boolean }) {
        const isFirst = ++calls === 1
        await recover(options)
        await setImmediate()
        if (isFirst && calls > 1) await half.promise
      },
    })
    await Promise.all([changes.commit(''), changes.restore('v1', 'keep')])
    expect(new Set(await all())).toEqual(new Set(['11 in progress']))
    await changes.restore('v2', 'keep')
    expect(await all()).toEqual(later)
  })

  it('names what is damaged and restores the rest', async () => {
    const { a, b, draw, commit, changes, context, shown } = await setUp()
    const lost = await draw(a, '11')
    await draw(b, '11')
    await commit()
    await draw(a, '22')
    await draw(b, '22')
    await commit()
    const { png } = context.db.prepare('SELECT png_digest AS png FROM revisions WHERE id = ?').get(lost)!
    // Both labels have the same pixels, and so the same file.
    rmSync(context.blobs.pathOf(png as BlobDigest))
    const { failed, changed } = await changes.restore('v1', 'refuse')
    expect(changed).toBe(0)
    expect(failed.map(({ name, error }) => `${name} ${error.code}`)).toEqual([
      'a.png MISSING_BLOB',
      'b.png MISSING_BLOB',
    ])
    expect(await shown(a)).toBe('22 in progress')
  })

  it('can be taken back again where a damaged label could not be', async () => {
    const { a, b, draw, commit, changes, context, shown } = await setUp()
    for (const id of [a, b]) await draw(id, '11')
    await commit()
    await draw(a, '22')
    const lost = await draw(b, '33')
    await commit()
    const { job } = await changes.restore('v1', 'refuse')
    const { png } = context.db.prepare('SELECT png_digest AS png FROM revisions WHERE id = ?').get(lost)!
    const path = context.blobs.pathOf(png as BlobDigest)
    renameSync(path, `${path}.lost`)
    expect(await changes.undo(job!)).toMatchObject({ restored: 1, failed: [{ name: 'b.png' }] })
    expect([await shown(a), await shown(b)]).toEqual(['22 in progress', '11 in progress'])
    renameSync(`${path}.lost`, path)
    expect(await changes.undo(job!)).toMatchObject({ failed: [], skipped: 0 })
    expect([await shown(a), await shown(b)]).toEqual(['22 in progress', '33 in progress'])
    await expect(changes.undo(job!)).rejects.toThrow(code('NOT_FOUND'))
  })

  it('makes samples again that were removed for good', async () => {
    const { a, draw, tag, commit, changes, trash, shown, library, context } = await setUp()
    await draw(a, '11', { status: 'labeled' })
    await tag(a, 'night')
    const first = await commit()
    trash.put([a])
    await trash.empty()
    await commit()
    const { job } = await changes.restore('v1', 'refuse')
    const { id } = context.db.prepare("SELECT id FROM samples WHERE name = 'a.png'").get()!
    expect(id).not.toBe(a)
    expect(await shown(id as SampleId)).toBe('11 labeled night')
    expect((await commit()).artifacts).toEqual(first.artifacts)
    await changes.undo(job!)
    expect(await shown(id as SampleId)).toBe('trash')
    expect(await library.damage()).toEqual([])
  })

  it('brings back what categories were called, also when names went round', async () => {
    const { a, draw, commit, changes, categories, isClean } = await setUp()
    await draw(a, '11')
    await commit()
    categories.update({ id: 1, name: 'x' })
    categories.update({ id: 2, name: 'road', color: '#000000' })
    categories.update({ id: 1, name: 'car' })
    categories.create({ name: 'bus', hasInstances: true })
    categories.order([3, 1])
    categories.setRules({ task: 'instance' })
    await commit()
    const later = categories.list()
    const { job } = await changes.restore('v1', 'refuse')
    // Nothing needs the new one: it is out of use, and its number is not given out again.
    expect(categories.list().map(({ name }) => name)).toEqual(['road', 'car'])
    expect([...categories.ids()]).toEqual([1, 2, 3])
    expect(categories.rules().task).toBe('panoptic')
    await changes.undo(job!)
    expect(categories.list()).toEqual(later)
    expect(await isClean()).toBe(true)
  })

  it('keeps a newer category that a label in the trash needs, and takes it back with the job', async () => {
    const { a, b, draw, commit, changes, categories, trash, isClean } = await setUp()
    await draw(a, '11')
    await commit()
    const { id } = categories.create({ name: 'bus', hasInstances: true })
    await draw(b, '3', { objects: [{ id: 3, categoryId: id, attributes: {} }], nextObjectId: 4 })
    trash.put([b])
    await commit()
    const { job } = await changes.restore('v1', 'refuse')
    expect(categories.list().map(({ name }) => name)).toEqual(['road', 'car'])
    trash.put([b])
    await changes.undo(job!)
    expect(categories.list().map(({ name }) => name)).toEqual(['road', 'car', 'bus'])
    expect(await isClean()).toBe(true)
  })

  it('leaves categories alone that somebody changed since, when it is taken back', async () => {
    const { a, draw, commit, changes, categories, shown } = await setUp()
    await draw(a, '11')
    await commit()
    categories.update({ id: 1, name: 'street' })
    await draw(a, '22')
    await commit()
    const { job } = await changes.restore('v1', 'refuse')
    categories.update({ id: 2, name: 'vehicle' })
    await changes.undo(job!)
    expect(await shown(a)).toBe('22 in progress')
    expect(categories.list().map(({ name }) => name)).toEqual(['road', 'vehicle'])
  })

  it('does it for one sample, and for no other', async () => {
    const { a, b, c, draw, commit, changes, shown, trash } = await setUp()
    await draw(a, '11')
    await draw(b, '11')
    trash.put([c])
    await commit()
    await draw(a, '22')
    await draw(b, '22')
    trash.restore([c])
    const { job, changed } = await changes.restoreSample('v1', a)
    expect(changed).toBe(1)
    expect([await shown(a), await shown(b)]).toEqual(['11 in progress', '22 in progress'])
    await expect(changes.restoreSample('v1', c)).rejects.toThrow(code('NOT_FOUND'))
    await changes.undo(job!)
    expect(await shown(a)).toBe('22 in progress')
  })

  it('refuses a version that is not there', async () => {
    const { changes } = await setUp()
    await expect(changes.restore('v1', 'refuse')).rejects.toThrow(code('NOT_FOUND'))
  })
})

describe('branches', () => {
  it('go on from where they began, and come back as they were left', async () => {
    const { a, all, draw, commit, changes, names, versions, library } = await setUp()
    await draw(a, '11')
    const first = await commit()
    await names['branches.create']({ name: 'try' }, new AbortController().signal)
    expect(await changes.switchTo('try', 'refuse')).toMatchObject({ changed: 0 })
    await draw(a, '22')
    const second = await commit()
    expect(second.parents).toEqual([first.id])
    expect(await changes.switchTo('main', 'refuse')).toMatchObject({ changed: 1 })
    expect((await all())[0]).toBe('11 in progress')
    expect((await versions.draft()).canCommit).toBe(false)
    await draw(a, '33')
    const third = await commit()
    expect(third).toMatchObject({ number: 3, parents: [first.id] })
    await expect(changes.switchTo('nowhere', 'refuse')).rejects.toThrow(code('NOT_FOUND'))
    const { job } = await changes.switchTo('TRY', 'refuse')
    expect(versions.refs.branch()).toBe('try')
    expect((await all())[0]).toBe('22 in progress')
    await changes.undo(job!)
    expect(versions.refs.branch()).toBe('main')
    expect((await all())[0]).toBe('33 in progress')
    expect((await versions.draft()).canCommit).toBe(false)
    expect(await library.damage()).toEqual([])
  })

  it('are made, renamed and deleted; one that alone leads to versions only when told to', async () => {
    const { a, draw, commit, names, versions, changes } = await setUp()
    const { signal } = new AbortController()
    await expect(names['branches.create']({ name: 'try' }, signal)).rejects.toThrow(code('NOT_FOUND'))
    expect(await names['branches.list']({}, signal)).toEqual([
      { name: 'main', version: null, isCurrent: true },
    ])
    await draw(a, '11')
    const first = await commit()
    await names['branches.create']({ name: 'try', version: 'v1' }, signal)
    await expect(names['branches.create']({ name: 'Try' }, signal)).rejects.toThrow(code('NAME_TAKEN'))
    await expect(names['branches.create']({ name: 'v9' }, signal)).rejects.toThrow(code('BAD_REQUEST'))
    await changes.switchTo('try', 'refuse')
    await expect(names['branches.delete']({ name: 'try', force: true }, signal)).rejects.toThrow(
      code('CONFLICT'),
    )
    await draw(a, '22')
    const second = await commit()
    expect(await names['branches.rename']({ name: 'try', to: 'Other' }, signal)).toEqual({
      name: 'Other',
      version: second.id,
      isCurrent: true,
    })
    await changes.switchTo('main', 'refuse')
    await expect(names['branches.delete']({ name: 'other', force: false }, signal)).rejects.toThrow(
      /1 version /,
    )
    await names['branches.delete']({ name: 'other', force: true }, signal)
    expect(await names['branches.list']({}, signal)).toEqual([
      { name: 'main', version: first.id, isCurrent: true },
    ])
    expect(await versions.list()).toHaveLength(2)
    expect(
      (await names['aliases.moves']({ name: 'other' }, signal)).map(({ from, to, renamedFrom }) => [
        from,
        to,
        renamedFrom,
      ]),
    ).toEqual([
      [second.id, null, null],
      [second.id, second.id, 'try'],
    ])
  })
})

describe('aliases', () => {
  it('name one version, move, and tell where they stood', async () => {
    const { a, draw, commit, names, versions, library } = await setUp()
    const { signal } = new AbortController()
    await draw(a, '11')
    const first = await commit()
    await draw(a, '22')
    const second = await commit()
    await names['aliases.set']({ name: 'golden', version: 'v1' }, signal)
    expect(versions.find('GOLDEN').number).toBe(1)
    await names['aliases.set']({ name: 'Golden', version: 'latest' }, signal)
    expect(await names['aliases.list']({}, signal)).toEqual([{ name: 'golden', version: second.id }])
    await expect(names['aliases.set']({ name: 'main', version: 'v1' }, signal)).rejects.toThrow(
      code('NAME_TAKEN'),
    )
    await expect(names['aliases.remove']({ name: 'main' }, signal)).rejects.toThrow(code('NOT_FOUND'))
    await names['aliases.remove']({ name: 'golden' }, signal)
    await expect(names['aliases.remove']({ name: 'golden' }, signal)).rejects.toThrow(code('NOT_FOUND'))
    const moves = await names['aliases.moves']({ name: 'golden' }, signal)
    expect(moves.map(({ from, to, author }) => [from, to, author])).toEqual([
      [second.id, null, 'Ada'],
      [first.id, second.id, 'Ada'],
      [null, first.id, 'Ada'],
    ])
    expect(await library.damage()).toEqual([])
  })
})
