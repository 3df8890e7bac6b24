import type { LabelEdit } from '../../shared/label/edit.ts'
import { boundsOfRuns } from '../../shared/label/region.ts'
import type { Direction } from '../../shared/superpixel/neighbour.ts'
import { noSplits } from '../../shared/superpixel/refinement.ts'
import { pixelAt } from '../../shared/tools/segment.ts'
import { type ImagePoint, isDrag, type ToolEvent, type WheelStep } from '../../shared/tools/tool-event.ts'
import type { LabelSession } from '../stores/label-session.ts'
import type { LabelingState } from '../stores/labeling.ts'
import { type Camera, clampScale, type ScreenPoint, ZOOM_STEP } from './camera.ts'
import { listenToCanvas } from './canvas-input.ts'
import { CanvasView } from './canvas-view.ts'
import { CellLevel } from './cell-level.ts'
import { KeyHand } from './key-hand.ts'
import { LabelLook } from './label-look.ts'
import type { Photo } from './photo.ts'
import { type CanvasAction, PointerInterpreter } from './pointer.ts'
import { PointerMarks } from './pointer-marks.ts'
import { ToolRunner, type ToolRunnerPorts } from './tool-runner.ts'

export type CanvasPorts = Omit<ToolRunnerPorts, 'view' | 'openMenu'> & {
  /** `at` in CSS pixels of the window; `objectId` 0 where nothing is labeled. */
  openMenu(at: { x: number; y: number }, objectId: number): void
}

const PAN_SHARE = 0.1

/** Connects the pointer, the tools, the open label and the canvas. One per labeler screen. */
export class CanvasController {
  readonly view: CanvasView
  readonly input = new PointerInterpreter()
  readonly #container: HTMLDivElement
  readonly #ports: CanvasPorts
  readonly #runner: ToolRunner
  readonly #marks: PointerMarks
  readonly #level: CellLevel
  readonly #look: LabelLook
  readonly #keys: KeyHand
  readonly #ends: (() => void)[] = []
  #session: LabelSession | null = null
  #photo: Photo | null = null
  #pointer: ScreenPoint | null = null

