import { expect, it } from 'vitest'
import type { Cards } from '../../../electron/host/cards.ts'
import { createSampleChanges } from '../../../electron/host/sample-changes.ts'
import type { Trash } from '../../../electron/host/trash.ts'
import { AppError } from '../../../shared/base/app-error.ts'
import type { Sample, SaveResult } from '../../../shared/host/host-api.ts'
import type { LabelStatus } from '../../../shared/label/status.ts'

/** A shelf of samples whose labels are a status and a count of saves; `full` is a disk that takes nothing. */
function shelf(...ids: string[]) {
  const samples = new Map(ids.map((id) => [id, { status: 'unlabeled' as LabelStatus, saves: 0 }]))
  const disk = { full: false }
  const get = (id: string) => {
    const sample = samples.get(id)
    if (!sample) throw new AppError('NOT_FOUND', 'gone', { remedy: 'look again' })
    return { id, status: sample.status, headRevision: `${id} ${sample.saves}` } as Sample
  }
  const changes = createSampleChanges(
    { log() {} },
    {
      samples: { get },
      labels: {
        async setStatus(id, status) {
          if (disk.full) throw new AppError('DISK_FULL', 'full', { remedy: 'make room' })
          const sample = samples.get(id)!
          sample.status = status
          sample.saves++
          return { head: get(id).headRevision } as SaveResult
        },
      },
      cards: {} as Cards,
      trash: {} as Trash,
      allSaid: () => async () => {},
    },
  )
  const statuses = () => [...samples.values()].map(({ status }) => status)
  return { samples, disk, changes, statuses }
}
const labeled = { kind: 'status', status: 'labeled' } as const

it('takes a status back on all others when one image was removed for good meanwhile', async () => {
  const { samples, changes, statuses } = shelf('a', 'b', 'c')
  const { undo } = await changes.change({ ids: ['a', 'b', 'c'], change: labeled })
  samples.delete('b')
  expect(await changes.undo(undo!)).toEqual({ restored: 2, skipped: 1 })
  expect(statuses()).toEqual(['unlabeled', 'unlabeled'])
})

it('can be asked again to take back what a full disk had refused', async () => {
  const { disk, changes, statuses } = shelf('a', 'b')
  const { undo } = await changes.change({ ids: ['a', 'b'], change: labeled })
  disk.full = true
  await expect(changes.undo(undo!)).rejects.toMatchObject({ code: 'DISK_FULL' })
  disk.full = false
  expect(await changes.undo(undo!)).toEqual({ restored: 2, skipped: 0 })
  expect(statuses()).toEqual(['unlabeled', 'unlabeled'])
  await expect(changes.undo(undo!)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
