import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createLabelCodec } from '../../electron/adapters/label-codec.ts'
import type { SampleId } from '../../shared/dataset/digest.ts'
import { type FaultyFileOps, faultyFileOps } from '../support/faulty-file-ops.ts'
import { openVersionLibrary, type VersionLibrary } from '../support/version-library.ts'

// Promises D1, D4 and D5 for restoring, switching and merging: stopped at any file call or step of a transaction, a
// library holds every sample as it was or as it was to be, every label that was ever saved, and whole versions only; the
// same again ends as if nothing had happened, and taken back it is what it was.

const root = mkdtempSync(join(tmpdir(), 'tessera-jobs-'))
const codec = createLabelCodec()
afterAll(async () => {
  await codec.close()
  rmSync(root, { recursive: true, force: true })
})

type World = { readonly folder: string; readonly ids: SampleId[] }

/** Three samples on two branches that went apart: `main`, where the library stands, and `try`. */
async function newWorld(): Promise<World> {
  const folder = join(root, 'world')
  const library = await openVersionLibrary({ folder, codec, ops: faultyFileOps({ fastSync: true }) })
  const ids = [
    await library.addSample('a.png'),
    await library.addSample('b.png'),
    await library.addSample('c.png'),
  ]
  const [a, b, c] = ids as [SampleId, SampleId, SampleId]
  const { signal } = new AbortController()
  await library.draw(a, '11')
  await library.changes.commit('first')
  await library.names['branches.create']({ name: 'try' }, signal)
  await library.changes.switchTo('try', 'refuse')
  await library.draw(a, '11..22')
  await library.draw(b, '1')
  await library.cards.change([b], { kind: 'tags', add: ['x'], remove: [] })
  library.trash.put([c])
  await library.changes.commit('theirs')
  await library.changes.switchTo('main', 'refuse')
  await library.draw(a, '11.....3')
  await library.changes.commit('mine')
  await library.close()
  return { folder, ids }
}

const world = newWorld()

/** What a person sees: samples, the branch, how many versions, and whether something is not committed. */
async function seen(library: VersionLibrary, ids: readonly SampleId[]) {
  const select = library.context.db.prepare(
    `SELECT s.trashed_at AS trashedAt, r.identity, COALESCE(r.status, 'unlabeled') AS status, s.card_digest AS card
     FROM samples s LEFT JOIN revisions r ON r.id = s.head_revision AND r.object_count > 0 WHERE s.id = ?`,
  )
  const samples = ids.map((id) => {
    const { trashedAt, identity, status, card } = select.get(id)!
    return trashedAt === null ? [identity, status, card].join(' ') : 'trash'
  })
  const { length } = await library.versions.list()
  return { samples, branch: library.versions.refs.branch(), versions: length }
}
type Seen = Awaited<ReturnType<typeof seen>>

/** Dies at its `killAt`-th file call or step of a transaction: from then on nothing reaches the disk any more. */
function mortal(library: VersionLibrary, ops: FaultyFileOps, killAt: number) {
  let events = 0
  let isDead = false
  const dead = () => Object.assign(new Error('EIO: the process is gone'), { code: 'EIO' })
  const event = () => {
    if (isDead || ++events < killAt) return
    isDead = true
    throw dead()
  }
  ops.fail('EIO', () => {
    if (!isDead && ++events >= killAt) isDead = true
    return isDead
  })
  const { transaction } = library.context
  Object.assign(library.context, {
    transaction<T>(work: () => T): T {
      if (isDead) throw dead()
      event()
      const result = transaction(() => {
        const done = work()
        event()
        return done
      })
      event()
      return result
    },
  })
  return {
    count: () => events,
    heal() {
      ops.heal()
      Object.assign(library.context, { transaction })
    },
  }
}

