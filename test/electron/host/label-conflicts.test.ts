import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { createLabelDifferences } from '../../../electron/host/label-differences.ts'
import type { RevisionId, SampleId } from '../../../shared/dataset/digest.ts'
import type { Choice } from '../../../shared/history/resolve-label.ts'
import { openVersionLibrary, type VersionLibrary } from '../../support/version-library.ts'

const open: VersionLibrary[] = []
const folders: string[] = []
afterEach(async () => {
  for (const library of open.splice(0).reverse()) await library.cleanup()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})
const code = (expected: string) => expect.objectContaining({ code: expected })

/** One label that two branches drew differently, after the merge. */
async function conflicting(base: string, mine: string, theirs: string) {
  const library = await openVersionLibrary()
  open.push(library)
  const { signal } = new AbortController()
  const [a, b] = [await library.addSample('a.png'), await library.addSample('b.png')]
  const start = await library.draw(a, base)
  await library.draw(b, '9')
  await library.changes.commit('first')
  await library.names['branches.create']({ name: 'try' }, signal)
  await library.changes.switchTo('try', 'refuse')
  const theirRevision = await library.draw(a, theirs)
  await library.changes.commit('theirs')
  await library.changes.switchTo('main', 'refuse')
  await library.draw(a, mine)
  await library.changes.commit('mine')
  const { conflicts } = await library.changes.merge('try', { message: '', uncommitted: 'refuse' })
  const question = () => library.labels.conflicts.get(a, [])
  const answer = async (objects: Record<number, Choice>, whole: 'mine' | 'theirs' | null = null) => {
    const { mine, theirs } = await question()
    return library.labels.conflicts.resolve(
      a,
      { mine: mine.revision as RevisionId, theirs: theirs.revision as RevisionId },
      { whole, objects: new Map(Object.entries(objects).map(([key, choice]) => [Number(key), choice])) },
      [],
    )
  }
  const tips = async () => (await library.labels.open(a)).siblings.length + 1
  return { library, a, b, start, theirRevision, conflicts, question, answer, tips }
}

it('a merge in conflict is listed and says what both sides come from', async () => {
  const { library, a, start, question, conflicts } = await conflicting('11', '1133', '1144')
  expect(conflicts).toHaveLength(1)
  expect(library.labels.conflicts.list()).toMatchObject([{ sampleId: a, name: 'a.png', others: 1 }])
  const { base, mine, theirs, isOneCounter } = await question()
  expect(await library.idsOf(base!.revision as RevisionId)).toEqual(await library.idsOf(start as RevisionId))
  expect([mine.objectCount, theirs.objectCount, isOneCounter]).toEqual([2, 2, true])
})

it('answers make one revision with both as parents, and the question is gone', async () => {
  const { library, a, question, answer, tips } = await conflicting('11', '1133', '1144')
  const { mine, theirs } = await question()
  const { revision } = await answer({ 3: 'theirs' })
  expect(await library.shown(a)).toBe('1144 in progress')
  const [newest] = await library.labels.revisions(a)
  expect(newest).toMatchObject({ revision, parents: [mine.revision, theirs.revision], tool: 'resolve' })
  expect(await tips()).toBe(1)
  expect(library.labels.conflicts.list()).toEqual([])
  await expect(question()).rejects.toEqual(code('NOT_FOUND'))
  expect(await library.damage()).toEqual([])
})

it('a whole label can be chosen', async () => {
  const { library, a, answer } = await conflicting('11', '1133', '1144')
  await answer({}, 'theirs')
  expect(await library.shown(a)).toBe('1144 in progress')
})

it('an answer taken back asks the same question again, and again', async () => {
  const { library, a, start, question, answer, tips } = await conflicting('11', '1133', '1144')
  for (const choice of ['theirs', 'mine'] as const) {
    const { revision } = await answer({ 3: choice })
    expect(await library.labels.conflicts.reopen(a, revision as RevisionId)).toBe(true)
    expect([await tips(), await library.shown(a)]).toEqual([2, '1133 in progress'])
    const { base, isOneCounter } = await question()
    expect(await library.idsOf(base!.revision as RevisionId)).toEqual(
      await library.idsOf(start as RevisionId),
    )
    expect(isOneCounter).toBe(true)
  }
  expect(await library.damage()).toEqual([])
})

it('nothing is written for an answer that is missing, or about a label that was drawn on since', async () => {
  const { library, a, question, answer } = await conflicting('11', '1133', '1144')
  const before = (await library.labels.revisions(a)).length
  await expect(answer({})).rejects.toEqual(code('BAD_REQUEST'))
  const { mine, theirs } = await question()
  await library.draw(a, '11335')
  const sides = { mine: mine.revision as RevisionId, theirs: theirs.revision as RevisionId }
  await expect(
    library.labels.conflicts.resolve(a, sides, { whole: 'mine', objects: new Map() }, []),
  ).rejects.toEqual(code('CONFLICT'))
  expect(await library.labels.revisions(a)).toHaveLength(before + 1)
  // What was drawn since is part of the question now.
  await answer({ 3: 'both' })
  expect(await library.shown(a)).toBe('11335 in progress')
})

it('an answer is not taken back over what was drawn since', async () => {
  const { library, a, answer } = await conflicting('11', '1133', '1144')
  const { revision } = await answer({ 3: 'theirs' })
  await library.draw(a, '1144555')
  expect(await library.labels.conflicts.reopen(a, revision as RevisionId)).toBe(false)
  expect(await library.shown(a)).toBe('1144555 in progress')
  await expect(library.labels.conflicts.reopen(a, 'f'.repeat(64) as RevisionId)).rejects.toEqual(
    code('NOT_FOUND'),
  )
})

it('differences are exact, come with a picture, and survive a damaged cache and a label that is lost', async () => {
  const { library, a, start, theirRevision } = await conflicting('11', '1133', '1144')
  const folder = await mkdtemp(join(tmpdir(), 'tessera-changes-'))
  folders.push(folder)
  const differences = createLabelDifferences(library.context, { cacheFolder: folder })
  try {
    const pairs = [
      { before: start, after: theirRevision },
      { before: theirRevision, after: null },
      { before: start, after: 'f'.repeat(64) },
    ]
    const expected = [
      {
        pixels: { added: 2, removed: 0, category: 0, object: 0 },
        objects: { added: 1, removed: 0, category: 0, reshaped: 0 },
      },
      {
        pixels: { added: 0, removed: 4, category: 0, object: 0 },
        objects: { added: 0, removed: 2, category: 0, reshaped: 0 },
        categories: [{ objectsBefore: 2, objectsAfter: 0, pixelsBefore: 4, pixelsAfter: 0 }],
      },
      null,
    ]
    for (let i = 0; i < 2; i++) expect(await differences.totals(pairs)).toMatchObject(expected)
    const png = await differences.picture(start as RevisionId, theirRevision as RevisionId)
    expect([...png.subarray(1, 4)].map((byte) => String.fromCharCode(byte)).join('')).toBe('PNG')
    await expect(differences.totals(pairs, AbortSignal.abort())).rejects.toThrow()
    await expect(differences.picture(null, null)).rejects.toEqual(code('NOT_FOUND'))
    expect(a as SampleId).toBeTruthy()
  } finally {
    await differences.close()
  }
})
