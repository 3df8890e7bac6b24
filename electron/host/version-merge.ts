import { type Card, emptyCard } from '../../shared/dataset/card.ts'
import type { RevisionId } from '../../shared/dataset/digest.ts'
import { cardRecordText, parseCardRecord } from '../../shared/formats/card-record.ts'
import { createGraph } from '../../shared/history/graph.ts'
import type { LabelConflict } from '../../shared/history/label-side.ts'
import { mergeCards } from '../../shared/history/merge-card.ts'
import { mergeRecords, type PlainRecord } from '../../shared/history/merge-fields.ts'
import { type CategoryConflict, mergeOntologies } from '../../shared/history/merge-ontology.ts'
import { mergeSampleSets } from '../../shared/history/sample-sets.ts'
import type { Version } from '../../shared/host/host-api.ts'
import { type DatasetRules, type Ontology, underTask } from '../../shared/label/ontology.ts'
import { requireUsual } from './merge-failsafe.ts'
import { createNeeded, restoreOntology } from './ontology-restore.ts'
import { getRecord } from './parted-list.ts'
import { createPlanState, type PlannedState, type SampleTarget, type TargetsDone } from './sample-targets.ts'
import type { ChangeTools, JobResult } from './version-changes.ts'
import { carriedRows } from './version-files.ts'
import type { VersionJob } from './version-jobs.ts'
import type { VersionState } from './version-states.ts'

/** What a sample has in conflict. Nothing of it is lost: my side is shown, theirs lies beside it or in their version. */
export type SampleConflict = {
  readonly id: string | null
  readonly name: string
  /** Their label lies beside mine until somebody chooses; null: the labels are merged, or there was nothing to merge. */
  readonly label: readonly LabelConflict[] | null
  /** Fields of the card that both changed differently. */
  readonly card: readonly string[]
  /** One side removed the image, the other one changed it: it stays. */
  readonly isRemoved: boolean
}

export type MergeResult = JobResult & {
  /** `none`: it was in already. `forward`: the branch had nothing of its own, and stands on their version now. */
  readonly kind: 'none' | 'forward' | 'merged'
  /** The version the branch stands on; null when it was stopped before. */
  readonly version: Version | null
  /** What the sides come from; null when they have nothing in common. */
  readonly base: string | null
  /** Other bases that would have been as good, where histories cross. */
  readonly otherBases: readonly string[]
  readonly taken: number
  readonly merged: number
  readonly conflicts: readonly SampleConflict[]
  readonly categories: readonly CategoryConflict[]
}

export type MergeWork = {
  begin(): Promise<VersionJob>
  /** The same merge, if it was stopped or cut off. */
  unfinished(): VersionJob | null
  /** Marks the job as stopped when `work` rejects. */
  guarded<T>(job: VersionJob, work: () => Promise<T>): Promise<T>
  /** Runs a job to its end: `settle` when all is reached, `finish` in the transaction that ends it. */
  run(
    job: VersionJob,
    targets: readonly SampleTarget[],
    signal: AbortSignal | undefined,
    end: { settle(): void; finish(): void },
  ): Promise<TargetsDone>
}

