import type { Highlight } from '../../renderer/canvas/canvas-view.ts'
import { ToolRunner } from '../../renderer/canvas/tool-runner.ts'
import type { LabelSession } from '../../renderer/stores/label-session.ts'
import { createLabelingStore, type LabelingStore, type ToolName } from '../../renderer/stores/labeling.ts'
import { applyEdit, type LabelDocument, type LabelEdit } from '../../shared/label/edit.ts'
import type { Rect } from '../../shared/label/label-map.ts'
import { emptyLabelMap } from '../../shared/label/label-map.ts'
import { type ObjectIndex, updateIndex } from '../../shared/label/object-index.ts'
import type { Category } from '../../shared/label/ontology.ts'
import { clampCount } from '../../shared/superpixel/cut.ts'
import type { Hierarchy, RgbaImage } from '../../shared/superpixel/hierarchy.ts'
import type { ColourWindow } from '../../shared/superpixel/proposal.ts'
import { noSplits } from '../../shared/superpixel/refinement.ts'
import type { ImagePoint, WheelTurn } from '../../shared/tools/tool-event.ts'
import type { Segment } from './truth.ts'

/** Screen pixels per image pixel, for all that is done. */
export const ZOOM = 2
/** The share of the union that label and segment must have in common. */
export const ENOUGH = 0.95
export const MOST_GESTURES = 150
/** What the app begins with: superpixels, and pixels across the brush. */
const FIRST_COUNT = 900
const FIRST_BRUSH = 24

export type Effort = {
  readonly gestures: number
  readonly presses: number
  readonly notches: number
  /** Gestures of the brush. */
  readonly brushed: number
  readonly aims: number
  readonly keys: number
  /** Image pixels. */
  readonly travel: number
  readonly iou: number
}

/** What stays from object to object of an image. */
export type Habits = { count: number; brush: number }

export function firstHabits(hierarchy: Hierarchy): Habits {
  return { count: clampCount(hierarchy, FIRST_COUNT), brush: FIRST_BRUSH }
}

export type Scene = { readonly image: RgbaImage; readonly hierarchy: Hierarchy }

const category: Category = { id: 1, name: 'object', color: '#e69f00', hasInstances: true }
const storage = { getItem: () => null, setItem: () => {} } as unknown as Storage

/**
 * A hand on the app's own tools: turns gestures into the events that the canvas sends, and counts them. The label is
 * empty to begin with and gets one object. Everything between an event and the label is the product's code.
 */
export class Hand {
  readonly scene: Scene
  readonly segment: Segment
  /** The label as it is now. */
  readonly ids: Uint32Array
  readonly #runner: ToolRunner
  readonly #labeling: LabelingStore
  #at: ImagePoint | null = null
  #zoom = ZOOM
  #proposal: Highlight | null = null
  #presses = 0
  #notches = 0
  #brushed = 0
  #aims = 0
  #keys = 0
  #travel = 0

