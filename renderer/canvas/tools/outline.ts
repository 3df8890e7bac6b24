import { runsOfRings } from '../../../shared/label/polygon.ts'
import type { Hierarchy } from '../../../shared/superpixel/hierarchy.ts'
import {
  type Anchor,
  lineOf,
  type OutlineEffect,
  type OutlineState,
  outlineIdle,
  stepOutline,
} from '../../../shared/tools/outline-tool.ts'
import type { ImagePoint, ShapeKey, ToolEvent } from '../../../shared/tools/tool-event.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import { HANDLE_REACH } from '../layers/sketch.ts'
import type { CanvasTool, ToolDesk } from './canvas-tool.ts'

/** How one kind of outline goes from anchor to anchor. */
export type OutlinePen = {
  /** What its steps of undo are called by, and its sketch. */
  readonly name: string
  /** As in `OutlineContext`; `slop` as in `isDrag`. */
  next(from: ImagePoint | null, at: ImagePoint, shift: boolean, slop: number): Anchor
  setHierarchy?(hierarchy: Hierarchy | null): void
}

/** A line that a person draws around an object, piece by piece; what is inside is painted when it is closed. */
export class OutlineTool implements CanvasTool {
  readonly draws = true
  readonly #desk: ToolDesk
  readonly #pen: OutlinePen
  #state: OutlineState = outlineIdle

  constructor(desk: ToolDesk, pen: OutlinePen) {
    this.#desk = desk
    this.#pen = pen
  }

  opened(): void {
    this.#show(outlineIdle)
  }

  send(event: ToolEvent, session: LabelSession): void {
    this.#step(event, session)
  }

  setHierarchy(hierarchy: Hierarchy | null): void {
    this.#pen.setHierarchy?.(hierarchy)
  }

  /** The outline stays: only a press under way goes. */
  cancel(session: LabelSession | null): void {
    if (session) this.#step({ kind: 'cancel' }, session)
  }

  soFar(): null {
    return null
  }

  get shape(): { readonly at: ImagePoint; readonly removes: boolean } | null {
    const at = lineOf(this.#state)[0]
    return at ? { at, removes: false } : null
  }

  key(key: ShapeKey, session: LabelSession): void {
    this.#step(key, session)
  }

  #step(event: ToolEvent | ShapeKey, session: LabelSession): void {
    const slop = this.#desk.slop()
    const { ratio, camera } = this.#desk.view
    const [state, effects] = stepOutline(this.#state, event, {
      slop,
      reach: Math.max(slop, (HANDLE_REACH * ratio) / camera.scale),
      next: (from, at, shift) => this.#pen.next(from, at, shift, slop),
    })
    if (state !== this.#state) this.#show(state)
    for (const effect of effects) this.#do(effect, session)
  }

  #do(effect: OutlineEffect, session: LabelSession): void {
    switch (effect.kind) {
      case 'commit': {
        const { width, height } = session.doc.map
        const runs = runsOfRings([effect.ring], width, height)
        this.#desk.strokes.commit({ tool: this.#pen.name, runs, removes: effect.removes })
        return
      }
      case 'menu':
        this.#desk.openMenu(effect.at)
        return
    }
  }

  #show(state: OutlineState): void {
    this.#state = state
    const { view } = this.#desk
    if (state.kind === 'idle') {
      view.showSketch(this.#pen.name, null)
      return
    }
    const line = lineOf(state)
    const last = line.at(-1)
    const rubber = state.kind === 'open' && last ? [last, ...state.rubber] : []
    const closes =
      (state.kind === 'open' && state.closes) || (state.kind === 'pressed' && state.intent === 'close')
    view.showSketch(this.#pen.name, {
      lines: [{ points: line }, { points: rubber, dashed: true }],
      handles: state.anchors.map(({ at }, i) => ({ at, ready: closes && i === 0 })),
    })
  }
}
