import type { HostConnection, SampleChange } from '../../../shared/host/host-api.ts'
import { exportLabels, mostExported, tooMany } from '../../stores/label-export.ts'
import type { NoticesStore } from '../../stores/notices.ts'
import type { SampleWorkStore } from '../../stores/sample-work.ts'
import type { SamplesStore } from '../../stores/samples.ts'
import { saveFile } from '../../ui/save-file.ts'
import { statusText } from '../../ui/status-dot.tsx'
import { toast } from '../../ui/toasts.tsx'
import { text } from './text.ts'

export type BulkParts = {
  readonly samples: SamplesStore
  readonly work: SampleWorkStore
  readonly notices: NoticesStore
}

/** Does it to what is selected, says what came of it, and offers to take it back. */
export async function changeSelected(parts: BulkParts, change: SampleChange): Promise<void> {
  const { samples, work, notices } = parts
  if (samples.selectedCount() === 0 || work.getState().work) return
  try {
    const { changed, failed, undo } = await work.change(workingText(change), change)
    if (failed[0]) {
      const error = { ...failed[0], message: `${text.someFailed(failed.length)} ${failed[0].message}` }
      notices.show({ key: 'samples.change', severity: 'error', error })
    }
    if (change.kind === 'trash' || change.kind === 'restore') {
      samples.select({ kind: 'some', ids: new Set() }, samples.getState().active.index)
    }
    if (changed === 0) {
      if (failed.length === 0) toast(text.nothingChanged)
      return
    }
    const takeBack = undo && (() => void undone(parts, undo))
    work.setLastUndo(takeBack)
    toast(doneText(change, changed), takeBack ? { label: text.undo, run: takeBack } : undefined)
  } catch (error) {
    notices.report('samples.change', error)
  }
}

/** The labels of what is selected, as a file. */
export async function exportSelected(
  host: HostConnection,
  { samples, work, notices }: BulkParts,
): Promise<void> {
  const count = samples.selectedCount()
  if (count === 0 || work.getState().work) return
  try {
    if (count > mostExported) throw tooMany()
    const made = await work.during(text.working.export, count, async (progress, isStopped) => {
      const ids: string[] = []
      for await (const part of samples.selectedIds(mostExported)) ids.push(...part)
      return exportLabels(host, ids, progress, isStopped)
    })
    if (!made) return
    if (made.labels > 0) saveFile('labels.zip', made.file)
    toast(made.labels > 0 ? text.exported(made.labels, made.without) : text.nothingToExport)
  } catch (error) {
    notices.report('samples.export', error)
  }
}

async function undone(
  parts: BulkParts,
  undo: () => Promise<{ restored: number; skipped: number }>,
): Promise<void> {
  const { work, notices } = parts
  work.setLastUndo(null)
  try {
    const { restored, skipped } = await undo()
    toast(skipped > 0 ? text.undoneBut(restored, skipped) : text.undone(restored))
  } catch (error) {
    work.setLastUndo(() => void undone(parts, undo))
    notices.report('samples.undo', error)
  }
}

function workingText(change: SampleChange): string {
  switch (change.kind) {
    case 'status':
      return text.working.status(statusText[change.status])
    case 'card':
      return change.change.kind === 'split' ? text.working.split : text.working.tags
    case 'trash':
      return text.working.trash
    case 'restore':
      return text.working.restore
  }
}

function doneText(change: SampleChange, count: number): string {
  switch (change.kind) {
    case 'status':
      return text.done.status(count, statusText[change.status])
    case 'card':
      return change.change.kind === 'split'
        ? text.done.split(count, change.change.split ?? 'no split')
        : text.done.tags(count)
    case 'trash':
      return text.done.trash(count)
    case 'restore':
      return text.done.restore(count)
  }
}
