import { boxBetween } from '../../../shared/tools/pixel-box.ts'
import {
  measureOf,
  type RulerLine,
  type RulerState,
  rulerIdle,
  stepRuler,
} from '../../../shared/tools/ruler-tool.ts'
import type { ToolEvent } from '../../../shared/tools/tool-event.ts'
import { boxLine } from '../layers/sketch.ts'
import { measureText } from '../measure-text.ts'
import type { CanvasTool, ToolDesk } from './canvas-tool.ts'

const NAME = 'Ruler'

/** Measures, and writes nothing. */
export class RulerTool implements CanvasTool {
  readonly draws = false
  readonly #desk: ToolDesk
  #state: RulerState = rulerIdle

  constructor(desk: ToolDesk) {
    this.#desk = desk
  }

  opened(): void {
    this.#show(rulerIdle)
  }

  send(event: ToolEvent): void {
    const [state, effects] = stepRuler(this.#state, event, { slop: this.#desk.slop() })
    if (state !== this.#state) this.#show(state)
    for (const effect of effects) this.#desk.openMenu(effect.at)
  }

  cancel(): void {
    this.send({ kind: 'cancel' })
  }

  soFar(): null {
    return null
  }

  #show(state: RulerState): void {
    this.#state = state
    const line = lineOf(state)
    const words = line && measureText(measureOf(line))
    const { view, labeling } = this.#desk
    if (labeling.getState().measure !== words) labeling.setState({ measure: words })
    if (!line || words === null) {
      view.showSketch(NAME, null)
      return
    }
    const { from, to } = line
    view.showSketch(NAME, {
      lines: [boxLine(boxBetween(from, to), true), { points: [from, to] }],
      handles: [{ at: from }, { at: to }],
      note: { at: to, text: words },
    })
  }
}

function lineOf(state: RulerState): RulerLine | null {
  return state.kind === 'pressed' ? state.before.line : state.line
}