  constructor(container: HTMLDivElement, badge: HTMLDivElement, ports: CanvasPorts) {
    this.#container = container
    this.#ports = ports
    this.view = new CanvasView(container, (camera) => this.#cameraMoved(camera))
    this.#marks = new PointerMarks({
      container,
      badge,
      view: this.view,
      input: this.input,
      labeling: ports.labeling,
    })
    this.#runner = new ToolRunner({
      ...ports,
      view: this.view,
      openMenu: (at) => this.#openMenu(at),
    })
    this.#level = new CellLevel({ view: this.view, labeling: ports.labeling, runner: this.#runner })
    this.#look = new LabelLook({ view: this.view, labeling: ports.labeling, categories: ports.categories })
    this.#keys = new KeyHand({
      view: this.view,
      labeling: ports.labeling,
      map: () => this.#session?.doc.map,
      eraseHeld: () => this.input.eraseHeld,
      send: (event) => this.#send(event),
      moved: (at) => {
        this.#pointer = at
        this.#hoverAgain()
      },
      gone: () => this.#do({ kind: 'hover', at: null, removes: false }),
    })
    const stop = listenToCanvas(container, {
      input: this.input,
      ratio: () => this.view.ratio,
      act: (actions) => this.#act(actions),
      altChanged: (held) => this.#hoverAgain(held),
      lost: () => this.releaseKeys(),
    })
    this.#ends.push(stop)
    this.#apply(ports.labeling.getState(), null)
    this.#ends.push(ports.labeling.subscribe((state, before) => this.#apply(state, before)))
  }

  destroy(): void {
    for (const end of this.#ends) end()
    this.#runner.open(null)
    this.#marks.destroy()
    this.view.destroy()
  }

  /** Another sample comes: nothing of the last one stays on the canvas. */
  clear(size: { width: number; height: number } | null): void {
    this.#runner.open(null)
    this.#session = null
    this.#photo = null
    this.#keys.forget()
    this.#look.open(null)
    this.view.clear(size)
    this.#ports.labeling.setState({
      objectId: null,
      pointer: null,
      keyPointer: false,
      ready: false,
      build: { kind: 'none' },
      rebuilding: null,
      splits: noSplits,
      cell: null,
    })
  }

  showThumb(thumb: ImageBitmap): void {
    this.view.showThumb(thumb)
  }

  /** Photograph and label of one sample, of one size. Returns the function that stops watching the label. */
  show(session: LabelSession, photo: Photo): () => void {
    this.#session = session
    this.#photo = photo
    this.view.showPhoto(photo)
    this.#look.open(session)
    this.#runner.open(session)
    this.#ports.labeling.setState({ ready: true })
    return session.onDirty((dirty) => {
      if (this.#session !== session) return
      this.view.updateLabel(dirty)
      this.#runner.forgetHover()
      this.#look.showSelected()
    })
  }

  /** The label is being read again: nothing may be drawn on the old one. */
  pause(): void {
    this.#runner.open(null)
    this.#ports.labeling.setState({ ready: false })
  }

  /** Categories may have other colours now. */
  recolor(): void {
    this.#look.recolor()
    this.#runner.forgetHover()
  }

  cancelStroke(): boolean {
    const drew = this.#runner.isDrawing
    this.input.cancel()
    this.#runner.cancel()
    this.#level.follow()
    return drew
  }

  get isDrawing(): boolean {
    return this.#runner.isDrawing
  }

  /** After an undo or a redo: no object stays active that is gone, and what changed is in sight. */
  stepped(session: LabelSession, edit: LabelEdit): void {
    const { objectId } = this.#ports.labeling.getState()
    if (objectId !== null && !session.doc.objects.has(objectId)) this.choose(null)
    const bounds = edit.pixels && boundsOfRuns(edit.pixels.runs, session.doc.map.width)
    if (bounds) this.view.reveal(bounds)
    this.#hoverAgain()
  }

  /** Makes the object under the pointer the active one. */
  pick(): void {
    if (this.#pointer) this.#pick(this.#pointer)
  }

  choose(objectId: number | null): void {
    this.#runner.choose(objectId)
  }

  /** One step of the active tool's size, as the wheel does it over the pointer or, away from the image, over its middle. */
  stepSize(larger: boolean, step: WheelStep): void {
    // Only what lies under a pointer can be meant.
    if (step === 'cell' && !this.#pointer) return
    const at = this.#pointer ?? { x: this.view.size.width / 2, y: this.view.size.height / 2 }
    this.#size(larger ? 1 : -1, step, at)
  }

  zoom(direction: 1 | -1): void {
    const { width, height } = this.view.size
    this.view.zoomBy(ZOOM_STEP ** direction, { x: width / 2, y: height / 2 })
  }

  zoomTo(scale: number): void {
    this.view.zoomTo(clampScale(scale))
  }

  /** `x` and `y`: -1, 0 or 1; a tenth of the view, or half of it. */
  panStep(x: number, y: number, far: boolean): void {
    const share = far ? 0.5 : PAN_SHARE
    this.view.pan(-x * share * this.view.size.width, -y * share * this.view.size.height)
  }

  setKeyPointer(on: boolean): void {
    this.#keys.set(on, this.#pointer)
  }

  moveKeyPointer(direction: Direction): void {
    this.#keys.move(direction)
  }

  pressKeyPointer(): void {
    this.#keys.press()
    this.#level.follow()
    this.#hoverAgain()
  }

  setSpace(held: boolean): void {
    this.input.spaceHeld = held
    this.#marks.showCursor()
  }

  setErase(held: boolean): void {
    this.input.eraseHeld = held
    this.#runner.eraseHeld = held
    this.#hoverAgain()
  }

  releaseKeys(): void {
    this.input.releaseKeys()
    this.#runner.eraseHeld = false
    this.#marks.showCursor()
  }

  #apply(state: LabelingState, before: LabelingState | null): void {
    this.#look.follow(state, before)
    if (state.tool !== before?.tool) {
      this.input.toolHasSize = state.tool !== 'select'
      if (before) this.cancelStroke()
      this.#marks.showCursor()
    }
    const { build, cellCount, splits } = state
    if (build !== before?.build || cellCount !== before.cellCount || splits !== before.splits) {
      this.#level.follow()
      this.#hoverAgain()
    }
    const hasOtherPaint =
      state.objectId !== before?.objectId ||
      state.categoryId !== before.categoryId ||
      state.protects !== before.protects
    if (before && hasOtherPaint) {
      this.#runner.forgetHover()
      this.#hoverAgain()
    }
    if (state.ready !== before?.ready) {
      this.#marks.showCursor()
      this.#container.ariaBusy = String(!state.ready)
    }
    const sizeChanged = state.brushSize !== before?.brushSize
    if (sizeChanged || state.tool !== before?.tool) this.#marks.showRing(this.#pointer)
  }

  // --- pointer

  #act(actions: readonly CanvasAction[]): void {
    for (const action of actions) this.#do(action)
    this.#marks.showCursor()
  }

  #do(action: CanvasAction): void {
    switch (action.kind) {
      case 'hover':
        this.#keys.leave()
        this.#pointer = action.at
        this.#marks.showFacts(this.#pointer, this.#session, this.#photo)
        this.#send(
          action.at
            ? {
                kind: 'move',
                at: this.view.toImage(action.at),
                modifiers: { shift: false, alt: action.removes },
              }
            : { kind: 'leave' },
        )
        this.#marks.showRing(this.#pointer)
        return
      case 'down':
        this.#keys.leave()
        this.#pointer = action.at
        this.#send({
          kind: 'down',
          at: this.view.toImage(action.at),
          button: action.secondary ? 'secondary' : 'primary',
          modifiers: { shift: action.shift, alt: action.removes },
        })
        return
      case 'move': {
        for (const at of action.path) {
          this.#send({
            kind: 'move',
            at: this.view.toImage(at),
            modifiers: { shift: action.shift, alt: this.input.eraseHeld },
          })
        }
        this.#pointer = action.path.at(-1) ?? this.#pointer
        this.#marks.showFacts(this.#pointer, this.#session, this.#photo)
        if (!this.#ports.labeling.getState().knowsTools) this.#noteDrag(action.path)
        this.#marks.showRing(this.#pointer)
        return
      }
      case 'up':
        this.#pressedAt = null
        this.#send({ kind: 'up', at: this.view.toImage(action.at) })
        this.#level.follow()
        this.#hoverAgain()
        return
      case 'cancel':
        this.#send({ kind: 'cancel' })
        this.#level.follow()
        return
      case 'pan':
        this.view.pan(action.dx, action.dy)
        return
      case 'zoom':
        this.view.zoomBy(action.factor, action.at)
        return
      case 'size':
        this.#size(action.steps, action.step, action.at)
        return
      case 'pick':
        this.#pick(action.at)
        return
    }
  }

  #pressedAt: ScreenPoint | null = null
  /** Once somebody has dragged over a few cells, the hint has done its work. */
  #noteDrag(path: readonly ScreenPoint[]): void {
    const last = path.at(-1)
    if (!last) return
    this.#pressedAt ??= last
    if (isDrag(this.#pressedAt, last, 40)) this.#ports.labeling.setState({ knowsTools: true })
  }

  #send(event: ToolEvent): void {
    if (this.#photo) this.#runner.send(event)
  }

  #size(steps: number, step: WheelStep, at: ScreenPoint): void {
    const turn = steps > 0 ? 'larger' : 'smaller'
    for (let i = 0; i < Math.abs(steps); i++) {
      this.#send({ kind: 'wheel', at: this.view.toImage(at), turn, step })
    }
    if (step !== 'cell') this.#level.chosen()
    this.#marks.showSize(at)
  }

  #pick(at: ScreenPoint): void {
    const id = this.#objectAt(this.view.toImage(at))
    if (id !== 0) this.choose(id)
  }

  #objectAt(at: ImagePoint): number {
    const map = this.#session?.doc.map
    const pixel = map ? pixelAt(at, map.width, map.height) : null
    return pixel === null ? 0 : map!.ids[pixel]!
  }

  #openMenu(at: ImagePoint): void {
    const { camera, ratio } = this.view
    const box = this.#container.getBoundingClientRect()
    this.#ports.openMenu(
      {
        x: box.left + (at.x * camera.scale + camera.x) / ratio,
        y: box.top + (at.y * camera.scale + camera.y) / ratio,
      },
      this.#objectAt(at),
    )
  }

  // --- what follows the pointer

  #hoverAgain(removes = this.input.eraseHeld): void {
    if (!this.#pointer || this.input.isBusy) return
    this.#send({
      kind: 'move',
      at: this.view.toImage(this.#pointer),
      modifiers: { shift: false, alt: removes },
    })
    this.#marks.showFacts(this.#pointer, this.#session, this.#photo)
    this.#marks.showRing(this.#pointer)
  }

  #cameraMoved(camera: Camera): void {
    this.#ports.labeling.setState({ zoom: camera.scale })
    this.#pointer = this.#keys.onScreen(camera) ?? this.#pointer
    this.#marks.showRing(this.#pointer)
    this.#hoverAgain()
  }
}
