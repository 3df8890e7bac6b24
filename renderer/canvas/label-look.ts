import type { Rect } from '../../shared/label/label-map.ts'
import type { Category, LabelObject } from '../../shared/label/ontology.ts'
import { VOID_COLOR } from '../../shared/label/palette.ts'
import { choosePatterns, patternRows } from '../../shared/label/pattern.ts'
import { Touching } from '../../shared/label/touching.ts'
import { type Hidden, hides } from '../stores/hidden.ts'
import type { LabelSession } from '../stores/label-session.ts'
import type { LabelingState, LabelingStore } from '../stores/labeling.ts'
import { noPatterns, type ViewingState, type ViewingStore } from '../stores/viewing.ts'
import type { CanvasView } from './canvas-view.ts'
import type { ContourLook } from './layers/contour-tiles.ts'
import { type PatternOf, plain } from './layers/label-tiles.ts'
import { channels, objectChannels, packed, visibleOnDark } from './object-color.ts'

type Parts = {
  readonly view: Pick<
    CanvasView,
    | 'showLabel'
    | 'recolorLabel'
    | 'showContours'
    | 'showShapes'
    | 'setLabelOpacity'
    | 'setVisible'
    | 'setOutlines'
    | 'adjust'
    | 'setSmooth'
  >
  readonly labeling: LabelingStore
  readonly viewing: ViewingStore
  categories(): readonly Category[]
}

/** By how much the active object is less transparent than the others. */
const SELECTED_MORE = 0.2
const HALO = 0xb0000000
const SELECTED_LINE = 0xffffffff
/** Selected besides the active one. */
const ALSO_LINE = 0xffe0e0e0
const SELECTED_HALO = 0xd0000000
const unknown: Category = { id: 0, name: '', color: '#999999', hasInstances: false }

