import { randomUUID } from 'node:crypto'
import { AppError, toAppError } from '../../shared/base/app-error.ts'
import type { RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import type { HostArgs, HostOutput } from '../../shared/host/host-api.ts'
import type { LabelObject } from '../../shared/label/ontology.ts'
import type { LabelStatus } from '../../shared/label/status.ts'
import type { Cards } from './cards.ts'
import type { Labels } from './labels.ts'
import type { LibraryContext } from './library-context.ts'
import type { Samples } from './samples.ts'
import type { Trash } from './trash.ts'

/** One thing done to many samples, and taken back. */
export type SampleChanges = {
  /** After `signal` it stops and answers what was done. */
  change(args: HostArgs<'samples.change'>, signal?: AbortSignal): Promise<HostOutput<'samples.change'>>
  /** Rejects with `NOT_FOUND` when it is too long ago. */
  undo(undo: string): Promise<HostOutput<'samples.undo'>>
}

type Undone = HostOutput<'samples.undo'>
const mostUndos = 1000

export function createSampleChanges(
  context: Pick<LibraryContext, 'log'>,
  tools: {
    readonly samples: Pick<Samples, 'get'>
    readonly labels: Pick<Labels, 'setStatus'>
    readonly cards: Cards
    readonly trash: Trash
    /** Rejects while something that must be said of this image or its objects is not. */
    readonly allSaid: (sample: SampleId) => (objects: readonly LabelObject[]) => Promise<void>
  },
): SampleChanges {
  const { samples, labels, cards, trash, allSaid } = tools
  const undos = new Map<string, () => Promise<Undone>>()

  function remember(count: number, work: () => Promise<Undone>): string | null {
    if (count === 0) return null
    const undo = randomUUID()
    undos.set(undo, work)
    for (const oldest of undos.keys()) {
      if (undos.size <= mostUndos) break
      undos.delete(oldest)
    }
    return undo
  }

  /** Null too for a sample that was removed for good. */
  function headOf(id: SampleId): string | null {
    try {
      return samples.get(id).headRevision
    } catch (error) {
      if (toAppError(error).code === 'NOT_FOUND') return null
      throw error
    }
  }

  async function setStatus(
    ids: readonly SampleId[],
    status: LabelStatus,
    signal: AbortSignal | undefined,
  ): Promise<HostOutput<'samples.change'>> {
    const done: { id: SampleId; before: LabelStatus; revision: string }[] = []
    const failed: HostOutput<'samples.change'>['failed'] = []
    for (const id of new Set(ids)) {
      if (signal?.aborted) break
      try {
        const { status: before } = samples.get(id)
        if (before === status) continue
        const check = status === 'labeled' ? allSaid(id) : undefined
        const { head } = await labels.setStatus(id, status, 'status', check)
        done.push({ id, before, revision: head })
      } catch (error) {
        failed.push({ id, error: toAppError(error).toInfo() })
      }
    }
    const undo = remember(done.length, async () => {
      let restored = 0
      for (const { id, before, revision } of done) {
        // What somebody has done since stays.
        if (headOf(id) !== (revision as RevisionId)) continue
        await labels.setStatus(id, before)
        restored++
      }
      return { restored, skipped: done.length - restored }
    })
    return { changed: done.length, failed, undo }
  }

  return {
    async change({ ids, change }, signal) {
      const of = ids as SampleId[]
      switch (change.kind) {
        case 'status':
          return setStatus(of, change.status, signal)
        case 'card': {
          const { moves, failed } = await cards.change(of, change.change)
          const undo = remember(moves.length, async () => {
            const { restored } = await cards.takeBack(moves)
            return { restored, skipped: moves.length - restored }
          })
          return { changed: moves.length, failed: [...failed], undo }
        }
        case 'trash':
        case 'restore': {
          const [there, back] =
            change.kind === 'trash' ? [trash.put, trash.restore] : [trash.restore, trash.put]
          const moved = there(of)
          const undo = remember(moved.length, async () => {
            const restored = back(moved).length
            return { restored, skipped: moved.length - restored }
          })
          return { changed: moved.length, failed: [], undo }
        }
      }
    },

    async undo(undo) {
      const work = undos.get(undo)
      if (!work) {
        throw new AppError('NOT_FOUND', 'This can no longer be taken back at once.', {
          remedy: 'Change it back by hand; the trash keeps what was deleted.',
        })
      }
      // Once only: a second press must not undo what came after.
      undos.delete(undo)
      const result = await work().catch((error: unknown) => {
        // What was taken back already is told from the rest by what it is now.
        undos.set(undo, work)
        throw error
      })
      context.log('info', 'samples', 'a change was taken back', { restored: result.restored })
      return result
    },
  }
}