  constructor(scene: Scene, segment: Segment, habits: Habits) {
    this.scene = scene
    this.segment = segment
    const { width, height } = segment
    const doc: LabelDocument = {
      map: emptyLabelMap(width, height),
      objects: new Map(),
      status: 'unlabeled',
      nextObjectId: 1,
    }
    const index: ObjectIndex = new Map()
    this.ids = doc.map.ids
    // What tools ask of an open label; a journal and undo would change no count.
    const session = {
      doc,
      index,
      apply(edit: LabelEdit) {
        applyEdit(doc, edit)
        if (edit.pixels) updateIndex(index, edit.pixels, width)
      },
      draft() {},
    } as unknown as LabelSession
    this.#labeling = createLabelingStore(storage)
    this.#labeling.setState({ cellCount: habits.count, brushSize: habits.brush, splits: noSplits })
    const zoom = () => this.#zoom
    this.#runner = new ToolRunner({
      view: {
        ratio: 1,
        camera: {
          get scale() {
            return zoom()
          },
        },
        showHighlight: () => {},
        previewStroke: () => {},
        showSketch: (name, sketch) => {
          if (name === 'Box') this.#proposal = sketch?.mask ?? null
        },
      },
      labeling: this.#labeling,
      mayEdit: () => true,
      categories: () => [category],
      firstCategory: () => Promise.resolve(category),
      openMenu: () => {},
      pixels: (rect) => crop(scene.image, rect),
      vanished: () => {},
      refused: () => {},
      failed: (error) => {
        throw error
      },
    })
    this.#runner.open(session)
    this.#runner.setHierarchy(scene.hierarchy)
  }

  get count(): number {
    return this.#labeling.getState().cellCount!
  }

  get brush(): number {
    return this.#labeling.getState().brushSize
  }

  get habits(): Habits {
    return { count: this.count, brush: this.brush }
  }

  get gestures(): number {
    return this.#presses + this.#notches
  }

  get isTired(): boolean {
    return this.gestures >= MOST_GESTURES
  }

  get isDone(): boolean {
    return this.overlap() >= ENOUGH
  }

  /** Intersection over union of the label and the segment. */
  overlap(): number {
    const { mask } = this.segment
    let both = 0
    let either = 0
    for (let p = 0; p < mask.length; p++) {
      const isLabeled = this.ids[p] !== 0
      if (isLabeled && mask[p]) both++
      if (isLabeled || mask[p]) either++
    }
    return both / either
  }

  effort(): Effort {
    return {
      gestures: this.gestures,
      presses: this.#presses,
      notches: this.#notches,
      brushed: this.#brushed,
      aims: this.#aims,
      keys: this.#keys,
      travel: this.#travel,
      iou: this.overlap(),
    }
  }

  /** For what needs a closer look. Not counted. */
  zoomTo(zoom: number): void {
    this.#zoom = zoom
  }

  /** By its key, unless it is in the hand already; the first is there. */
  take(tool: ToolName): void {
    const before = this.#labeling.getState().tool
    if (before === tool) return
    if (this.gestures > 0) this.#keys++
    this.#labeling.setState({ tool })
    this.#runner.switched()
  }

  click(at: ImagePoint, { alt = false } = {}): void {
    this.drag([at], { alt })
  }

  /** A press at the first point of `path`, a way through the others, and a release at the last. */
  drag(path: readonly ImagePoint[], { alt = false, shift = false } = {}): void {
    const modifiers = { alt, shift }
    const [first, ...rest] = path
    this.#moveTo(first!)
    this.#runner.send({ kind: 'move', at: first!, modifiers })
    this.#runner.send({ kind: 'down', at: first!, button: 'primary', modifiers })
    for (const at of rest) {
      this.#moveTo(at)
      this.#runner.send({ kind: 'move', at, modifiers })
    }
    this.#runner.send({ kind: 'up', at: path.at(-1)! })
    this.#presses++
    this.#countBrush()
    this.#aims += path.length
  }

  notch(at: ImagePoint, turn: WheelTurn): void {
    this.#moveTo(at)
    this.#runner.send({ kind: 'wheel', at, turn, step: 'notch' })
    this.#notches++
    this.#countBrush()
    this.#aims++
  }

  key(key: 'finish' | 'back' | 'drop', { alt = false } = {}): void {
    this.#runner.key(key, alt)
    this.#keys++
  }

  /** What is shown as the object inside of the box, a byte per pixel. */
  proposed(): Uint8Array {
    const shown = this.#proposal
    return Uint8Array.from(this.ids, (_, p) => (shown?.holds(p) ? 1 : 0))
  }

  #countBrush(): void {
    if (this.#labeling.getState().tool === 'brush') this.#brushed++
  }

  #moveTo(at: ImagePoint): void {
    if (this.#at) this.#travel += Math.hypot(at.x - this.#at.x, at.y - this.#at.y)
    this.#at = at
  }
}

function crop({ width, data }: RgbaImage, { x0, y0, x1, y1 }: Rect): ColourWindow {
  const part = new Uint8Array(4 * (x1 - x0) * (y1 - y0))
  for (let y = y0; y < y1; y++) {
    const row = data.subarray(4 * (y * width + x0), 4 * (y * width + x1))
    part.set(row, 4 * (y - y0) * (x1 - x0))
  }
  return { x0, y0, step: 1, image: { width: x1 - x0, height: y1 - y0, data: part } }
}
