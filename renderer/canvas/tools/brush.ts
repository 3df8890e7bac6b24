import type { Runs } from '../../../shared/image/runs.ts'
import type { Rect } from '../../../shared/label/label-map.ts'
import { boundsOfRuns } from '../../../shared/label/region.ts'
import { type BrushEffect, type BrushState, brushIdle, stepBrush } from '../../../shared/tools/brush-tool.ts'
import type { ToolEvent } from '../../../shared/tools/tool-event.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import { unionRect } from '../camera.ts'
import { channels, FIRST_COLOR, packed } from '../object-color.ts'
import { changesPixel, targetId } from '../stroke-target.ts'
import type { StrokeSoFar } from '../stroke-writer.ts'
import type { CanvasTool, ToolDesk } from './canvas-tool.ts'

/** Paints what it goes over, or erases it: brush and eraser in one. */
export class BrushTool implements CanvasTool {
  readonly draws = true
  readonly #desk: ToolDesk
  #state: BrushState = brushIdle
  #shown: Rect | null = null

  constructor(desk: ToolDesk) {
    this.#desk = desk
  }

  opened(): void {
    this.#state = brushIdle
  }

  send(event: ToolEvent, session: LabelSession): void {
    const { width, height } = session.doc.map
    const [state, effects] = stepBrush(this.#state, event, {
      width,
      height,
      size: this.#desk.labeling.getState().brushSize,
      erases: this.#desk.erases(),
      slop: this.#desk.slop(),
    })
    this.#state = state
    for (const effect of effects) this.#do(effect, session)
  }

  cancel(session: LabelSession | null): void {
    if (session) this.send({ kind: 'cancel' }, session)
  }

  soFar(): StrokeSoFar | null {
    return this.#state.kind === 'painting' ? strokeOf(this.#state.runs, this.#state.mode) : null
  }

  #do(effect: BrushEffect, session: LabelSession): void {
    switch (effect.kind) {
      case 'paint':
        this.#preview(effect.runs, effect.mode === 'remove', session)
        return
      case 'clear': {
        const bounds = this.#shown
        this.#shown = null
        if (bounds) this.#desk.view.previewStroke(null, bounds)
        return
      }
      case 'commit':
        this.#desk.strokes.commit(strokeOf(effect.runs, effect.mode))
        return
      case 'size':
        this.#desk.labeling.setState({ brushSize: effect.size })
        return
      case 'menu':
        this.#desk.openMenu(effect.at)
        return
    }
  }

  #preview(added: Runs, removes: boolean, session: LabelSession): void {
    const { strokes, view } = this.#desk
    const { target } = strokes
    const dirty = boundsOfRuns(added, session.doc.map.width)
    if (!dirty || this.#state.kind !== 'painting' || !target) return
    this.#shown = unionRect(this.#shown, dirty)
    const objectId = removes ? (target.object?.id ?? -1) : targetId(target)
    const color = removes ? 0 : packed(channels(target.category?.color ?? FIRST_COLOR))
    const changes = changesPixel(strokes.mode(removes), objectId)
    view.previewStroke({ runs: this.#state.runs, color, changes }, dirty)
  }
}

function strokeOf(runs: Runs, mode: 'add' | 'remove'): StrokeSoFar {
  const removes = mode === 'remove'
  return { tool: removes ? 'Eraser' : 'Brush', runs, removes }
}
