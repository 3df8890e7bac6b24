import type { LabelEdit } from '../../shared/label/edit.ts'
import type { Rect } from '../../shared/label/label-map.ts'
import { boundsOfRuns } from '../../shared/label/region.ts'
import type { Direction } from '../../shared/superpixel/neighbour.ts'
import { noSplits } from '../../shared/superpixel/refinement.ts'
import type { ImagePoint, ShapeKey, WheelStep } from '../../shared/tools/tool-event.ts'
import type { LabelSession } from '../stores/label-session.ts'
import { DEFAULT_OPACITY, hasSize, type LabelingState } from '../stores/labeling.ts'
import { selectObjects } from '../stores/selection.ts'
import { lookAtNext, type ViewingState, type ViewingStore } from '../stores/viewing.ts'
import { type Camera, clampScale, type ScreenPoint, toScreen, unionRect, ZOOM_STEP } from './camera.ts'
import { listenToCanvas } from './canvas-input.ts'
import { CanvasView } from './canvas-view.ts'
import { CellLevel } from './cell-level.ts'
import { KeyHand } from './key-hand.ts'
import { LabelLook } from './label-look.ts'
import type { Photo } from './photo.ts'
import { PhotoPixels } from './photo-pixels.ts'
import { PointerInterpreter } from './pointer.ts'
import { PointerHand } from './pointer-hand.ts'
import { PointerMarks } from './pointer-marks.ts'
import { StepFlash } from './step-flash.ts'
import { ToolRunner, type ToolRunnerPorts } from './tool-runner.ts'