async function stopEverywhere(
  work: (library: VersionLibrary) => Promise<unknown>,
  check: (
    library: VersionLibrary,
    at: { now: Seen; before: Seen; after: Seen; killAt: number },
  ) => Promise<void>,
): Promise<{ points: number; after: Seen }> {
  const { folder, ids } = await world
  const copy = join(root, 'copy', 'library')
  const open = (ops: FaultyFileOps) => openVersionLibrary({ folder: copy, codec, ops })
  const renew = () => {
    rmSync(copy, { recursive: true, force: true })
    cpSync(folder, copy, { recursive: true })
    return faultyFileOps({ fastSync: true })
  }
  const whole = await open(renew())
  const before = await seen(whole, ids)
  const saved = revisionsOf(whole)
  await work(whole)
  const after = await seen(whole, ids)
  await whole.close()
  for (let killAt = 1; ; killAt++) {
    const ops = renew()
    const first = await open(ops)
    const life = mortal(first, ops, killAt)
    const isWhole = await work(first).then(
      () => true,
      () => false,
    )
    const wasKilled = life.count() >= killAt
    life.heal()
    await first.close()
    const second = await open(faultyFileOps({ fastSync: true }))
    try {
      // Nothing that was ever saved is gone.
      expect(revisionsOf(second)).toEqual(expect.arrayContaining(saved))
      await check(second, { now: await seen(second, ids), before, after, killAt })
      expect(await second.damage(), `stopped at ${killAt}`).toEqual([])
    } finally {
      await second.close()
    }
    if (!wasKilled) {
      expect(isWhole).toBe(true)
      return { points: killAt, after }
    }
  }
}

const revisionsOf = ({ context }: VersionLibrary) =>
  context.db
    .prepare('SELECT id FROM revisions ORDER BY seq')
    .all()
    .map(({ id }) => id)

/** Each sample is as it was or as it is to be. */
function expectBetween(now: Seen, before: Seen, after: Seen, killAt: number): void {
  for (const [i, text] of now.samples.entries()) {
    const [was, will] = [before.samples[i]!, after.samples[i]!]
    // A label and a card are two things: one of them may be there before the other.
    const [oldCard, newCard] = [was, will].map((each) => each.split(' ').at(-1)!)
    const half = will.slice(0, will.length - newCard!.length) + oldCard
    expect([was, will, half], `stopped at ${killAt}`).toContain(text)
  }
}

it('switches to another branch whole, or goes on, or goes back', { timeout: 600_000 }, async () => {
  const { points, after } = await stopEverywhere(
    (library) => library.changes.switchTo('try', 'refuse'),
    async (library, { now, before, after, killAt }) => {
      expectBetween(now, before, after, killAt)
      expect(now.versions).toBe(3)
      // On the other branch only when all of it is there.
      if (now.branch === 'try') expect(now).toEqual(after)
      const job = library.changes.latest()
      const { ids } = await world
      if (killAt % 2 === 0 || job?.kind !== 'switch' || job.branch !== 'try') {
        await library.changes.switchTo('try', 'refuse')
        expect(await seen(library, ids)).toEqual(after)
      } else {
        await library.changes.undo(job.id)
        expect(await seen(library, ids)).toEqual(before)
      }
      expect((await library.versions.draft()).canCommit).toBe(false)
    },
  )
  expect(after).toMatchObject({ branch: 'try', versions: 3 })
  expect(after.samples[2]).toBe('trash')
  expect(points).toBeGreaterThan(30)
})

it('merges a branch whole and once, or goes on, or goes back', { timeout: 600_000 }, async () => {
  const merge = (library: VersionLibrary) =>
    library.changes.merge('try', { message: 'both', uncommitted: 'refuse' })
  const { points, after } = await stopEverywhere(merge, async (library, { now, before, after, killAt }) => {
    expectBetween(now, before, after, killAt)
    expect(now.branch).toBe('main')
    // A version of it only when all of it is there.
    if (now.versions === 4) expect(now).toEqual(after)
    const job = library.changes.latest()
    const { ids } = await world
    if (killAt % 2 === 0 || job?.kind !== 'merge' || job.state === 'done') {
      await merge(library)
      expect(await seen(library, ids)).toEqual(after)
      const list = await library.versions.list()
      expect(list.at(-1)!.parents).toEqual([list[2]!.id, list[1]!.id])
      expect(library.changes.latest()!.state).toBe('done')
    } else {
      await library.changes.undo(job.id)
      expect(await seen(library, ids)).toEqual(before)
    }
    expect((await library.versions.draft()).canCommit).toBe(false)
  })
  expect(after).toMatchObject({ branch: 'main', versions: 4 })
  expect(points).toBeGreaterThan(50)
})
