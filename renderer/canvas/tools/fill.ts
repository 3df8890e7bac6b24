import { floodRuns } from '../../../shared/image/flood.ts'
import type { Runs } from '../../../shared/image/runs.ts'
import { UNLABELED } from '../../../shared/label/label-map.ts'
import type { RgbaImage } from '../../../shared/superpixel/hierarchy.ts'
import {
  type FillEffect,
  type FillSource,
  type FillState,
  fillIdle,
  stepFill,
} from '../../../shared/tools/fill-tool.ts'
import { pixelAt } from '../../../shared/tools/segment.ts'
import type { ImagePoint, ShapeKey, ToolEvent } from '../../../shared/tools/tool-event.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import { addLook, REMOVE_LOOK } from '../mask-looks.ts'
import { FIRST_COLOR } from '../object-color.ts'
import { maskOfRuns, type RunMask } from '../run-mask.ts'
import { changesOf, paintTarget, removeTarget, targetId } from '../stroke-target.ts'
import type { CanvasTool, ToolDesk } from './canvas-tool.ts'

const NAME = 'Fill'

type Region = { readonly runs: Runs; readonly mask: RunMask | null }

/** Fills gaps in the label, and what is of like colour in the image. */
export class FillTool implements CanvasTool {
  readonly draws = true
  readonly #desk: ToolDesk
  #session: LabelSession | null = null
  #state: FillState = fillIdle
  /** The whole image, read when it is first needed. */
  #image: RgbaImage | null = null
  #colour: { readonly source: FillSource; readonly tolerance: number; readonly region: Region } | null = null
  #gap: { readonly source: FillSource; readonly region: Region | null } | null = null

  constructor(desk: ToolDesk) {
    this.#desk = desk
  }

  opened(session: LabelSession | null): void {
    this.#session = session
    this.#state = fillIdle
    this.#image = null
    this.#forget()
    this.#show()
  }

  /** The label, what is chosen, or the tolerance is another one. */
  forgetHover(): void {
    this.#gap = null
    if (this.#state.kind !== 'idle') this.#show()
  }

  send(event: ToolEvent): void {
    this.#step(event)
  }

  key(key: ShapeKey): void {
    this.#step(key)
  }

  cancel(): void {
    this.#step({ kind: 'cancel' })
  }

  soFar(): null {
    return null
  }

  get shape(): { readonly at: ImagePoint; readonly removes: boolean } | null {
    const state = this.#state.kind === 'pressed' ? this.#state.before : this.#state
    return state.kind === 'previewed' ? { at: state.source.at, removes: state.removes } : null
  }

  finishes(at: ImagePoint): CanvasTool['shape'] {
    const state = this.#state
    return state.kind === 'previewed' && this.#holds(state.source, at) ? this.shape : null
  }

  #holds(source: FillSource, at: ImagePoint): boolean {
    const map = this.#session?.doc.map
    const pixel = map ? pixelAt(at, map.width, map.height) : null
    return pixel !== null && this.#colourFrom(source).mask?.holds(pixel) === true
  }

