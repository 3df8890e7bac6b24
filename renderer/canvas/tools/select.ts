import { assertNever } from '../../../shared/base/assert-never.ts'
import { pixelAt } from '../../../shared/tools/segment.ts'
import {
  type SelectEffect,
  type SelectState,
  selectIdle,
  stepSelect,
} from '../../../shared/tools/select-tool.ts'
import type { ImagePoint, ToolEvent } from '../../../shared/tools/tool-event.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import { boxLine } from '../layers/sketch.ts'
import type { CanvasTool, ToolDesk } from './canvas-tool.ts'

const HOVER_LOOK = { fill: 0x38ffffff, line: 0xffffffff, halo: 0x99000000 }

/** Chooses the object that the next stroke works on. */
export class SelectTool implements CanvasTool {
  readonly draws = false
  readonly #desk: ToolDesk
  #state: SelectState = selectIdle

  constructor(desk: ToolDesk) {
    this.#desk = desk
  }

  send(event: ToolEvent, session: LabelSession): void {
    const { map } = session.doc
    const objectAt = (at: ImagePoint) => {
      const pixel = pixelAt(at, map.width, map.height)
      const id = pixel === null ? 0 : map.ids[pixel]!
      return id === 0 || this.#desk.hides(id) ? null : id
    }
    const [state, effects] = stepSelect(this.#state, event, { objectAt, slop: this.#desk.slop() })
    this.#state = state
    for (const effect of effects) this.#do(effect, session)
  }

  cancel(session: LabelSession | null): void {
    if (session) this.send({ kind: 'cancel' }, session)
  }

  soFar(): null {
    return null
  }

  #do(effect: SelectEffect, session: LabelSession): void {
    const { strokes, labeling, view } = this.#desk
    switch (effect.kind) {
      case 'hover':
        this.#hover(effect.object, session)
        return
      case 'select':
        strokes.choose(effect.object)
        return
      case 'toggle':
        strokes.toggle(effect.object)
        return
      case 'band':
        view.showSketch('Select', effect.box && { lines: [boxLine(effect.box, true)], handles: [] })
        return
      case 'select inside':
        strokes.selectInside(effect.box, effect.adds)
        return
      case 'menu':
        if (effect.object === null || !labeling.getState().selected.includes(effect.object))
          strokes.choose(effect.object)
        this.#desk.openMenu(effect.at)
        return
      default:
        assertNever(effect)
    }
  }

  #hover(id: number | null, session: LabelSession): void {
    const extent = id === null ? undefined : session.index.get(id)
    if (!extent) {
      this.#desk.view.showHighlight(null)
      return
    }
    const { ids } = session.doc.map
    this.#desk.view.showHighlight({
      bounds: extent.bounds,
      holds: (pixel) => ids[pixel] === id,
      look: HOVER_LOOK,
    })
  }
}
