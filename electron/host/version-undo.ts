import { isSame } from '../../shared/history/merge-fields.ts'
import type { Carried } from './carried.ts'
import { jobTools } from './label-moves.ts'
import { restoreOntology } from './ontology-restore.ts'
import type { PlannedState, SampleTarget } from './sample-targets.ts'
import type { ChangeTools, Undone } from './version-changes.ts'
import type { JobSample, VersionJob } from './version-jobs.ts'

/** Takes back what a job did, except where somebody has changed something since. */
export function createTakeBack(
  tools: ChangeTools,
  options: {
    readonly move: Carried['move']
    readonly isNeeded: (category: number) => boolean
    readonly planState: (image: string) => PlannedState
  },
): (job: VersionJob) => Promise<Undone> {
  const { context, versions, states, jobs, categories, carried, author } = tools
  const { move, isNeeded, planState } = options
  return takeBack

  /** Whether the categories are still what a job made them: what somebody has said of them since stays. */
  async function isOntologyOf(job: VersionJob): Promise<boolean> {
    if (job.kind === 'sample') return false
    const head = versions.head()
    const isMerged = job.kind === 'merge' && head?.parents.includes(job.version) === true
    // Half a merge has made them nothing that a version tells.
    if (job.kind === 'merge' && !isMerged) return true
    const { ontology } = await states.snapshot(isMerged ? head.id : job.version)
    const { categories: made, ...rules } = await states.ontology(ontology)
    const now = new Map(categories.list().map((category) => [category.id, category]))
    return isSame(rules, categories.rules()) && made.every((each) => isSame(now.get(each.id), each))
  }

  async function takeBack(job: VersionJob): Promise<Undone> {
    const before = await states.ontology(job.ontologyBefore)
    const isOntologyOurs = await isOntologyOf(job)
    const settle = () => {
      if (isOntologyOurs) restoreOntology(categories, before, isNeeded)
    }
    settle()
    const select = context.db.prepare(
      `SELECT s.image_digest AS image, s.name, s.head_revision AS head, s.card_digest AS card, s.trashed_at AS trashedAt,
         r.tool, r.seq FROM samples s LEFT JOIN revisions r ON r.id = s.head_revision WHERE s.id = ?`,
    )
    let skipped = 0
    const targets = jobs.samplesOf(job.id).flatMap((was: JobSample): SampleTarget[] => {
      const row = select.get(was.sample)
      if (!row) return []
      const isTrashed = row.trashedAt !== null
      // What somebody has done since stays.
      const isOurs =
        row.head === was.headBefore || (jobTools.has(String(row.tool)) && Number(row.seq) > job.firstSeq)
      if (!isOurs) skipped++
      const isRelabeled = isOurs && row.head !== was.headBefore
      const inTrash = isTrashed === was.trashedAfter ? was.trashedBefore : isTrashed
      const isRecarded = row.card === was.cardAfter && row.card !== was.cardBefore
      if (!isRelabeled && !isRecarded && inTrash === isTrashed) return []
      const image = String(row.image)
      return [
        {
          image,
          name: String(row.name),
          inTrash,
          planned: planState(image),
          // A merge has settled nothing that lay beside a label, so taking it back does not either.
          ...(isRelabeled && {
            label: { kind: 'restore', revision: was.headBefore, keepsSiblings: job.kind === 'merge' },
          }),
          ...(isRecarded && { card: was.cardBefore }),
        },
      ]
    })
    // What came, changed or went since stays.
    const now = new Map(carried.rows().map(({ name, record }) => [name, record]))
    const ours = jobs.carriedOf(job.id).filter(({ name, to }) => (now.get(name) ?? null) === to)
    await move(
      ours.map(({ name, from }) => ({ name, to: from })),
      author(),
    )
    const { done, failed, skipped: overtaken } = await tools.reach({ ...job, kind: 'restore' }, targets)
    skipped += overtaken.length
    settle()
    context.transaction(() => {
      if (job.kind === 'switch' && job.state === 'done') versions.refs.setBranch(job.branchBefore)
      // What could not be taken back can be tried again.
      if (failed.length === 0) jobs.markState(job.id, 'undone')
    })
    return {
      restored: done.length,
      skipped,
      failed,
    }
  }
}
