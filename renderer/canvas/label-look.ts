import type { Category } from '../../shared/label/ontology.ts'
import type { LabelSession } from '../stores/label-session.ts'
import type { LabelingState, LabelingStore } from '../stores/labeling.ts'
import type { CanvasView } from './canvas-view.ts'
import { objectChannels, packed } from './object-color.ts'

type Parts = {
  readonly view: CanvasView
  readonly labeling: LabelingStore
  categories(): readonly Category[]
}

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
    if (state.objectId !== before?.objectId) this.showSelected()
  }

  showSelected(): void {
    const { view, labeling } = this.#parts
    const id = labeling.getState().objectId
    const extent = id === null ? undefined : this.#session?.index.get(id)
    if (!extent || !this.#session) {
      view.showSelected(null)
      return
    }
    const { ids } = this.#session.doc.map
    view.showSelected({
      bounds: extent.bounds,
      holds: (pixel) => ids[pixel] === id,
      look: { fill: 0, line: 0xffffffff, halo: 0xd0000000 },
    })
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
