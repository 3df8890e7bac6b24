import { AppError, type ErrorCode } from '../../shared/base/app-error.ts'
import type { LabelObject } from '../../shared/label/ontology.ts'
import type { LabelStatus } from '../../shared/label/status.ts'
import type { LabelCodec } from '../adapters/label-codec.ts'
import type { LabelContents } from './label-content.ts'
import type { JournalEdit, JournalSession, LabelJournal } from './label-journal.ts'
import { damaged, type LabeledSample, type LabelRows } from './label-rows.ts'
import type { LabelSave } from './label-save.ts'
import type { LibraryContext } from './library-context.ts'

/** Brings back what a crash left in the journals of a sample. */
export type LabelReplay = {
  /**
   * Makes a revision of every session with edits that no revision holds, and answers how many edits came into the head
   * that way. Files that cannot be replayed go to quarantine, with a notice. Rejects with what the disk says; then the
   * files are where they were.
   */
  restore(sample: LabeledSample): Promise<number>
}

export function createLabelReplay(parts: {
  readonly context: LibraryContext
  readonly rows: LabelRows
  readonly contents: LabelContents
  readonly codec: LabelCodec
  readonly journal: LabelJournal
  readonly saver: Pick<LabelSave, 'save' | 'headOf'>
}): LabelReplay {
  const { context, rows, contents, codec, journal, saver } = parts

  async function restore(sample: LabeledSample): Promise<number> {
    let restored = 0
    for (const session of journal.sessionsOf(sample.id)) {
      try {
        restored += await restoreSession(sample, journal.read(sample, session))
      } catch (error) {
        if (!isDamage(error)) throw error
        // What it continues is damaged. The file stays until that is repaired; the head may be another label.
        context.log('error', 'journal', 'a journal waits for a damaged label', { sample: sample.id })
        tell(sample, session, error)
      }
    }
    return restored
  }

  async function restoreSession(sample: LabeledSample, session: JournalSession): Promise<number> {
    let { damage } = session
    let count = 0
    if (session.edits.length > 0) {
      const replayed = await replayEdits(sample, session)
      damage = replayed.damage ?? damage
      count = replayed.count
    }
    if (damage === null) journal.trim(sample.id, session.session)
    else {
      journal.setAside(session, damage)
      tell(
        sample,
        session.session,
        new AppError('JOURNAL_DAMAGED', `Some unsaved edits of ${sample.name} could not be brought back.`, {
          remedy: 'Check the image. The file they were in is kept in the library’s quarantine folder.',
        }),
      )
    }
    return count
  }

  /** `count`: edits that are in the head now. */
  async function replayEdits(
    sample: LabeledSample,
    { session, base, edits }: JournalSession,
  ): Promise<{ count: number; damage: string | null }> {
    const { width, height } = sample
    const from = base === null ? null : rows.revision(base)
    if (from === undefined) throw damaged(`A saved label of ${sample.name}`)
    const png = from && (await context.blobs.get(from.mask))
    const objects = from ? await contents.objects(sample, from) : []
    const shapes = (from ?? saver.headOf(sample.id))?.shapes ?? null
    const before = {
      objects,
      nextObjectId: from?.nextObjectId ?? 1,
      status: from?.status ?? 'unlabeled',
    } as const
    let damage: string | null = null
    for (let end = edits.length; end > 0; ) {
      const part = edits.slice(0, end)
      const patches = part.map(({ patch }) => patch)
      const { ids, applied } = await codec.replay({ width, height, png, patches })
      if (applied < end) {
        damage = 'An edit in it does not fit the image.'
        end = applied
        continue
      }
      try {
        const content = await contents.store(sample, { ...replayObjects(before, part), ids, shapes })
        const covered = { session, seq: part[end - 1]!.header.seq }
        const result = await saver.save(sample.id, { base, content, tool: 'journal', journal: covered })
        if (result.kind === 'sibling') tellSibling(sample, session, editCount(part))
        return { count: result.kind === 'saved' ? editCount(part) : 0, damage }
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'BAD_REQUEST')) throw error
        // Pixels and objects do not go together after this edit: what came before it is still good.
        damage = `An edit in it makes no label: ${error.message}`
        end--
      }
    }
    return { count: 0, damage }
  }

  function tell(sample: LabeledSample, session: string, error: AppError): void {
    const key = `journal:${sample.id}:${session}`
    context.emit({ type: 'notice', notice: { key, severity: 'error', error: error.toInfo() } })
  }

  function tellSibling(sample: LabeledSample, session: string, count: number): void {
    const error = new AppError(
      'JOURNAL_RESTORED',
      `${count === 1 ? 'One unsaved edit' : `${count} unsaved edits`} of ${sample.name} ${count === 1 ? 'was' : 'were'} restored beside a newer label.`,
      { remedy: 'Open the image and choose which of the two to keep.' },
    )
    const key = `journal:${sample.id}:${session}`
    context.emit({ type: 'notice', notice: { key, severity: 'warning', error: error.toInfo() } })
  }

  return { restore }
}

type State = {
  readonly objects: readonly LabelObject[]
  readonly nextObjectId: number
  readonly status: LabelStatus
}

/** What a person would call edits: a stroke is one, however often it was recorded while it was under way. */
function editCount(edits: readonly JournalEdit[]): number {
  const finished = edits.filter(({ header }) => header.stroke === undefined).length
  return finished + Number(edits.at(-1)?.header.stroke === 'under way')
}

/** The list of objects after the edits; the pixels are the codec's. */
function replayObjects(before: State, edits: readonly JournalEdit[]): State {
  const objects = new Map(before.objects.map((object) => [object.id, object]))
  let { nextObjectId, status } = before
  for (const { header } of edits) {
    for (const object of header.set) objects.set(object.id, object)
    for (const id of header.removed) objects.delete(id)
    nextObjectId = Math.max(nextObjectId, header.nextObjectId)
    status = header.status
  }
  return { objects: [...objects.values()], nextObjectId, status }
}

const damageCodes: readonly ErrorCode[] = ['BLOB_CORRUPT', 'MISSING_BLOB', 'ROW_CORRUPT']

function isDamage(error: unknown): error is AppError {
  return error instanceof AppError && damageCodes.includes(error.code)
}
