import { afterEach, expect, it } from 'vitest'
import { createWorkingCopy, stateOf, type WorkingSample } from '../../../electron/host/working-copy.ts'
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
const brief = (samples: readonly WorkingSample[]) =>
  new Map(samples.map((sample) => [sample.name, stateOf(sample)]))

it('gives every sample with its files, by name', async () => {
  const { context } = await setUp(1203)
  const samples = await createWorkingCopy(context).samples()
  expect(samples.map(({ name }) => name)).toEqual(samples.map(({ name }) => name).toSorted())
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
  const samples = await working.samples()
  expect(pauses).toBeGreaterThanOrEqual(2)
  const truth = await createWorkingCopy(context).samples()
  expect(samples).toEqual(truth)
  expect(samples).toHaveLength(1300 + pauses)
})

it('keeps its brief view up to date by reading only what changed', async () => {
  const { context, db, fill } = await setUp(1300)
  const working = createWorkingCopy(context)
  const ids = db
    .prepare('SELECT id FROM samples ORDER BY seq')
    .all()
    .map(({ id }) => String(id))
  expect(await working.states()).toEqual(brief(await working.samples()))
  await fill.label(ids[5]!, 'another mask', 'reviewed', 3)
  await fill.label(await fill.image('new.png'), 'a first mask')
  // A row that is damaged and did not change is not read again; a commit would look at it.
  db.prepare('UPDATE samples SET image_digest = (SELECT MIN(json_digest) FROM revisions) WHERE id = ?').run(
    ids[7]!,
  )
  const states = await working.states()
  db.prepare('UPDATE samples SET image_digest = ? WHERE id = ?').run(
    states.get('drive-0/frame-000007.png')!.image,
    ids[7]!,
  )
  expect(states).toEqual(brief(await working.samples()))
  expect(states.get('new.png')!.objectCount).toBe(1)
  expect(states.get('drive-5/frame-000005.png')!.objectCount).toBe(3)
})

it('notices samples that went', async () => {
  const { context, db } = await setUp(30)
  const working = createWorkingCopy(context)
  expect((await working.states()).size).toBe(30)
  db.exec("DELETE FROM listing WHERE name_key = 'drive-2/frame-000009.png'")
  db.exec("DELETE FROM samples WHERE name = 'drive-2/frame-000009.png'")
  expect((await working.states()).size).toBe(29)
  expect(await working.states()).toEqual(brief(await working.samples()))
})
