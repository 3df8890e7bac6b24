import type { LabelCodec } from '../../electron/adapters/label-codec.ts'
import type { SampleId } from '../../shared/dataset/digest.ts'
import { faultyFileOps } from './faulty-file-ops.ts'
import { openVersionLibrary, type VersionLibrary } from './version-library.ts'

export type VersionWorld = { readonly folder: string; readonly ids: SampleId[] }

/**
 * Three samples on two branches that went apart: `main`, where the library stands, and `try`. Versions 1 `first`, 2
 * `theirs`, 3 `mine`. All is committed, and all digests are known.
 */
export async function makeVersionWorld(folder: string, codec: LabelCodec): Promise<VersionWorld> {
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
  await library.versions.digested()
  await library.versions.settled()
  await library.close()
  return { folder, ids }
}

/** What a person sees: samples, the branch, how many versions, and all names. */
export async function seenIn(library: VersionLibrary, ids: readonly SampleId[]) {
  const select = library.context.db.prepare(
    `SELECT s.trashed_at AS trashedAt, r.identity, COALESCE(r.status, 'unlabeled') AS status, s.card_digest AS card
     FROM samples s LEFT JOIN revisions r ON r.id = s.head_revision AND r.object_count > 0 WHERE s.id = ?`,
  )
  const samples = ids.map((id) => {
    const { trashedAt, identity, status, card } = select.get(id)!
    return trashedAt === null ? [identity, status, card].join(' ') : 'trash'
  })
  const list = await library.versions.list()
  const numberOf = new Map(list.map(({ id, number }) => [id, number]))
  const refs = library.versions.refs.list().map(({ name, version }) => `${name} ${numberOf.get(version)}`)
  return { samples, branch: library.versions.refs.branch(), versions: list.length, refs }
}
export type Seen = Awaited<ReturnType<typeof seenIn>>

export const revisionsIn = ({ context }: VersionLibrary): unknown[] =>
  context.db
    .prepare('SELECT id FROM revisions ORDER BY seq')
    .all()
    .map(({ id }) => id)

/** A thing that is done with versions: what tests stop at every moment. */
export type VersionAct = keyof typeof acts

const { signal } = new AbortController()
const nameSteps: ((library: VersionLibrary) => Promise<unknown>)[] = [
  ({ names }) => names['aliases.set']({ name: 'golden', version: '1' }, signal),
  ({ names }) => names['aliases.set']({ name: 'golden', version: '2' }, signal),
  ({ names }) => names['branches.create']({ name: 'other', version: '1' }, signal),
  ({ names }) => names['branches.rename']({ name: 'other', to: 'another' }, signal),
  ({ names }) => names['branches.rename']({ name: 'main', to: 'trunk' }, signal),
  ({ names }) => names['branches.delete']({ name: 'another', force: false }, signal),
  ({ names }) => names['aliases.remove']({ name: 'golden' }, signal),
]

/** `prepare` leads to where the act begins. */
const acts = {
  commit: {
    prepare: edit,
    act: async (library: VersionLibrary) => {
      await library.changes.commit('fourth')
      await library.versions.digested()
    },
  },
  restore: { prepare: idle, act: (library: VersionLibrary) => library.changes.restore('1', 'keep') },
  switch: { prepare: idle, act: (library: VersionLibrary) => library.changes.switchTo('try', 'refuse') },
  merge: {
    prepare: idle,
    act: async (library: VersionLibrary) => {
      await library.changes.merge('try', { message: 'both', uncommitted: 'refuse' })
      await library.versions.digested()
    },
  },
  'undo of a switch': {
    prepare: (library: VersionLibrary) => library.changes.switchTo('try', 'refuse'),
    act: (library: VersionLibrary) => library.changes.undo(library.changes.latest()!.id),
  },
  'undo of a merge': {
    prepare: (library: VersionLibrary) =>
      library.changes.merge('try', { message: 'both', uncommitted: 'refuse' }),
    act: (library: VersionLibrary) => library.changes.undo(library.changes.latest()!.id),
  },
  names: {
    prepare: idle,
    act: async (library: VersionLibrary) => {
      for (const step of nameSteps) await step(library)
    },
  },
} satisfies Record<
  string,
  {
    prepare(library: VersionLibrary, ids: readonly SampleId[]): Promise<unknown>
    act(library: VersionLibrary): Promise<unknown>
  }
>
export const versionActs = Object.keys(acts) as VersionAct[]

export async function prepareAct(library: VersionLibrary, ids: readonly SampleId[], act: VersionAct) {
  await acts[act].prepare(library, ids)
  await library.versions.digested()
}
export async function doAct(library: VersionLibrary, act: VersionAct): Promise<void> {
  await acts[act].act(library)
}

async function idle(): Promise<void> {}

