import type { LabelEdit } from '../../shared/label/edit.ts'
import type { Category } from '../../shared/label/ontology.ts'
import { boundsOfRuns } from '../../shared/label/region.ts'
import { clampCount } from '../../shared/superpixel/cut.ts'
import type { Direction } from '../../shared/superpixel/neighbour.ts'
import { pixelAt } from '../../shared/tools/segment.ts'
import { type ImagePoint, isDrag, type ToolEvent } from '../../shared/tools/tool-event.ts'
import type { LabelSession } from '../stores/label-session.ts'
import type { LabelingState } from '../stores/labeling.ts'
import { type Camera, clampScale, type ScreenPoint, toScreen, ZOOM_STEP } from './camera.ts'
import { listenToCanvas } from './canvas-input.ts'
import { CanvasView } from './canvas-view.ts'
import { type KeyStride, pixelMiddle, strideFrom } from './key-pointer.ts'
import { objectChannels, packed } from './object-color.ts'
import type { Photo } from './photo.ts'
import { type CanvasAction, PointerInterpreter } from './pointer.ts'
import { PointerMarks } from './pointer-marks.ts'
import { ToolRunner, type ToolRunnerPorts } from './tool-runner.ts'

export type CanvasPorts = Omit<ToolRunnerPorts, 'view' | 'openMenu'> & {
  /** `at` in CSS pixels of the window; `objectId` 0 where nothing is labeled. */
  openMenu(at: { x: number; y: number }, objectId: number): void
}

/** Superpixels on an image that is opened for the first time. */
const FIRST_COUNT = 900
const PAN_SHARE = 0.1

