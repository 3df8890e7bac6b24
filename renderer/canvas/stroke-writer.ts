import type { Runs } from '../../shared/image/runs.ts'
import type { LabelEdit } from '../../shared/label/edit.ts'
import type { Rect } from '../../shared/label/label-map.ts'
import { tightenBounds } from '../../shared/label/object-index.ts'
import { strokeTitle } from '../../shared/label/objects.ts'
import type { Category, LabelObject } from '../../shared/label/ontology.ts'
import { type PaintMode, paintEdit } from '../../shared/label/paint.ts'
import type { LabelSession } from '../stores/label-session.ts'
import type { LabelingStore } from '../stores/labeling.ts'
import { objectsInside, selectObjects, toggled } from '../stores/selection.ts'
import type { StrokeTarget } from './stroke-target.ts'

export type StrokePorts = {
  readonly labeling: LabelingStore
  /** The category of the very first stroke. Rejects with AppError when it cannot be made. */
  firstCategory(): Promise<Category>
  /** A stroke took the last pixels of these objects. */
  vanished(session: LabelSession, objects: readonly LabelObject[]): void
  /** A stroke could not do anything to this object: it is locked. */
  refused(object: LabelObject): void
  failed(error: unknown): void
  /** The object is not shown: the pointer does not meet it. */
  hides?(id: number): boolean
}

/** A stroke as it would be written now; `tool` is what its step is called by. */
export type StrokeSoFar = { readonly tool: string; readonly runs: Runs; readonly removes: boolean }

/** How often a stroke under way is recorded: a crash must not take more than a second of it. */
const DRAFT_MS = 500

/** Takes a stroke from the press to the label: what it works on, its record while it is drawn, and the edit it ends in. */
export class StrokeWriter {
  readonly #ports: StrokePorts
  #session: LabelSession | null = null
  #target: StrokeTarget | null = null
  #drafts: ReturnType<typeof setInterval> | null = null

  constructor(ports: StrokePorts) {
    this.#ports = ports
  }

  /** The label on the canvas. Strokes that began on another one still end there. */
  open(session: LabelSession | null): void {
    this.#session = session
  }

  /** What the stroke under way works on; null between strokes. */
  get target(): StrokeTarget | null {
    return this.#target
  }

  /** `soFar` null: a press that draws nothing. */
  begin(target: StrokeTarget, soFar: (() => StrokeSoFar | null) | null): void {
    this.#target = target
    if (soFar) this.#drafts ??= setInterval(() => this.#draft(soFar()), DRAFT_MS)
  }

  /** What was recorded of the stroke goes, unless the stroke has been written. */
  end(): void {
    if (this.#drafts !== null) clearInterval(this.#drafts)
    this.#drafts = null
    const target = this.#target
    this.#target = null
    target?.session.draft(null)
  }

  /** Writes the stroke under way as one step of undo. */
  commit({ tool, runs, removes }: StrokeSoFar): void {
    const target = this.#target
    if (!target) return
    if (removes || target.category) {
      this.#write(tool, runs, removes, target)
      return
    }
    // The very first stroke: it waits for its category, and stays with the label it was drawn on.
    this.#ports.firstCategory().then(
      (category) => {
        const object = { id: target.session.doc.nextObjectId, categoryId: category.id, attributes: {} }
        this.#write(tool, runs, false, { ...target, category, object })
      },
      (error: unknown) => this.#ports.failed(error),
    )
  }

  /** Makes an object the one that strokes paint, and its category the active one; null: the next stroke is a new object. */
  choose(id: number | null): void {
    const object = id === null ? undefined : this.#session?.doc.objects.get(id)
    const { labeling } = this.#ports
    labeling.setState(object ? { objectId: object.id, categoryId: object.categoryId } : { objectId: null })
  }

  /** Takes an object into the selection or out of it. */
  toggle(id: number): void {
    const session = this.#session
    if (!session) return
    const { labeling } = this.#ports
    const { objectId, selected } = toggled(labeling.getState(), id)
    selectObjects(labeling, session.doc, selected, objectId)
  }

  /** Selects the objects shown inside of a rectangle, besides those selected already if it `adds`. */
  selectInside(box: Rect, adds: boolean): void {
    const session = this.#session
    if (!session) return
    tightenBounds(session.doc.map, session.index, box)
    const { labeling } = this.#ports
    const { objectId, selected } = labeling.getState()
    const inside = objectsInside(session.index, box).filter((id) => !this.#ports.hides?.(id))
    if (adds) selectObjects(labeling, session.doc, [...new Set([...selected, ...inside])], objectId)
    else selectObjects(labeling, session.doc, inside)
  }

  mode(removes: boolean): PaintMode {
    if (removes) return 'remove'
    return this.#ports.labeling.getState().protects ? 'protect' : 'claim'
  }

  /** Records the stroke under way as it would be written now. The very first one of a library has no category yet. */
  #draft(stroke: StrokeSoFar | null): void {
    const target = this.#target
    if (target && stroke) {
      target.session.draft(this.#editOf(stroke.tool, stroke.runs, stroke.removes, target))
    }
  }

  /** Null when it would change nothing, or has nothing to work on. */
  #editOf(tool: string, runs: Runs, removes: boolean, target: StrokeTarget): LabelEdit | null {
    const { session, category, object } = target
    if (!object) return null
    const title = category ? strokeTitle(tool, object, category, removes) : `${tool} on object ${object.id}`
    return paintEdit(session.doc, session.index, { runs, object, mode: this.mode(removes), title })
  }

  #write(tool: string, runs: Runs, removes: boolean, target: StrokeTarget): void {
    const { session, object } = target
    const edit = this.#editOf(tool, runs, removes, target)
    if (!edit || !object) {
      if (object?.locked) this.#ports.refused(object)
      return
    }
    session.apply(edit)
    const gone = edit.objects.flatMap(({ before, after }) => (before && !after ? [before] : []))
    if (session === this.#session) {
      const { objectId } = this.#ports.labeling.getState()
      if (!removes) this.choose(object.id)
      else if (objectId !== null && gone.some(({ id }) => id === objectId)) this.choose(null)
    }
    if (gone.length > 0) this.#ports.vanished(session, gone)
  }
}
