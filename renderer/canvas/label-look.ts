import { rectAround } from '../../shared/label/object-index.ts'
import type { Category } from '../../shared/label/ontology.ts'
import type { LabelSession } from '../stores/label-session.ts'
import type { LabelingState, LabelingStore } from '../stores/labeling.ts'
import type { CanvasView, Highlight } from './canvas-view.ts'
import type { MaskLook } from './layers/pixel-mask.ts'
import { objectChannels, packed } from './object-color.ts'

type Parts = {
  readonly view: CanvasView
  readonly labeling: LabelingStore
  categories(): readonly Category[]
}

const ACTIVE_LOOK: MaskLook = { fill: 0, line: 0xffffffff, halo: 0xd0000000 }
/** Selected besides the active one: a little lighter inside, so that a line is not all that tells. */
const ALSO_LOOK: MaskLook = { fill: 0x26ffffff, line: 0xffe0e0e0, halo: 0xd0000000 }

/** How the open label looks: the colours of its objects, what of the picture is shown, the line round the active object. */
export class LabelLook {
  readonly #parts: Parts
  #session: LabelSession | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  open(session: LabelSession | null): void {
    this.#session = session
    if (session) this.#parts.view.showLabel(session.doc.map, this.#palette(session))
  }

  /** Categories may have other colours now. */
  recolor(): void {
    if (this.#session) this.#parts.view.recolorLabel(this.#palette(this.#session))
  }

  /** Shows what the store says; `before` null: all of it. */
  follow(state: LabelingState, before: LabelingState | null): void {
    const { view } = this.#parts
    if (state.opacity !== before?.opacity || state.shows !== before.shows) {
      view.setLabelOpacity(state.shows === 'labels' ? 1 : state.opacity)
    }
    if (state.shows !== before?.shows) {
      const { shows } = state
      view.setVisible({ image: shows !== 'labels', labels: shows !== 'image', outlines: shows === 'both' })
    }
    if (state.outlines !== before?.outlines || state.tool !== before.tool) {
      view.setOutlines(state.outlines && state.tool === 'superpixel', state.outlines)
    }
    if (state.selected !== before?.selected) this.showSelected()
  }

  showSelected(): void {
    const { view, labeling } = this.#parts
    const { objectId, selected } = labeling.getState()
    const others = this.#outlined(
      selected.filter((id) => id !== objectId),
      ALSO_LOOK,
    )
    const active = this.#outlined(objectId === null ? [] : [objectId], ACTIVE_LOOK)
    view.showSelected([others, active].filter((each) => each !== null))
  }

  /** The objects of `which` that have pixels, within one line; null when none has. */
  #outlined(which: readonly number[], look: MaskLook): Highlight | null {
    const session = this.#session
    const bounds = which.flatMap((id) => session?.index.get(id)?.bounds ?? [])
    if (!session || bounds.length === 0) return null
    const { ids } = session.doc.map
    const held = new Set(which)
    // Neighbours mostly share their id.
    let lastId = -1
    let isHeld = false
    const holds = (pixel: number) => {
      const id = ids[pixel]!
      if (id !== lastId) {
        lastId = id
        isHeld = held.has(id)
      }
      return isHeld
    }
    return { bounds: bounds.reduce(rectAround), holds, look }
  }

  #palette(session: LabelSession): (id: number) => number {
    const categories = new Map(this.#parts.categories().map((category) => [category.id, category] as const))
    const fallback: Category = { id: 0, name: '', color: '#999999', hasInstances: false }
    return (id) => {
      const object = id === 0 ? undefined : session.doc.objects.get(id)
      if (!object) return 0
      const category = categories.get(object.categoryId) ?? fallback
      return packed(objectChannels(object, category.color, category.hasInstances))
    }
  }
}
