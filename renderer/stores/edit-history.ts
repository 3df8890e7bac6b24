import type { LabelDocument, LabelEdit, ObjectChange } from '../../shared/label/edit.ts'
import { decodePatch, encodePatch } from '../../shared/label/id-runs.ts'
import type { LabelMap } from '../../shared/label/label-map.ts'
import { invertPatch, type MaskPatch, patchOver } from '../../shared/label/patch.ts'

/** An edit with its pixels run-length coded: a step costs its outline, not its area, so no step need ever be dropped. */
type Step = {
  readonly title: string
  readonly objects: readonly ObjectChange[]
  readonly status: LabelEdit['status']
  readonly forward: Uint8Array | null
  readonly backward: Uint8Array | null
}

/** The undo and redo of one sample, without limit for as long as the window is open. */
export class EditHistory {
  #past: Step[] = []
  #future: Step[] = []

  /** Title of the step that undo would take back; null when there is none. */
  get undoTitle(): string | null {
    return this.#past.at(-1)?.title ?? null
  }

  get redoTitle(): string | null {
    return this.#future.at(-1)?.title ?? null
  }

  /** A new edit, already applied: what was undone before can no longer be redone. */
  record(edit: LabelEdit): void {
    this.#past.push({
      title: edit.title,
      objects: edit.objects,
      status: edit.status,
      forward: edit.pixels && encodePatch(edit.pixels),
      backward: edit.pixels && encodePatch(invertPatch(edit.pixels)),
    })
    this.#future = []
  }

  /** The edit that takes the last step back from `doc`; null when there is none. Apply it: it counts as done. */
  undo(doc: LabelDocument): LabelEdit | null {
    const step = this.#past.pop()
    if (!step) return null
    this.#future.push(step)
    return {
      title: step.title,
      pixels: step.backward && patchOn(doc.map, step.backward),
      objects: step.objects.map(({ id, before, after }) => ({ id, before: after, after: before })),
      status: step.status && { before: step.status.after, after: step.status.before },
    }
  }

  /** The edit that makes the last undone step again; null when there is none. Apply it: it counts as done. */
  redo(doc: LabelDocument): LabelEdit | null {
    const step = this.#future.pop()
    if (!step) return null
    this.#past.push(step)
    return { ...step, pixels: step.forward && patchOn(doc.map, step.forward) }
  }
}

function patchOn(map: LabelMap, bytes: Uint8Array): MaskPatch {
  const { runs, after } = decodePatch(bytes, map.ids.length)
  return { ...patchOver(map, runs, null), after }
}
