import type { HostConnection, HostOutput, LabelState } from '../../shared/host/host-api.ts'
import type { StepList } from '../../shared/host/label-steps.ts'
import { differenceOf } from '../../shared/label/difference.ts'
import { applyEdit, type LabelDocument } from '../../shared/label/edit.ts'
import { emptyLabelMap, type LabelMap } from '../../shared/label/label-map.ts'
import { StepHistory } from './step-history.ts'
import type { StepPorts } from './step-sender.ts'
import { walkSteps } from './step-walk.ts'

type Revision = HostOutput<'label.revisions'>[number]

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

/** How many saves of a person are looked behind for a label that the steps know. */
const SAVES_BACK = 4

/**
 * The undo steps of a label that is being opened. Edits whose steps were lost, because a crash left them in the journal
 * alone or the window closed between the save and the step, become one step, so that they can be taken back as well.
 */
export async function openSteps(opened: Opened): Promise<StepHistory> {
  const { ports, doc, list, state } = opened
  const history = new StepHistory(ports, { name: newName(), list, doc })
  const isLost = history.rows.length === 0 ? state.restoredEdits > 0 : history.isForeign
  if (!isLost) return history
  // Without that step there are fewer steps, and the label is as good.
  return (await restored(opened).catch(() => null)) ?? history
}

async function restored(opened: Opened): Promise<StepHistory | null> {
  const { host, state, doc, list } = opened
  const { sampleId } = state
  const all = await host.call('label.revisions', { sampleId })
  const byId = new Map(all.map((each) => [each.revision, each]))
  let head = state.revision === null ? undefined : byId.get(state.revision)
  const isReplayed = head?.tool === 'journal'
  while (head?.tool === 'journal') head = byId.get(head.parents[0] ?? '')
  let before = await documentAt(opened, head)
  let history = new StepHistory(opened.ports, { name: newName(), list, doc: before })
  for (let back = 0; history.isForeign && head?.tool === 'canvas' && back < SAVES_BACK; back++) {
    head = byId.get(head.parents[0] ?? '')
    const document = await documentAt(opened, head)
    const known = new StepHistory(opened.ports, { name: newName(), list, doc: document })
    if (known.isForeign && isReplayed) continue
    before = document
    history = known
  }
  if (history.isForeign && !isReplayed) return null
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

/** The label as `revision` holds it; undefined: the label before the first one. */
async function documentAt(opened: Opened, revision: Revision | undefined): Promise<LabelDocument> {
  const { host, state, doc, readMap } = opened
  const { sampleId, width, height } = state
  const base = revision && (await host.call('label.objects', { sampleId, revision: revision.revision }))
  return {
    map: revision ? await readMap(revision.revision) : emptyLabelMap(width, height),
    objects: new Map(base?.objects.map((object) => [object.id, object])),
    status: revision?.status ?? 'unlabeled',
    nextObjectId: doc.nextObjectId,
  }
}