/** How the open label looks: the colours of its objects, which of them are shown, and their outlines. */
export class LabelLook {
  readonly #parts: Parts
  #session: LabelSession | null = null
  #selected: ReadonlySet<number> = new Set()
  #categories: ReadonlyMap<number, Category> = new Map()
  /** Null where nothing is to be told apart by patterns. */
  #touching: Touching | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  open(session: LabelSession | null): void {
    this.#session = session
    this.#touching = null
    if (!session) return
    this.#readCategories()
    this.#choosePatterns()
    this.#parts.view.showLabel(session.doc.map, this.#palette(), this.#patternOf())
    this.#showContours()
    this.#showShapes()
  }

  /** Categories may have other colours now. */
  recolor(): void {
    if (!this.#session) return
    this.#readCategories()
    this.#choosePatterns()
    this.#recolor()
    this.#showContours()
    this.#showShapes()
  }

  /** The label has changed inside `dirty`: categories may touch now that did not before. */
  changed(dirty: Rect): void {
    if (this.#touching?.look(dirty) && this.#choosePatterns()) this.#recolor()
  }

  /** Shows what the stores say; `before` null: all of it. */
  follow(state: LabelingState, before: LabelingState | null): void {
    const { view } = this.#parts
    if (state.opacity !== before?.opacity || state.shows !== before.shows) {
      view.setLabelOpacity(state.shows === 'labels' ? 1 : state.opacity)
      this.#showContours(this.#boundsOf(state.selected))
    }
    if (state.shows !== before?.shows) {
      const { shows } = state
      view.setVisible({ image: shows !== 'labels', labels: shows !== 'image', outlines: shows === 'both' })
    }
    if (state.outlines !== before?.outlines || state.tool !== before.tool) this.#showLines()
    if (before && state.selected !== before.selected) this.#chosen(state, before)
    else if (before && state.objectId !== before.objectId) this.#chosen(state, before)
  }

  followViewing(state: ViewingState, before: ViewingState): void {
    const { view } = this.#parts
    const hasOtherAreas =
      state.mode !== before.mode ||
      state.hidden !== before.hidden ||
      state.aids.patterns !== before.aids.patterns
    if (hasOtherAreas) this.recolor()
    if (state.adjustments !== before.adjustments) view.adjust(state.adjustments)
    if (state.aids.smooth !== before.aids.smooth) view.setSmooth(state.aids.smooth)
    if (state.aids.pixelGrid !== before.aids.pixelGrid) this.#showLines()
  }

  /** Whether the object with this id is not shown, and so cannot be met by the pointer. */
  hides(id: number): boolean {
    const object = this.#session?.doc.objects.get(id)
    return object !== undefined && this.#isHidden(object)
  }

  #isHidden(object: LabelObject, activeId = this.#parts.labeling.getState().objectId): boolean {
    return hides(this.#hidden, object, activeId)
  }

  get #hidden(): Hidden {
    return this.#parts.viewing.getState().hidden
  }

  /** What only shows because it is worked on goes with that. */
  #chosen(now: LabelingState, before: LabelingState): void {
    const { objects } = this.#session?.doc ?? {}
    const wasForced = [now.objectId, before.objectId].some((id) => {
      const object = id === null ? undefined : objects?.get(id)
      return object && this.#isHidden(object, null)
    })
    if (wasForced) this.recolor()
    else this.#showContours(this.#boundsOf(differently(now, before)))
  }

  #boundsOf(ids: Iterable<number>): readonly Rect[] {
    return [...ids].flatMap((id) => this.#session?.index.get(id)?.bounds ?? [])
  }

  #showLines(): void {
    const { view, labeling, viewing } = this.#parts
    const { outlines, tool } = labeling.getState()
    view.setOutlines(outlines && tool === 'superpixel', viewing.getState().aids.pixelGrid)
  }

  #showContours(changed?: readonly Rect[]): void {
    const { view, labeling, viewing } = this.#parts
    const isOutlined = viewing.getState().mode !== 'fill'
    const { selected } = labeling.getState()
    this.#selected = new Set(selected)
    const looks = isOutlined || selected.length > 0 ? (id: number) => this.#contour(id) : null
    view.showContours(looks, changed)
  }

  #contour(id: number): ContourLook | null {
    const object = id === 0 ? undefined : this.#session?.doc.objects.get(id)
    if (!object) return null
    const { mode } = this.#parts.viewing.getState()
    const { objectId, opacity, shows } = this.#parts.labeling.getState()
    const color = this.#channels(object)
    if (this.#selected.has(id) && !this.#isHidden(object)) {
      const under = mode === 'outline' ? 0 : shows === 'labels' ? 1 : opacity
      return {
        line: id === objectId ? SELECTED_LINE : ALSO_LINE,
        halo: SELECTED_HALO,
        fill: packed(color, Math.round(255 * alphaToAdd(under, SELECTED_MORE))),
      }
    }
    if (mode === 'fill' || this.#isHidden(object)) return null
    return { line: packed(visibleOnDark(color)), halo: HALO, fill: 0 }
  }

  /** In the colours of their categories; those of a hidden one are not there. */
  #showShapes(): void {
    const shapes = this.#session?.shapes ?? []
    const { categories: hidden } = this.#hidden
    const colors = new Map<number, string>()
    const colorOf = (id: number): string => {
      const { color } = this.#categories.get(id) ?? unknown
      const made = colors.get(id) ?? `rgb(${visibleOnDark(channels(color)).map(Math.round).join(' ')})`
      colors.set(id, made)
      return made
    }
    this.#parts.view.showShapes(
      shapes
        .filter(({ categoryId }) => !hidden.has(categoryId))
        .map((shape) => ({ shape, color: colorOf(shape.categoryId) })),
    )
  }

  #readCategories(): void {
    this.#categories = new Map(this.#parts.categories().map((category) => [category.id, category] as const))
  }

  /** In outlines only, areas show nothing but a stroke under way. */
  #palette(): (id: number) => number {
    const session = this.#session
    if (!session || this.#parts.viewing.getState().mode === 'outline') return () => 0
    return (id) => {
      const object = id === 0 ? undefined : session.doc.objects.get(id)
      if (!object || this.#isHidden(object)) return 0
      return packed(this.#channels(object))
    }
  }

  /** With patterns, void looks the same whatever its colour is. */
  #channels(object: LabelObject): readonly [number, number, number] {
    const category = this.#categories.get(object.categoryId) ?? unknown
    const { color, hasInstances, isVoid } = category
    return isVoid && this.#touching ? channels(VOID_COLOR) : objectChannels(object, color, hasInstances)
  }

  #patternOf(): PatternOf {
    const session = this.#session
    const { patterns } = this.#parts.viewing.getState()
    if (!session || patterns.size === 0) return plain
    return (id) => {
      const name = patterns.get(session.doc.objects.get(id)?.categoryId ?? 0)
      return name ? patternRows[name] : null
    }
  }

  #recolor(): void {
    this.#parts.view.recolorLabel(this.#palette(), this.#patternOf())
  }

  /** True when they are others than before. */
  #choosePatterns(): boolean {
    const { viewing } = this.#parts
    const before = viewing.getState().patterns
    const patterns = this.#patterns()
    const isSame =
      patterns.size === before.size && [...patterns].every(([id, name]) => before.get(id) === name)
    if (!isSame) viewing.setState({ patterns })
    return !isSame
  }

  #patterns(): ViewingState['patterns'] {
    const { aids } = this.#parts.viewing.getState()
    const doc = this.#session?.doc
    if (!doc || !aids.patterns) {
      this.#touching = null
      return noPatterns
    }
    if (!this.#touching) {
      const { map } = doc
      this.#touching = new Touching(map, (id) => doc.objects.get(id)?.categoryId)
      this.#touching.look({ x0: 0, y0: 0, x1: map.width, y1: map.height })
    }
    return choosePatterns([...this.#categories.values()], this.#touching.pairs)
  }
}

/** Ids of the objects that look otherwise than before: chosen or not, active or not. */
function differently(now: LabelingState, before: LabelingState): Set<number> {
  const [is, was] = [new Set(now.selected), new Set(before.selected)]
  const ids = [...is, ...was].filter((id) => is.has(id) !== was.has(id))
  const active = now.objectId === before.objectId ? [] : [now.objectId, before.objectId]
  return new Set([...ids, ...active.filter((id) => id !== null)])
}

/** The alpha of a second layer that makes two of one colour look like one of `under + more`. */
export function alphaToAdd(under: number, more: number): number {
  const wanted = Math.min(1, under + more)
  return under >= 1 ? 0 : (wanted - under) / (1 - under)
}
