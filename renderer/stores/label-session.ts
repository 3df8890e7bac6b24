import { createStore, type StoreApi } from 'zustand/vanilla'
import { AppError } from '../../shared/base/app-error.ts'
import type { RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import { parseShapesFile } from '../../shared/formats/shapes-file.ts'
import {
  frame,
  journalPath,
  labelPixelsPath,
  labelShapesPath,
  saveLabelPath,
} from '../../shared/host/data-plane.ts'
import {
  type HostConnection,
  type LabelState,
  type Sample,
  type SaveResult,
  saveResultSchema,
} from '../../shared/host/host-api.ts'
import { applyEdit, type LabelDocument, type LabelEdit } from '../../shared/label/edit.ts'
import { decodeIds } from '../../shared/label/id-runs.ts'
import { emptyLabelMap, type LabelMap, type Rect } from '../../shared/label/label-map.ts'
import { indexObjects, type ObjectIndex, rectAround, updateIndex } from '../../shared/label/object-index.ts'
import type { MaskPatch } from '../../shared/label/patch.ts'
import { boundsOfRuns } from '../../shared/label/region.ts'
import type { Shape } from '../../shared/label/shape.ts'
import type { LabelStatus } from '../../shared/label/status.ts'
import { Autosaver } from './autosaver.ts'
import { changeRecord } from './change-record.ts'
import { EncodedMap } from './encoded-map.ts'
import type { Direction, StepHistory } from './step-history.ts'
import { walkSteps } from './step-walk.ts'

/** What screens show of an open label; the pixels are not part of it. */
export type SessionView = {
  /** Counts the edits, undone ones too: who drew an older one draws again. */
  readonly revision: number
  readonly undoTitle: string | null
  readonly redoTitle: string | null
  readonly status: LabelStatus
  /** Saved states of this label beside the one shown, newest first, that a person has to choose between. */
  readonly others: readonly OtherState[]
}

/** So many steps become one change of the picture, one record of the journal. */
const STEPS_AT_ONCE = 512

export type OtherState = LabelState['siblings'][number]

/**
 * One open label: the document, its undo steps and its saver. A stroke keeps the session it began on, so it can never
 * end up in the label of another sample.
 */
export class LabelSession {
  readonly sample: Sample
  readonly doc: LabelDocument
  readonly index: ObjectIndex
  readonly saver: Autosaver
  readonly history: StepHistory
  /** Edits that a crash had left in the journal and that opening brought back. */
  readonly restoredEdits: number
  /** What lies beside the mask, and is kept as it is. */
  readonly shapes: readonly Shape[]
  readonly view: StoreApi<SessionView>
  readonly #encoded: EncodedMap
  readonly #dirtyListeners = new Set<(dirty: Rect) => void>()
  readonly #host: HostConnection
  readonly #onOvertaken: (() => void) | undefined
  #others: readonly OtherState[]
  /** A save was kept beside another state: once all is saved here, the host is asked what there is. */
  #mustLook = false
  /** Steps that are being taken back or made again, when that has to wait for the host. */
  #walking: Promise<LabelEdit | null> = Promise.resolve(null)
  #isWalking = false
  #isLeft = false
  /** What the journal holds of a stroke under way, on top of the document. */
  #draft: LabelEdit | null = null
  /** Revisions of this label that were written while edits were on their way; what is not from here is beside it. */
  readonly #heard = new Set<string>()

  constructor(
    host: HostConnection,
    sample: Sample,
    opened: { state: LabelState; doc: LabelDocument; history: StepHistory; shapes?: readonly Shape[] },
    /** A newer state was made of the one that is shown, while edits were on their way: read it. */
    onOvertaken?: () => void,
  ) {
    const { state, doc, history } = opened
    const { map } = doc
    this.sample = sample
    this.doc = doc
    this.history = history
    this.restoredEdits = state.restoredEdits
    this.shapes = opened.shapes ?? []
    this.#host = host
    this.#onOvertaken = onOvertaken
    this.#others = state.siblings
    this.index = indexObjects(map)
    this.#encoded = new EncodedMap(map)
    this.saver = new Autosaver(this.#ports(host), {
      session: crypto.randomUUID(),
      base: state.revision,
      width: map.width,
      height: map.height,
    })
    this.view = createStore<SessionView>(() => this.#viewOf(0))
    let known: SaveResult | null = null
    this.saver.onChange(() => {
      const { sibling } = this.saver
      if (sibling && sibling !== known) this.#mustLook = true
      known = sibling
      void this.#lookForOthers()
    })
  }

  /** Changes the label, remembers the step and has it saved. */
  apply(edit: LabelEdit): void {
    this.history.record(edit, this.doc)
    this.#make(edit)
  }

  /**
   * Records a stroke under way as far as it has come, so that a crash does not take all of it; null: as if it had never
   * begun. The label itself changes only when the stroke is applied. Does nothing while the journal is behind.
   */
  draft(edit: LabelEdit | null): void {
    const before = this.#draft
    if (edit === null ? before === null : !this.saver.takesDraft) return
    // An edit would have taken the draft's place: over the same label the same pixels with the same id are the same stroke.
    if (before?.pixels && edit?.pixels && areSame(before.pixels, edit.pixels)) return
    this.#draft = edit
    const touched = [before, edit].filter((each) => each !== null)
    const { patch, ...change } = changeRecord(this.doc, touched, edit)
    const title = titleOf(touched.at(-1)!)
    if (edit) this.saver.drafted({ ...change, title, stroke: 'under way' }, patch)
    else this.saver.edited({ ...change, title, stroke: 'taken back' }, patch)
  }

  /**
   * Takes the last step back and answers what that changed, at once when the step is at hand; null when there is none, or
   * when something else was done meanwhile. Rejects with AppError when it cannot be taken back.
   */
  undo(): Promise<LabelEdit | null> {
    return this.#inTurn(() => this.#walk(-1, 1))
  }

  redo(): Promise<LabelEdit | null> {
    return this.#inTurn(() => this.#walk(1, 1))
  }

  /** Takes back or makes again until `position` steps are done. Answers and rejects as `undo` does; then some may be. */
  goTo(position: number): Promise<LabelEdit | null> {
    return this.#inTurn(() => {
      const count = position - this.history.position
      return this.#walk(count < 0 ? -1 : 1, Math.abs(count))
    })
  }

  #inTurn(work: () => Promise<LabelEdit | null>): Promise<LabelEdit | null> {
    // One that is at hand is made at once, and is over by now.
    this.#walking = this.#isWalking ? this.#walking.then(work, work) : work()
    return this.#walking
  }

  async #walk(direction: Direction, count: number): Promise<LabelEdit | null> {
    this.#isWalking = true
    try {
      const { history, doc } = this
      let last: LabelEdit | null = null
      for (let left = count; left > 0; ) {
        const { revision } = this.view.getState()
        if (!history.isAtHand(direction)) {
          await history.prepare(direction, Math.min(left, STEPS_AT_ONCE))
          // The person went on drawing: the step is not the next one any more.
          if (this.view.getState().revision !== revision || this.#isLeft) return last
        }
        const ready = Math.max(1, history.ready(direction, Math.min(left, STEPS_AT_ONCE)))
        const { edit, count: made, error } = walkSteps(doc, history, direction, ready)
        if (edit) {
          history.moved(history.position + direction * made, edit)
          this.#make(edit)
          last = edit
          left -= made
        }
        if (error) {
          history.cut(direction)
          this.#show(0)
          throw error
        }
        if (!edit) break
      }
      return last
    } finally {
      this.#isWalking = false
    }
  }

  /** Another label comes onto the canvas. Resolves when the host has the steps, or does not take them. */
  leave(): Promise<void> {
    this.draft(null)
    this.#isLeft = true
    return this.history.leave()
  }

  /** Null when the label has this status already. */
  setStatus(status: LabelStatus): void {
    if (status === this.doc.status) return
    const change = { before: this.doc.status, after: status }
    this.apply({ title: `Mark ${status}`, pixels: null, objects: [], status: change })
  }

  /** The person has chosen between the states; `head` is what the label now descends from. */
  chosen(head: string): void {
    this.saver.chosen(head)
    this.#others = []
    this.#show(0)
  }

  /** A revision of this label was written while edits were on their way: by this window, or by somebody else. */
  heard(revision: string): void {
    this.#heard.add(revision)
  }

  async #lookForOthers(): Promise<void> {
    if (!this.saver.settled) return
    const { base } = this.saver
    for (const revision of this.#heard) if (this.saver.knows(revision)) this.#heard.delete(revision)
    if (!this.#mustLook && this.#heard.size === 0) return
    this.#mustLook = false
    this.#heard.clear()
    try {
      const all = await this.#host.call('label.revisions', { sampleId: this.sample.id })
      // Saved again meanwhile: that save is one of them, and not another state.
      if (this.saver.base !== base) this.#mustLook = true
      else {
        const continued = new Set(all.flatMap(({ parents }) => parents))
        const tips = all.filter(({ revision }) => !continued.has(revision))
        // All that was drawn here is in it, as a version was restored on top: nothing is to be chosen.
        if (base !== null && tips.length === 1 && tips[0]!.revision !== base && continued.has(base)) {
          this.#onOvertaken?.()
          return
        }
        this.#others = all
          .filter(({ revision }) => revision !== base && !continued.has(revision))
          .map(({ revision, createdAt, tool, status }) => ({ revision, createdAt, tool, status }))
        this.#show(0)
      }
    } catch {
      // The next save asks again, and so does opening the label.
      this.#mustLook = true
    }
  }

  /** `listener` learns of every rectangle whose look an edit changed, after the map has changed. */
  onDirty(listener: (dirty: Rect) => void): () => void {
    this.#dirtyListeners.add(listener)
    return () => void this.#dirtyListeners.delete(listener)
  }

  #make(edit: LabelEdit): void {
    // An object that goes or changes its category also changes how its other pixels look.
    let dirty = this.#boundsOfObjects(edit)
    applyEdit(this.doc, edit)
    if (edit.pixels) {
      updateIndex(this.index, edit.pixels, this.doc.map.width)
      const bounds = boundsOfRuns(edit.pixels.runs, this.doc.map.width)
      if (bounds) {
        this.#encoded.markDirty(bounds)
        dirty = dirty ? rectAround(dirty, bounds) : bounds
      }
    }
    const { patch, ...change } = changeRecord(this.doc, this.#draft ? [this.#draft, edit] : [edit], null)
    this.#draft = null
    this.saver.edited({ ...change, title: titleOf(edit) }, patch)
    this.#show(1)
    if (dirty) for (const listener of [...this.#dirtyListeners]) listener(dirty)
  }

  #boundsOfObjects(edit: LabelEdit): Rect | null {
    let dirty: Rect | null = null
    for (const { id, before } of edit.objects) {
      const bounds = before && this.index.get(id)?.bounds
      if (bounds) dirty = dirty ? rectAround(dirty, bounds) : bounds
    }
    return dirty
  }

  #show(edits: number): void {
    this.view.setState(this.#viewOf(this.view.getState().revision + edits), true)
  }

  #viewOf(revision: number): SessionView {
    return {
      revision,
      undoTitle: this.history.undoTitle,
      redoTitle: this.history.redoTitle,
      status: this.doc.status,
      others: this.#others,
    }
  }

  #ports(host: HostConnection) {
    const id = this.sample.id as SampleId
    return {
      async appendJournal(header: unknown, patch: Uint8Array): Promise<void> {
        await host.fetchData(journalPath(id), { method: 'POST', body: new Blob([frame(header, patch)]) })
      },
      async save(header: unknown, ids: Uint8Array): Promise<SaveResult> {
        const body = new Blob([frame(header, ids)])
        const answer = await host.fetchData(saveLabelPath(id), { method: 'PUT', body })
        return saveResultSchema.parse(JSON.parse(await answer.text()))
      },
      snapshot: () => ({
        status: this.doc.status,
        objects: [...this.doc.objects.values()].sort((a, b) => a.id - b.id),
        nextObjectId: this.doc.nextObjectId,
        ids: this.#encoded.bytes(),
      }),
      now: () => Date.now(),
      after(ms: number, run: () => void) {
        const timer = setTimeout(run, ms)
        return () => clearTimeout(timer)
      },
    }
  }
}

