import { afterEach, expect, it } from 'vitest'
import { createWorkingCopy, stateOf, type WorkingCopy } from '../../../electron/host/working-copy.ts'
import { fillLibrary } from '../../support/fill-library.ts'
import { openTestLibrary, type TestLibrary } from '../../support/open-test-library.ts'
import { seedLibrary } from '../../support/seed-library.ts'

const open: TestLibrary[] = []
afterEach(async () => {
  for (const library of open.splice(0).reverse()) await library.cleanup()
})

async function setUp(samples: number) {
  const library = await openTestLibrary()
  open.push(library)
  seedLibrary(library.context, samples, { labels: 20 })
  return { context: library.context, db: library.context.db, fill: fillLibrary(library.context) }
}
const all = async (working: WorkingCopy) =>
  [...(await working.all()).samples.values()].flatMap((sample) => sample ?? [])
const byName = <T extends { name: string }>(samples: readonly T[]) =>
  new Map(samples.map((sample) => [sample.name, sample]))
/** What it knows of every sample in brief must be what the rows say. */
async function brief(working: WorkingCopy) {
  return new Map((await all(working)).map((sample) => [sample.name, stateOf(sample)]))
}
/** `seedLibrary` fills a library that no version was made of: all of it is uncommitted. */
const states = async (working: WorkingCopy) => (await working.changedStates([])).samples

it('gives every sample with its files', async () => {
  const { context } = await setUp(1203)
  const samples = await all(createWorkingCopy(context))
  expect(new Set(samples.map(({ id }) => id)).size).toBe(1203)
  expect(samples.filter(({ label }) => label === null)).toHaveLength(120)
  expect(samples[0]).toMatchObject({
    name: 'drive-0/frame-000000.png',
    image: { size: 16 },
    label: { png: { size: 13 }, status: 'labeled', objectCount: 1 },
  })
})

it('sees one moment, though others save and add while it reads', async () => {
  const { context, db, fill } = await setUp(1300)
  const ids = db
    .prepare('SELECT id FROM samples ORDER BY seq')
    .all()
    .map(({ id }) => String(id))
  let pauses = 0
  const working = createWorkingCopy(context, async () => {
    pauses++
    // One that was read already, one that comes later, and one that is new.
    await fill.label(ids[3]!, `mask ${pauses}`)
    await fill.label(ids[1299]!, `mask ${pauses}`)
    await fill.image(`added/${pauses}.png`)
  })
  const samples = await all(working)
  expect(pauses).toBeGreaterThanOrEqual(2)
  const truth = await all(createWorkingCopy(context))
  expect(byName(samples)).toEqual(byName(truth))
  expect(samples).toHaveLength(1300 + pauses)
})

it('keeps its brief view up to date by reading only what changed', async () => {
  const { context, db, fill } = await setUp(1300)
  const working = createWorkingCopy(context)
  const ids = db
    .prepare('SELECT id FROM samples ORDER BY seq')
    .all()
    .map(({ id }) => String(id))
  expect(await states(working)).toEqual(await brief(working))
  const untouched = (await states(working)).get('drive-0/frame-000007.png')
  expect(untouched).toBeDefined()
  await fill.label(ids[5]!, 'another mask', 'reviewed', 3)
  await fill.label(await fill.image('new.png'), 'a first mask')
  const now = await states(working)
  // What did not change is the very object of before: its row was not read again.
  expect(now.get('drive-0/frame-000007.png')).toBe(untouched)
  expect(now).toEqual(await brief(working))
  expect(now.get('new.png')!.objectCount).toBe(1)
  expect(now.get('drive-5/frame-000005.png')!.objectCount).toBe(3)
})

it('notices samples that went, and those that went to the trash or came back', async () => {
  const { context, db } = await setUp(30)
  const working = createWorkingCopy(context)
  const [gone, trashed] = ['drive-2/frame-000009.png', 'drive-3/frame-000010.png']
  expect((await states(working)).size).toBe(30)
  db.exec(`DELETE FROM listing WHERE name_key = '${gone}'`)
  db.exec(`DELETE FROM samples WHERE name = '${gone}'`)
  db.exec(`UPDATE samples SET trashed_at = 1 WHERE name = '${trashed}'`)
  const seen = await working.changedStates([])
  expect([seen.samples.get(gone), seen.samples.get(trashed)]).toEqual([null, null])
  // What is in the trash is still somewhere.
  expect([...seen.gone]).toEqual([gone])
  expect((await brief(working)).size).toBe(28)
  db.exec(`UPDATE samples SET trashed_at = NULL WHERE name = '${trashed}'`)
  expect((await states(working)).get(trashed)).toEqual((await brief(working)).get(trashed))
})

it('knows after a commit only what changed since, and what it is told besides', async () => {
  const { context, db, fill } = await setUp(30)
  const working = createWorkingCopy(context)
  const { upTo } = await working.changed([])
  const id = String(db.prepare("SELECT id FROM samples WHERE name = 'drive-4/frame-000004.png'").get()!.id)
  await fill.label(id, 'saved while it was committed')
  context.transaction(() => working.settle('a version', upTo))
  for (const one of [working, createWorkingCopy(context)]) {
    expect(one.since()).toBe('a version')
    expect([...(await states(one)).keys()]).toEqual(['drive-4/frame-000004.png'])
    const more = await one.changedStates(['drive-5/frame-000005.png', 'nothing.png'])
    expect([...more.samples.keys()].sort()).toEqual([
      'drive-4/frame-000004.png',
      'drive-5/frame-000005.png',
      'nothing.png',
    ])
    expect(more.samples.get('nothing.png')).toBeNull()
  }
})