  get #tolerance(): number {
    return this.#desk.labeling.getState().fillTolerance
  }

  #step(event: ToolEvent | ShapeKey): void {
    const [state, effects] = stepFill(this.#state, event, {
      slop: this.#desk.slop(),
      tolerance: this.#tolerance,
      isGap: (source) => this.#gapAt(source) !== null,
      holds: (source, at) => this.#holds(source, at),
    })
    const isSame = state === this.#state
    this.#state = state
    for (const effect of effects) this.#do(effect)
    if (!isSame) this.#show()
  }

  #do(effect: FillEffect): void {
    switch (effect.kind) {
      case 'commit': {
        const { source, fills, removes } = effect
        const region = fills === 'gap' ? this.#gapAt(source) : this.#colourFrom(source)
        if (region) this.#desk.strokes.commit({ tool: NAME, runs: region.runs, removes })
        return
      }
      case 'tolerance':
        this.#desk.labeling.setState({ fillTolerance: effect.tolerance })
        return
      case 'menu':
        this.#desk.openMenu(effect.at)
        return
    }
  }

  /** The unlabeled pixels around a place, if labels enclose them. */
  #gapAt(source: FillSource): Region | null {
    const map = this.#session?.doc.map
    const start = map ? pixelAt(source.at, map.width, map.height) : null
    if (!map || start === null || map.ids[start] !== UNLABELED) return null
    if (this.#gap?.source !== source) {
      const { width, height, ids } = map
      const runs = floodRuns({
        width,
        height,
        start,
        accepts: (pixel) => ids[pixel] === UNLABELED,
        diagonal: source.diagonal,
        enclosed: true,
      })
      this.#gap = { source, region: runs && { runs, mask: maskOfRuns(runs, width) } }
    }
    return this.#gap.region
  }

  /** The pixels around a place whose colour is like its own. None without a photograph. */
  #colourFrom(source: FillSource): Region {
    const tolerance = this.#tolerance
    if (this.#colour?.source === source && this.#colour.tolerance === tolerance) return this.#colour.region
    const region = this.#lookAround(source, tolerance)
    this.#colour = { source, tolerance, region }
    return region
  }

  #lookAround({ at, diagonal }: FillSource, tolerance: number): Region {
    const nothing = { runs: new Uint32Array(0), mask: null }
    const map = this.#session?.doc.map
    const start = map ? pixelAt(at, map.width, map.height) : null
    if (!map || start === null) return nothing
    const { width, height } = map
    const whole = { x0: 0, y0: 0, x1: width, y1: height }
    this.#image ??= this.#desk.pixels(whole, Number.POSITIVE_INFINITY)?.image ?? null
    if (!this.#image) return nothing
    const { data } = this.#image
    const [red, green, blue] = [data[4 * start]!, data[4 * start + 1]!, data[4 * start + 2]!]
    const accepts = (pixel: number) => {
      const i = 4 * pixel
      return (
        Math.abs(data[i]! - red) <= tolerance &&
        Math.abs(data[i + 1]! - green) <= tolerance &&
        Math.abs(data[i + 2]! - blue) <= tolerance
      )
    }
    const runs = floodRuns({ width, height, start, accepts, diagonal })!
    return { runs, mask: maskOfRuns(runs, width) }
  }

  #forget(): void {
    this.#colour = null
    this.#gap = null
  }

  #show(): void {
    const state = this.#state
    const { view, strokes, choice } = this.#desk
    const session = this.#session
    if (state.kind === 'idle' || !session) {
      this.#forget()
      view.showSketch(NAME, null)
      return
    }
    const isPreview = state.kind === 'previewed'
    const gap = isPreview || state.removes ? null : this.#gapAt(state.source)
    const shown = isPreview ? state : state.before.kind === 'previewed' && !gap ? state.before : null
    const removes = (shown ?? state).removes
    const mask = (shown ? this.#colourFrom(shown.source) : gap)?.mask
    if (!mask) {
      view.showSketch(NAME, null)
      return
    }
    const pixel = pixelAt((shown ?? state).source.at, session.doc.map.width, session.doc.map.height)
    const target = removes ? removeTarget(session, choice(), pixel) : paintTarget(session, choice())
    const objectId = removes ? (target.object?.id ?? -1) : targetId(target)
    const changes = changesOf(target, strokes.mode(removes))
    const { ids } = session.doc.map
    view.showSketch(NAME, {
      lines: [],
      handles: [],
      mask: {
        bounds: mask.bounds,
        holds: (p) => mask.holds(p) && changes(ids[p]!),
        keeps: (p) => mask.holds(p) && ids[p] === objectId,
        look: removes ? REMOVE_LOOK : addLook(target.category?.color ?? FIRST_COLOR),
      },
    })
  }
}
