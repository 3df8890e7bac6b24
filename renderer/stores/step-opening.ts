import type { HostConnection, LabelState } from '../../shared/host/host-api.ts'
import type { StepList } from '../../shared/host/label-steps.ts'
import { differenceOf } from '../../shared/label/difference.ts'
import { applyEdit, type LabelDocument } from '../../shared/label/edit.ts'
import { emptyLabelMap, type LabelMap } from '../../shared/label/label-map.ts'
import { StepHistory } from './step-history.ts'
import type { StepPorts } from './step-sender.ts'
import { walkSteps } from './step-walk.ts'

type Opened = {
  readonly host: HostConnection
  readonly ports: StepPorts
  readonly state: LabelState
  readonly doc: LabelDocument
  readonly list: StepList | null
  /** The pixels of a revision. */
  readMap(revision: string): Promise<LabelMap>
}

export function documentOf(state: LabelState, map: LabelMap): LabelDocument {
  return {
    map,
    objects: new Map(state.objects.map((object) => [object.id, object])),
    status: state.status,
    nextObjectId: state.nextObjectId,
  }
}

const newName = () => crypto.randomUUID().slice(0, 8)

/**
 * The undo steps of a label that is being opened. Edits that a crash left in the journal, and whose steps it took, become
 * one step, so that they can be taken back as well.
 */
export async function openSteps(opened: Opened): Promise<StepHistory> {
  const { ports, doc, list } = opened
  const history = new StepHistory(ports, { name: newName(), list, doc })
  if (!history.isForeign) return history
  // Without that step there are fewer steps, and the label is as good.
  return (await restored(opened).catch(() => null)) ?? history
}

async function restored({ host, ports, state, doc, list, readMap }: Opened): Promise<StepHistory | null> {
  const { sampleId, width, height } = state
  const all = await host.call('label.revisions', { sampleId })
  const byId = new Map(all.map((each) => [each.revision, each]))
  let head = state.revision === null ? undefined : byId.get(state.revision)
  if (head?.tool !== 'journal') return null
  while (head?.tool === 'journal') head = byId.get(head.parents[0] ?? '')
  const base = head && (await host.call('label.objects', { sampleId, revision: head.revision }))
  const before: LabelDocument = {
    map: head ? await readMap(head.revision) : emptyLabelMap(width, height),
    objects: new Map(base?.objects.map((object) => [object.id, object])),
    status: head?.status ?? 'unlabeled',
    nextObjectId: doc.nextObjectId,
  }
  const history = new StepHistory(ports, { name: newName(), list, doc: before })
  // What the host had of the steps by then is in their order; the rest is in the label alone.
  const done = history.rows.findIndex(({ key }) => key === list?.place) + 1
  const known = Math.abs(done - history.position)
  if (!history.isForeign && done >= history.start) {
    while (history.position !== done) {
      const direction = done < history.position ? -1 : 1
      await history.prepare(direction)
      const { edit, count } = walkSteps(before, history, direction, 1)
      if (!edit) break
      applyEdit(before, edit)
      history.moved(history.position + direction * count, edit)
    }
  }
  const count = Math.max(1, state.restoredEdits - known)
  const edit = differenceOf(before, doc, count === 1 ? 'Restored edit' : `Restored ${count} edits`)
  if (edit) history.record(edit, before)
  return history
}