/** Pixels of a revision. Throws AppError `ROW_CORRUPT` when what the host sent is no label of this size. */
export async function readLabelMap(
  host: HostConnection,
  state: LabelState,
  signal: AbortSignal,
): Promise<LabelMap> {
  const { width, height, revision } = state
  if (revision === null) return emptyLabelMap(width, height)
  const blob = await host.fetchData(labelPixelsPath(revision as RevisionId), { signal })
  try {
    return { width, height, ids: decodeIds(new Uint8Array(await blob.arrayBuffer()), width * height) }
  } catch (cause) {
    // Shown as empty, the next save would destroy what is left of it.
    throw new AppError('ROW_CORRUPT', 'The saved label of this image cannot be read.', {
      remedy: 'Run "tessera verify" on the library to see what is damaged. Nothing was changed.',
      cause,
    })
  }
}

/** Shapes of a revision; none where it has none. Throws AppError `ROW_CORRUPT` when what the host sent are none. */
export async function readShapes(
  host: HostConnection,
  { revision, shapes }: LabelState,
  signal: AbortSignal,
): Promise<readonly Shape[]> {
  if (revision === null || shapes === undefined) return []
  const blob = await host.fetchData(labelShapesPath(revision as RevisionId), { signal })
  try {
    return parseShapesFile(await blob.text()).shapes
  } catch (cause) {
    throw new AppError('ROW_CORRUPT', 'The shapes of this label cannot be read.', {
      remedy: 'Run "tessera verify" on the library to see what is damaged. Nothing was changed.',
      cause,
    })
  }
}

/** Of patches that each write one id. */
function areSame(a: MaskPatch, b: MaskPatch): boolean {
  return (
    a.after[0] === b.after[0] && a.runs.length === b.runs.length && a.runs.every((n, i) => n === b.runs[i])
  )
}

/** As long as the journal takes it. */
const titleOf = ({ title }: LabelEdit) => title.slice(0, 500)