/** Connects the pointer, the tools, the open label and the canvas. One per labeler screen. */
export class CanvasController {
  readonly view: CanvasView
  readonly input = new PointerInterpreter()
  readonly #container: HTMLDivElement
  readonly #ports: CanvasPorts
  readonly #runner: ToolRunner
  readonly #marks: PointerMarks
  readonly #ends: (() => void)[] = []
  #session: LabelSession | null = null
  #photo: Photo | null = null
  #pointer: ScreenPoint | null = null
  /** Where the pointer that keys move lies on the image; null while the real one counts. */
  #keyPointer: ImagePoint | null = null

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
    this.#runner.setHierarchy(null)
    this.#session = null
    this.#photo = null
    this.#keyPointer = null
    this.view.clear(size)
    this.#ports.labeling.setState({
      objectId: null,
      pointer: null,
      keyPointer: false,
      ready: false,
      build: { kind: 'none' },
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
    this.view.showLabel(session.doc.map, this.#palette(session))
    this.#runner.open(session)
    this.#ports.labeling.setState({ ready: true })
    return session.onDirty((dirty) => {
      if (this.#session !== session) return
      this.view.updateLabel(dirty)
      this.#showSelected()
    })
  }

  /** The label is being read again: nothing may be drawn on the old one. */
  pause(): void {
    this.#runner.open(null)
    this.#ports.labeling.setState({ ready: false })
  }

  /** Categories may have other colours now. */
  recolor(): void {
    if (this.#session) this.view.recolorLabel(this.#palette(this.#session))
  }

  cancelStroke(): boolean {
    const drew = this.#runner.isDrawing
    this.input.cancel()
    this.#runner.cancel()
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
  stepSize(larger: boolean, fine: boolean): void {
    const at = this.#pointer ?? { x: this.view.size.width / 2, y: this.view.size.height / 2 }
    this.#size(larger ? 1 : -1, fine, at)
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

  /** Gives the keys a pointer of their own, where the real one is or in the middle of what is shown; or takes it away. */
  setKeyPointer(on: boolean): void {
    const map = this.#session?.doc.map
    if (on && !map) return
    this.#keyPointer = null
    this.#ports.labeling.setState({ keyPointer: on })
    if (!on || !map) {
      this.#do({ kind: 'hover', at: null, removes: false })
      return
    }
    const middle = { x: this.view.size.width / 2, y: this.view.size.height / 2 }
    this.#putKeyPointer(pixelMiddle(this.view.toImage(this.#pointer ?? middle), map))
  }

  /** To the next cell that way; with a brush by half its size, with nothing to size by a few screen pixels. */
  moveKeyPointer(direction: Direction): void {
    const map = this.#session?.doc.map
    if (this.#keyPointer && map)
      this.#putKeyPointer(strideFrom(this.#keyPointer, direction, this.#keyStride(), map))
  }

  #keyStride(): KeyStride {
    const { tool, build, cellCount, brushSize } = this.#ports.labeling.getState()
    if (tool === 'superpixel' && build.kind === 'ready' && cellCount !== null)
      return { kind: 'cells', hierarchy: build.hierarchy, count: cellCount }
    const isBrush = tool === 'brush' || tool === 'eraser'
    const pixels = isBrush ? brushSize / 2 : 16 / this.view.camera.scale
    return { kind: 'pixels', pixels: Math.max(1, Math.round(pixels)) }
  }

  /** A click of the active tool where the pointer of the keys is. */
  pressKeyPointer(): void {
    const at = this.#keyPointer
    if (!at) return
    const modifiers = { shift: false, alt: this.input.eraseHeld }
    this.#send({ kind: 'down', at, button: 'primary', modifiers })
    this.#send({ kind: 'up', at })
    this.#hoverAgain()
  }

  #putKeyPointer(at: ImagePoint): void {
    this.#keyPointer = at
    this.view.reveal({ x0: at.x, y0: at.y, x1: at.x + 1, y1: at.y + 1 })
    this.#pointer = toScreen(this.view.camera, at)
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

  #palette(session: LabelSession): (id: number) => number {
    const categories = new Map(this.#ports.categories().map((category) => [category.id, category] as const))
    const fallback: Category = { id: 0, name: '', color: '#999999', hasInstances: false }
    return (id) => {
      const object = id === 0 ? undefined : session.doc.objects.get(id)
      if (!object) return 0
      const category = categories.get(object.categoryId) ?? fallback
      return packed(objectChannels(object, category.color, category.hasInstances))
    }
  }

  #apply(state: LabelingState, before: LabelingState | null): void {
    if (state.opacity !== before?.opacity || state.shows !== before.shows) {
      this.view.setLabelOpacity(state.shows === 'labels' ? 1 : state.opacity)
    }
    if (state.shows !== before?.shows) {
      const { shows } = state
      this.view.setVisible({
        image: shows !== 'labels',
        labels: shows !== 'image',
        outlines: shows === 'both',
      })
    }
    if (state.tool !== before?.tool) {
      this.input.toolHasSize = state.tool !== 'select'
      if (before) this.cancelStroke()
      this.#marks.showCursor()
    }
    if (state.outlines !== before?.outlines || state.tool !== before.tool) {
      this.view.setOutlines(state.outlines && state.tool === 'superpixel', state.outlines)
    }
    if (state.build !== before?.build || state.cellCount !== before.cellCount) this.#applyLevel(state)
    if (state.objectId !== before?.objectId) {
      this.#showSelected()
      if (before) this.#hoverAgain()
    }
    if (state.ready !== before?.ready) {
      this.#marks.showCursor()
      this.#container.ariaBusy = String(!state.ready)
    }
    const sizeChanged = state.brushSize !== before?.brushSize
    if (sizeChanged || state.tool !== before?.tool) this.#marks.showRing(this.#pointer)
  }

  #applyLevel(state: LabelingState): void {
    const hierarchy = state.build.kind === 'ready' ? state.build.hierarchy : null
    this.#runner.setHierarchy(hierarchy)
    if (!hierarchy) {
      this.view.showCells(null, 0)
      return
    }
    const count = clampCount(hierarchy, state.cellCount ?? FIRST_COUNT)
    if (state.cellCount === null) this.#ports.labeling.setState({ cellCount: count })
    else this.view.showCells(hierarchy, count)
    this.#hoverAgain()
  }

  #showSelected(): void {
    const id = this.#ports.labeling.getState().objectId
    const extent = id === null ? undefined : this.#session?.index.get(id)
    if (!extent || !this.#session) {
      this.view.showSelected(null)
      return
    }
    const { ids } = this.#session.doc.map
    this.view.showSelected({
      bounds: extent.bounds,
      holds: (pixel) => ids[pixel] === id,
      look: { fill: 0, line: 0xffffffff, halo: 0xd0000000 },
    })
  }

  // --- pointer

  #act(actions: readonly CanvasAction[]): void {
    for (const action of actions) this.#do(action)
    this.#marks.showCursor()
  }

  #do(action: CanvasAction): void {
    switch (action.kind) {
      case 'hover':
        this.#leaveKeyPointer()
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
        this.#leaveKeyPointer()
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
        this.#hoverAgain()
        return
      case 'cancel':
        this.#send({ kind: 'cancel' })
        return
      case 'pan':
        this.view.pan(action.dx, action.dy)
        return
      case 'zoom':
        this.view.zoomBy(action.factor, action.at)
        return
      case 'size':
        this.#size(action.steps, action.fine, action.at)
        return
      case 'pick':
        this.#pick(action.at)
        return
    }
  }

  /** The hand is back on the mouse. */
  #leaveKeyPointer(): void {
    if (!this.#keyPointer) return
    this.#keyPointer = null
    this.#ports.labeling.setState({ keyPointer: false })
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

  #size(steps: number, fine: boolean, at: ScreenPoint): void {
    const turn = steps > 0 ? 'larger' : 'smaller'
    for (let i = 0; i < Math.abs(steps); i++) {
      this.#send({ kind: 'wheel', at: this.view.toImage(at), turn, fine })
    }
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
    // It lies on the image, not on the window.
    if (this.#keyPointer) this.#pointer = toScreen(camera, this.#keyPointer)
    this.#marks.showRing(this.#pointer)
    this.#hoverAgain()
  }
}