/** What no version has yet: a label, a tag, an image in the trash and a new one. */
async function edit(library: VersionLibrary, ids: readonly SampleId[]): Promise<void> {
  const [a, b, c] = ids as [SampleId, SampleId, SampleId]
  await library.draw(a, '44')
  await library.cards.change([b], { kind: 'tags', add: ['y'], remove: [] })
  library.trash.put([c])
  await library.addSample('d.png')
}

/** What is seen before an act, after it, and on the way where that is more than one step. */
export type ActStates = {
  readonly before: Seen
  readonly after: Seen
  readonly between: readonly Seen[]
  readonly revisions: readonly unknown[]
}

/** Does an act on a library and answers what is seen before and after. */
export async function statesOfAct(
  library: VersionLibrary,
  ids: readonly SampleId[],
  act: VersionAct,
): Promise<ActStates> {
  const before = await seenIn(library, ids)
  const revisions = revisionsIn(library)
  const between: Seen[] = []
  if (act === 'names') {
    for (const step of nameSteps) {
      between.push(await seenIn(library, ids))
      await step(library)
    }
  } else await doAct(library, act)
  return { before, after: await seenIn(library, ids), between, revisions }
}

const same = (a: Seen, b: Seen) => JSON.stringify(a) === JSON.stringify(b)

/**
 * What is wrong with a library in which an act was stopped, and with what comes of going on, or of taking it back when
 * `isUndone`. Nothing, if the promises hold: each sample is as it was or as it was to be; a version is there whole or not
 * at all, and once; on another branch, and with another name, only when all of it is true.
 */
export async function problemsOfAct(
  library: VersionLibrary,
  ids: readonly SampleId[],
  act: VersionAct,
  states: ActStates,
  options: { readonly isUndone: boolean; readonly isAcknowledged: boolean },
): Promise<string[]> {
  const { before, after, between, revisions } = states
  const problems: string[] = []
  const now = await seenIn(library, ids)
  const kept = new Set(revisionsIn(library))
  const lost = revisions.filter((revision) => !kept.has(revision))
  if (lost.length > 0) problems.push(`${lost.length} saved labels are gone`)
  if (options.isAcknowledged && !same(now, after)) problems.push('what was acknowledged is not there')
  for (const [i, sample] of now.samples.entries()) {
    const [was, will] = [before.samples[i]!, after.samples[i]!]
    // A label and a card are two things: one of them may be there before the other.
    const [oldCard, newCard] = [was, will].map((each) => each.split(' ').at(-1)!)
    const half = will.slice(0, will.length - newCard!.length) + oldCard
    if (![was, will, half].includes(sample)) problems.push(`a sample is neither old nor new: ${sample}`)
  }
  const isNamedSo = (seen: Seen) =>
    JSON.stringify([seen.branch, seen.versions, seen.refs]) ===
    JSON.stringify([now.branch, now.versions, now.refs])
  if (![before, after, ...between].some(isNamedSo)) {
    problems.push(`versions and names are neither old nor new: ${JSON.stringify(now)}`)
  }
  // Another branch or another version only when all of it is there.
  if (!isNamedSo(before) && isNamedSo(after) && !same(now, after)) problems.push('names came before samples')
  problems.push(...(await library.damage()))

  const job = library.changes.latest()
  const isOwnJob = act === 'restore' || act === 'switch' || act === 'merge'
  const canUndo = isOwnJob && (job?.state === 'stopped' || (job?.state === 'done' && act !== 'merge'))
  if (options.isUndone && canUndo && job.kind === act && !same(now, before)) {
    await library.changes.undo(job.id)
    const back = await seenIn(library, ids)
    if (!same(back, before)) problems.push(`taken back it is not what it was: ${JSON.stringify(back)}`)
  } else if (act === 'names') {
    const done = between.findIndex((each) => same(each, now))
    for (const step of done < 0 ? [] : nameSteps.slice(done)) await step(library)
    const { refs } = await seenIn(library, ids)
    if (JSON.stringify(refs) !== JSON.stringify(after.refs)) problems.push(`names: ${refs.join()}`)
  } else {
    await doAct(library, act).catch((error: { code?: string }) => {
      // It was taken back already, and the stop came after that.
      if (error.code !== 'NOT_FOUND' || !act.startsWith('undo')) problems.push(`it does not go on: ${error}`)
    })
    const end = await seenIn(library, ids)
    if (!same(end, after)) problems.push(`done again it is not what it was to be: ${JSON.stringify(end)}`)
  }
  problems.push(...(await library.damage()))
  const draft = await library.versions.draft()
  if (draft.canCommit && (act === 'commit' || act === 'switch' || act === 'merge')) {
    problems.push(`something is not committed: ${JSON.stringify(draft.changes)}`)
  }
  return problems
}
