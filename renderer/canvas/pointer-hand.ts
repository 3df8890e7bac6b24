import { pixelAt } from '../../shared/tools/segment.ts'
import { type ImagePoint, isDrag, type ToolEvent, type WheelStep } from '../../shared/tools/tool-event.ts'
import type { LabelSession } from '../stores/label-session.ts'
import { hasSize, type LabelingStore } from '../stores/labeling.ts'
import type { ScreenPoint } from './camera.ts'
import type { CanvasView } from './canvas-view.ts'
import type { CellLevel } from './cell-level.ts'
import type { Photo } from './photo.ts'
import type { CanvasAction, PointerInterpreter } from './pointer.ts'
import type { PointerMarks } from './pointer-marks.ts'
import type { ToolRunner } from './tool-runner.ts'

type Parts = {
  readonly view: CanvasView
  readonly input: PointerInterpreter
  readonly marks: PointerMarks
  readonly labeling: LabelingStore
  readonly runner: ToolRunner
  readonly level: CellLevel
  /** The object is not shown. */
  hides(id: number): boolean
  /** The hand is on the mouse. */
  used(): void
}

/** Pixels of the screen that somebody has dragged over who knows how tools are used. */
const FAR = 40

/** Does what the pointer asks for: gives it to the tools, or moves the view. */
export class PointerHand {
  readonly #parts: Parts
  #session: LabelSession | null = null
  #photo: Photo | null = null
  /** Where the pointer is, that of the keys included; null off the canvas. */
  #at: ScreenPoint | null = null
  #pressedAt: ScreenPoint | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Nothing is sent to the tools without a photograph to see it on. */
  open(session: LabelSession | null, photo: Photo | null): void {
    this.#session = session
    this.#photo = photo
  }

  get at(): ScreenPoint | null {
    return this.#at
  }

  /** It is there now, or what is under it or held on the keyboard has changed. */
  rest(at: ScreenPoint | null = this.#at): void {
    const { view, input, marks } = this.#parts
    this.#at = at
    if (!at || input.isBusy) return
    this.send({ kind: 'move', at: view.toImage(at), modifiers: { shift: false, alt: input.removes } })
    marks.showFacts(at, this.#session, this.#photo)
    marks.showRing(at)
  }

  /** The stroke has ended: what waited for that is done, and the pointer rests. */
  released(): void {
    this.#parts.level.follow()
    this.rest()
  }

  act(actions: readonly CanvasAction[]): void {
    for (const action of actions) this.#do(action)
    this.#parts.marks.showCursor()
  }

  send(event: ToolEvent): void {
    if (this.#photo) this.#parts.runner.send(event)
  }

  size(steps: number, step: WheelStep, at: ScreenPoint): void {
    const { view, level, marks, labeling } = this.#parts
    const turn = steps > 0 ? 'larger' : 'smaller'
    for (let i = 0; i < Math.abs(steps); i++) this.send({ kind: 'wheel', at: view.toImage(at), turn, step })
    const { tool } = labeling.getState()
    if (step !== 'cell') level.chosen()
    if (tool === 'superpixel' || (step !== 'cell' && hasSize(tool))) marks.showSize(at)
  }

  /** Makes the object at a place the active one; `adds`: takes it into the selection or out of it. */
  pick(at: ScreenPoint, adds = false): void {
    const id = this.objectAt(this.#parts.view.toImage(at))
    if (id === 0) return
    if (adds) this.#parts.runner.toggle(id)
    else this.#parts.runner.choose(id)
  }

  /** 0 where nothing is labeled, or nothing of it shown. */
  objectAt(at: ImagePoint): number {
    const map = this.#session?.doc.map
    const pixel = map ? pixelAt(at, map.width, map.height) : null
    const id = pixel === null ? 0 : map!.ids[pixel]!
    return this.#parts.hides(id) ? 0 : id
  }

  #do(action: CanvasAction): void {
    const { view, input, marks, level, labeling, used } = this.#parts
    switch (action.kind) {
      case 'hover':
        used()
        this.#at = action.at
        marks.showFacts(action.at, this.#session, this.#photo)
        this.send(
          action.at
            ? {
                kind: 'move',
                at: view.toImage(action.at),
                modifiers: { shift: action.shift, alt: action.removes },
              }
            : { kind: 'leave' },
        )
        marks.showRing(action.at)
        return
      case 'down':
        used()
        this.#at = action.at
        this.send({
          kind: 'down',
          at: view.toImage(action.at),
          button: action.secondary ? 'secondary' : 'primary',
          modifiers: { shift: action.shift, alt: action.removes },
        })
        return
      case 'move': {
        const modifiers = { shift: action.shift, alt: input.eraseHeld }
        for (const at of action.path) this.send({ kind: 'move', at: view.toImage(at), modifiers })
        this.#at = action.path.at(-1) ?? this.#at
        marks.showFacts(this.#at, this.#session, this.#photo)
        if (!labeling.getState().knowsTools) this.#noteDrag(action.path)
        marks.showRing(this.#at)
        return
      }
      case 'up':
        this.#pressedAt = null
        this.send({ kind: 'up', at: view.toImage(action.at) })
        this.released()
        return
      case 'cancel':
        this.send({ kind: 'cancel' })
        level.follow()
        return
      case 'pan':
        view.pan(action.dx, action.dy)
        return
      case 'zoom':
        view.zoomBy(action.factor, action.at)
        return
      case 'grip':
        view.grip(action.at)
        return
      case 'pinch':
        view.pinch(action.at, action.spread)
        return
      case 'size':
        this.size(action.steps, action.step, action.at)
        return
      case 'pick':
        this.pick(action.at, labeling.getState().tool === 'select')
        return
    }
  }

  /** Once somebody has dragged over a few cells, the hint has done its work. */
  #noteDrag(path: readonly ScreenPoint[]): void {
    const last = path.at(-1)
    if (!last) return
    this.#pressedAt ??= last
    if (isDrag(this.#pressedAt, last, FAR)) this.#parts.labeling.setState({ knowsTools: true })
  }
}