/** Brings their changes since the common base into the working state, and makes a version of it with two parents. */
export async function mergeInto(
  tools: ChangeTools,
  wanted: {
    readonly theirs: Version
    readonly message: string
    /** The name by which they were asked for. */
    readonly called: string | null
    /** Somebody said that it may remove however many images it does. */
    readonly confirmed?: boolean
    readonly signal?: AbortSignal
  },
  work: MergeWork,
): Promise<Omit<MergeResult, 'committed'>> {
  const { versions, states, categories, jobs, author, context } = tools
  const { theirs, message, called, signal } = wanted
  const graph = createGraph(await versions.list())
  const head = versions.head()!
  const nothing = {
    job: null,
    changed: 0,
    failed: [],
    isStopped: false,
    base: theirs.id,
    otherBases: [],
    taken: 0,
    merged: 0,
    conflicts: [],
    categories: [],
  }
  if (graph.descends(head.id, theirs.id)) {
    // The version was made, and the stop came after it.
    const open = work.unfinished()
    if (open) jobs.setState(open.id, 'done')
    return { ...nothing, kind: 'none', version: head }
  }
  const { base, others } = graph.base(head.id, theirs.id)
  const isForward = base === head.id

  const [ours, other] = [await states.snapshot(head.id), await states.snapshot(theirs.id)]
  const before = base === null ? null : await states.snapshot(base)
  const [old, own, there] = [
    before ? await states.ontology(before.ontology) : null,
    await states.ontology(ours.ontology),
    await states.ontology(other.ontology),
  ]
  const ontology = mergeOntologies(old?.categories ?? [], own.categories, there.categories, categories.ids())
  const { renumbered } = ontology
  const rules = mergeRecords(rulesOf(old ?? own), rulesOf(own), rulesOf(there))
  const wantedOntology = { ...(rules.value as DatasetRules), categories: ontology.categories }
  const isNeeded = createNeeded(context)
  // Before the labels, which have objects of its categories; after them those go that no label needs any more.
  const settle = () => restoreOntology(categories, wantedOntology, isNeeded)
  // What they did not change since the base needs nothing, whatever I did to it.
  const [then, theirStates] = await states.apart(before?.list ?? [], other.list)
  const images = new Set([...then, ...theirStates].map(({ image }) => image))
  const plan = mergeSampleSets(then, await versions.workingOf(images), theirStates)
  if (!wanted.confirmed && work.unfinished() === null) {
    const removed = plan.filter(({ kind }) => kind === 'remove').length
    requireUsual(context, removed, called ?? `version ${theirs.number}`)
  }
  const job = await work.begin()
  settle()
  const { task } = categories.rules()
  const oneRegion = new Set(
    categories.list().flatMap((category) => (underTask(category, task).hasInstances ? [] : [category.id])),
  )

  const cardConflicts = new Map<string, readonly string[]>()
  /** What stays as I have it, whatever they did. */
  const kept = new Map<string, SampleConflict>()
  const keep = (name: string, more: Partial<SampleConflict>) =>
    kept.set(name, { id: null, name, label: null, card: [], isRemoved: false, ...more })
  const targets: SampleTarget[] = []
  const planState = createPlanState(context)
  for (const step of plan) {
    switch (step.kind) {
      case 'keep':
        keep(step.mine.name, { isRemoved: true })
        break
      case 'remove':
        targets.push({
          image: step.mine.image,
          name: step.mine.name,
          inTrash: true,
          planned: plannedOf(step.mine),
        })
        break
      case 'add': {
        const { image, name, id, head: revision, card } = step.theirs
        if (step.isConflict) keep(name, { isRemoved: true })
        const planned = planState(image)
        targets.push({
          image,
          name,
          id,
          inTrash: false,
          label: labelOf(null, revision),
          card: (now) => (now === planned.card ? Promise.resolve(card) : mergedCard(name, null, now, card)),
          planned,
        })
        break
      }
      case 'change': {
        const { image, name } = step.mine
        const planned = plannedOf(step.mine)
        // They have no label any more, and I changed mine: it stays, and that they dropped it is in their version.
        const isDropped = step.label === 'merge' && step.theirs.head === null
        if (isDropped) keep(name, { label: [] })
        targets.push({
          image,
          name,
          inTrash: false,
          ...(step.label === 'take' && { label: labelOf(step.base?.head ?? null, step.theirs.head) }),
          ...(step.label === 'merge' &&
            step.theirs.head !== null && { label: mergeOf(step.base?.head ?? null, step.theirs.head) }),
          ...(step.card !== 'same' && { card: (now) => cardOf(step, now) }),
          planned,
        })
      }
    }
  }

  const moves = await carriedMoves()

  let version: Version | null = null
  const finish = () => {
    if (!isForward) return
    const mover = { author: author(), at: context.now() }
    versions.refs.put({ name: versions.refs.branch(), kind: 'branch', version: theirs.id }, mover)
  }
  await work.guarded(job, () => tools.carry(job, moves))
  const result = await (isForward
    ? work.run(job, targets, signal, { settle, finish })
    : work.guarded(job, runAndCommit))
  if (isForward && !result.isStopped) version = versions.head()
  const conflicts = conflictsOf(result)
  return {
    kind: isForward ? 'forward' : 'merged',
    job: job.id,
    changed: result.done.length,
    failed: result.failed,
    isStopped: result.isStopped,
    version,
    base,
    otherBases: others,
    taken: result.done.filter(({ isMerged, conflicts }) => !isMerged && conflicts === null).length,
    merged: result.done.filter(({ isMerged }) => isMerged).length,
    conflicts,
    categories: [
      ...ontology.conflicts,
      ...rules.conflicts.map((field) => ({ id: 0, field, mine: null, theirs: null })),
    ],
  }

  /** What they carry otherwise than the base does. Where I changed it too, mine stands, and it is told. */
  async function carriedMoves() {
    const rowsOf = async (id: string | null) => {
      const list = id === null ? [] : await versions.files.carried(await versions.files.record(id))
      const blobs = list.map(({ blob }) => blob)
      const rows = await versions.files.lists.rows(carriedRows, blobs)
      return new Map(rows.map(({ name, record }) => [name, record]))
    }
    const [then, now] = [await rowsOf(base), await rowsOf(theirs.id)]
    const here = new Map(tools.carried.rows().map(({ name, record }) => [name, record]))
    const found: { name: string; to: string | null }[] = []
    for (const name of new Set([...then.keys(), ...now.keys()])) {
      const [old, mine, other] = [then, here, now].map((side) => side.get(name) ?? null) as [
        string | null,
        string | null,
        string | null,
      ]
      if (other === old || other === mine) continue
      // What one side removed and the other one changed stays.
      if (mine === old || mine === null) found.push({ name, to: other })
      if (mine !== old)
        keep(name, other === null || mine === null ? { isRemoved: true } : { card: [carriedField] })
    }
    return found
  }

  /** The version, and the end of the job, become true in one transaction. */
  async function runAndCommit(): Promise<TargetsDone> {
    const reached = await tools.reach(job, targets, signal)
    // What could not be brought over is not merged: a version that claims so would hide it from every later merge.
    if (reached.isStopped || reached.failed.length > 0) {
      jobs.setState(job.id, 'stopped')
      return { ...reached, isStopped: true }
    }
    settle()
    const count = conflictsOf(reached).length
    const what = called === null ? `version ${theirs.number}` : `${called} (version ${theirs.number})`
    const about = count === 0 ? '' : `, ${count} in conflict`
    version = await versions.commit(message.trim() || `Merge ${what}${about}`, author(), {
      parent: theirs.id,
      also: () => jobs.markState(job.id, 'done'),
    })
    return reached
  }

  function conflictsOf({ done, kept: stayed }: TargetsDone): SampleConflict[] {
    const found: SampleConflict[] = [...done, ...stayed].flatMap(({ sample, name, conflicts, isRemoved }) => {
      const card = cardConflicts.get(name) ?? []
      const other = kept.get(name)
      const label = conflicts ?? other?.label ?? null
      return label === null && card.length === 0 && !isRemoved && !other
        ? []
        : [{ id: sample, name, label, card, isRemoved: isRemoved || other?.isRemoved === true }]
    })
    const named = new Set(found.map(({ name }) => name))
    return [...found, ...[...kept.values()].filter(({ name }) => !named.has(name))]
  }

  /** As the plan saw it; what comes after that is not replaced. */
  function plannedOf({ head, card }: VersionState): PlannedState {
    return { head, card, isThere: true }
  }

  /** Their label as it is, unless its categories are called otherwise here: then it is rewritten as a merge would. */
  function labelOf(baseHead: string | null, revision: string | null): NonNullable<SampleTarget['label']> {
    if (revision === null) return { kind: 'take', revision, of: null }
    if (renumbered.size === 0) return { kind: 'take', revision, of: mergeOf(baseHead, revision) }
    return mergeOf(baseHead, revision)
  }

  function mergeOf(baseHead: string | null, revision: string) {
    return {
      kind: 'merge' as const,
      base: baseHead as RevisionId | null,
      theirs: revision as RevisionId,
      oneRegion,
      categories: renumbered,
      since: job.firstSeq,
    }
  }

  async function cardOf(
    { base, mine, theirs, card }: Extract<(typeof plan)[number], { kind: 'change' }>,
    now: string | null,
  ): Promise<string | null> {
    if (card === 'take' && now === mine.card) return theirs.card
    return mergedCard(mine.name, base?.card ?? null, now, theirs.card)
  }

  async function mergedCard(
    name: string,
    base: string | null,
    now: string | null,
    theirs: string | null,
  ): Promise<string | null> {
    const [old, mine, there] = await Promise.all([readCard(base), readCard(now), readCard(theirs)])
    const { card, conflicts } = mergeCards(old, mine, there)
    if (conflicts.length > 0) cardConflicts.set(name, conflicts)
    return (await context.blobs.put(Buffer.from(cardRecordText(card)))).digest
  }

  async function readCard(digest: string | null): Promise<Card> {
    return digest === null ? emptyCard : getRecord(context.blobs, digest, parseCardRecord)
  }
}

/** Stands in the list of fields of a card for what is kept of a sample that is not shown. */
export const carriedField = 'carried'

const rulesOf = ({ task, imageAttributes }: Ontology): PlainRecord => ({ task, imageAttributes })