export type CanvasPorts = Omit<ToolRunnerPorts, 'view' | 'openMenu' | 'pixels' | 'hides'> & {
  readonly viewing: ViewingStore
  /** `at` in CSS pixels of the window; `objectId` 0 where nothing is labeled. */
  openMenu(at: { x: number; y: number }, objectId: number): void
  /** A double click on an object: what is it? `ids`: the object, with the selection it is part of. */
  pickCategory(at: { x: number; y: number }, ids: readonly number[]): void
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
  readonly #flash: StepFlash
  readonly #level: CellLevel
  readonly #look: LabelLook
  readonly #hand: PointerHand
  readonly #keys: KeyHand
  readonly #pixels = new PhotoPixels()
  readonly #ends: (() => void)[] = []
  #session: LabelSession | null = null

  constructor(container: HTMLDivElement, badge: HTMLDivElement, ports: CanvasPorts) {
    this.#container = container
    this.#ports = ports
    this.view = new CanvasView(container, (camera) => this.#cameraMoved(camera))
    this.#flash = new StepFlash(badge, this.view)
    this.#marks = new PointerMarks({
      container,
      badge,
      view: this.view,
      input: this.input,
      labeling: ports.labeling,
      mayEdit: ports.mayEdit,
    })
    this.#runner = new ToolRunner({
      ...ports,
      view: this.view,
      openMenu: (at) => this.#openMenu(at),
      pixels: (rect, most) => this.#pixels.read(rect, most),
      hides: (id) => this.#look.hides(id),
    })
    this.#level = new CellLevel({ view: this.view, labeling: ports.labeling, runner: this.#runner })
    this.#look = new LabelLook({
      view: this.view,
      labeling: ports.labeling,
      viewing: ports.viewing,
      categories: ports.categories,
    })
    this.#hand = new PointerHand({
      view: this.view,
      input: this.input,
      marks: this.#marks,
      labeling: ports.labeling,
      runner: this.#runner,
      level: this.#level,
      hides: (id) => this.#look.hides(id),
      used: () => this.#keys.leave(),
    })
    this.#keys = new KeyHand({
      view: this.view,
      labeling: ports.labeling,
      map: () => this.#session?.doc.map,
      eraseHeld: () => this.input.eraseHeld,
      isBusy: () => this.input.isBusy,
      send: (event) => this.#hand.send(event),
      moved: (at) => this.#hand.rest(at),
      gone: () => this.#hand.act([{ kind: 'hover', at: null, removes: false, shift: false }]),
    })
    const stop = listenToCanvas(container, {
      input: this.input,
      ratio: () => this.view.ratio,
      act: (actions) => this.#hand.act(actions),
      altChanged: () => this.#hand.rest(),
      doubleClick: (at) => this.#pickCategory(at),
      lost: () => this.releaseKeys(),
    })
    this.#ends.push(stop)
    this.#apply(ports.labeling.getState(), null)
    this.#ends.push(ports.labeling.subscribe((state, before) => this.#apply(state, before)))
    const { viewing } = ports
    this.view.adjust(viewing.getState().adjustments)
    this.view.setSmooth(viewing.getState().aids.smooth)
    this.#ends.push(viewing.subscribe((state, before) => this.#view(state, before)))
  }

  destroy(): void {
    for (const end of this.#ends) end()
    this.#runner.open(null)
    this.#marks.destroy()
    this.#flash.destroy()
    this.view.destroy()
  }

  /** Another sample comes: nothing of the last one stays on the canvas. */
  clear(size: { width: number; height: number } | null): void {
    this.#runner.open(null)
    this.#session = null
    this.#hand.open(null, null)
    this.#pixels.open(null)
    this.#keys.forget()
    this.#look.open(null)
    const { keeps } = this.#ports.viewing.getState()
    this.view.clear(size, keeps.zoom)
    lookAtNext(this.#ports.viewing)
    this.#ports.labeling.setState({
      ...(!keeps.opacity && size && { opacity: DEFAULT_OPACITY }),
      objectId: null,
      shapeAt: null,
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
    this.#hand.open(session, photo)
    this.#pixels.open(photo)
    this.view.showPhoto(photo)
    this.#look.open(session)
    this.#runner.open(session)
    this.#ports.labeling.setState({ ready: true })
    this.#ports.viewing.setState({ hasAlpha: this.view.hasAlpha })
    return session.onDirty((dirty) => {
      if (this.#session !== session) return
      this.#look.changed(dirty)
      this.view.updateLabel(dirty)
      this.#runner.forgetHover()
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

  /** Where nothing may be drawn, another tool is at work, and the wheel has no size to change. */
  mayEditChanged(): void {
    const { tool } = this.#ports.labeling.getState()
    this.input.toolHasSize = hasSize(tool) && this.#ports.mayEdit()
    this.#runner.switched()
    this.#hand.rest()
    this.#marks.showCursor()
  }

  /** False when there was nothing to take back. */
  cancelStroke(): boolean {
    this.input.cancel()
    const isSeen = this.#runner.cancel()
    this.#level.follow()
    return isSeen
  }

  /** The active tool has a shape open between presses. */
  hasShape(): boolean {
    return this.#runner.hasShape
  }

  /** Finishes, shortens or drops that shape; false when there is none. `removes`: what it covers is taken away. */
  shapeKey(key: ShapeKey['kind'], removes = false): boolean {
    const used = this.#runner.key(key, removes)
    if (used) this.#hand.rest()
    return used
  }

  get isDrawing(): boolean {
    return this.#runner.isDrawing
  }

  /** After an undo or a redo: no object stays active that is gone, and what changed is in sight and marked for a moment. */
  stepped(session: LabelSession, edit: LabelEdit): void {
    const { objectId, selected } = this.#ports.labeling.getState()
    // It may have waited for the host: what it was made on need not be on the canvas any more.
    if (session !== this.#session) return
    if (selected.some((id) => !session.doc.objects.has(id)))
      selectObjects(this.#ports.labeling, session.doc, selected, objectId)
    const bounds = boundsOfEdit(session, edit)
    if (bounds) {
      this.view.reveal(bounds)
      this.#flash.show(bounds)
    }
    this.#hand.rest()
  }

  /** Makes the object under the pointer the active one. */
  pick(): void {
    if (this.#hand.at) this.#hand.pick(this.#hand.at)
  }

  choose(objectId: number | null): void {
    this.#runner.choose(objectId)
  }

  /** One step of the active tool's size, as the wheel does it over the pointer or, away from the image, over its middle. */
  stepSize(larger: boolean, step: WheelStep): void {
    // Only what lies under a pointer can be meant.
    if (step === 'cell' && !this.#hand.at) return
    const at = this.#hand.at ?? { x: this.view.size.width / 2, y: this.view.size.height / 2 }
    this.#hand.size(larger ? 1 : -1, step, at)
  }

  zoomToObject(id: number | null): void {
    const bounds = id === null ? undefined : this.#session?.index.get(id)?.bounds
    if (bounds) this.view.zoomToRect(bounds)
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
    this.#keys.set(on, this.#hand.at)
  }

  moveKeyPointer(direction: Direction): void {
    this.#keys.move(direction)
  }

  pressKeyPointer(): void {
    this.#keys.press()
    this.#hand.released()
  }

  setSpace(held: boolean): void {
    this.input.spaceHeld = held
    this.#marks.showCursor()
  }

  setErase(held: boolean): void {
    this.input.eraseHeld = held
    this.#runner.eraseHeld = held
    this.#hand.rest()
  }

  releaseKeys(): void {
    this.input.releaseKeys()
    this.#runner.eraseHeld = false
    this.#marks.showCursor()
  }

  #apply(state: LabelingState, before: LabelingState | null): void {
    this.#look.follow(state, before)
    if (state.tool !== before?.tool) {
      this.input.toolHasSize = hasSize(state.tool) && this.#ports.mayEdit()
      if (before) this.#runner.switched()
      this.#marks.showCursor()
    }
    const { build, cellCount, splits } = state
    if (build !== before?.build || cellCount !== before.cellCount || splits !== before.splits) {
      this.#level.follow()
      this.#hand.rest()
    }
    const hasOtherPaint =
      state.objectId !== before?.objectId ||
      state.categoryId !== before.categoryId ||
      state.protects !== before.protects ||
      state.fillTolerance !== before.fillTolerance
    if (before && hasOtherPaint) {
      this.#runner.forgetHover()
      this.#hand.rest()
    }
    if (state.ready !== before?.ready) {
      this.#marks.showCursor()
      this.#container.ariaBusy = String(!state.ready)
    }
    const sizeChanged = state.brushSize !== before?.brushSize
    if (sizeChanged || state.tool !== before?.tool) this.#marks.showRing(this.#hand.at)
  }

  #view(state: ViewingState, before: ViewingState): void {
    this.#look.followViewing(state, before)
    if (state.deep && state.deep !== before.deep) this.view.setWindow(state.deep)
    if (state.hidden === before.hidden) return
    this.#runner.forgetHover()
    this.#hand.rest()
  }

  #openMenu(at: ImagePoint): void {
    this.#ports.openMenu(this.#placeOf(toScreen(this.view.camera, at)), this.#hand.objectAt(at))
  }

  /** Only where a click means nothing but the object: other tools draw with it. */
  #pickCategory(at: ScreenPoint): void {
    const { labeling, mayEdit } = this.#ports
    const { tool, selected } = labeling.getState()
    const id =
      tool === 'select' && this.#session && mayEdit() ? this.#hand.objectAt(this.view.toImage(at)) : 0
    if (id !== 0) this.#ports.pickCategory(this.#placeOf(at), selected.includes(id) ? selected : [id])
  }

  /** Window position of the pointer, that of the keys included; of the middle of the canvas where there is none. */
  pointerPlace(): { x: number; y: number } {
    const { width, height } = this.view.size
    return this.#placeOf(this.#hand.at ?? { x: width / 2, y: height / 2 })
  }

  #placeOf(at: ScreenPoint): { x: number; y: number } {
    const box = this.#container.getBoundingClientRect()
    return { x: box.left + at.x / this.view.ratio, y: box.top + at.y / this.view.ratio }
  }

  #cameraMoved(camera: Camera): void {
    this.#ports.labeling.setState({ zoom: camera.scale })
    this.#flash.hide()
    const at = this.#keys.onScreen(camera) ?? this.#hand.at
    this.#marks.showRing(at)
    this.#hand.rest(at)
  }
}

/** What an edit changed the look of: its pixels, and the objects it touched. */
function boundsOfEdit(session: LabelSession, { pixels, objects }: LabelEdit): Rect | null {
  const { width } = session.doc.map
  const rects = objects.map(({ id }) => session.index.get(id)?.bounds ?? null)
  return [...(pixels ? [] : rects), pixels && boundsOfRuns(pixels.runs, width)].reduce<Rect | null>(
    (all, rect) => (rect ? unionRect(all, rect) : all),
    null,
  )
}
