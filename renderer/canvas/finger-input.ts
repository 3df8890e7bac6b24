import type { ScreenPoint } from './camera.ts'
import type { CanvasAction, PointerInput, PointerInterpreter } from './pointer.ts'
import { type FingerEffect, type FingerEvent, HOLD_MS, noFingers, stepFingers } from './touch.ts'

type Ports = {
  readonly input: PointerInterpreter
  ratio(): number
  act(actions: readonly CanvasAction[]): void
}

/** What a pointer event of a finger or the pen is to the canvas. */
export type FingerPhase = 'down' | 'move' | 'up' | 'gone'

/** Turns events of fingers into those of one pointer, or into what two of them do to the view. */
export class FingerInput {
  readonly #ports: Ports
  #fingers = noFingers
  #hold: ReturnType<typeof setTimeout> | undefined
  #wasPointer = false

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** An event of a finger. `path`: the points since the last one. */
  touched(phase: FingerPhase, read: PointerInput, path: readonly ScreenPoint[], time: number): void {
    const { pointerId: id, at } = read
    const busy = this.#ports.input.isBusy
    if (phase === 'up') this.#wasPointer = this.#fingers.gesture.kind === 'stroke'
    const event: FingerEvent =
      phase === 'down' ? { kind: 'down', id, at, time, busy } : { kind: phase, id, at }
    this.#step(event, read, path)
    const { gesture } = this.#fingers
    if (phase !== 'down' || gesture.kind !== 'stroke' || gesture.id !== id) return
    this.stop()
    this.#hold = setTimeout(() => this.#step({ kind: 'held', id }), HOLD_MS)
  }

  /** The finger just lifted was the pointer, so that the click that browsers make of it is meant. */
  get wasPointer(): boolean {
    return this.#wasPointer
  }

  /** An event of the pen, which then goes the way of the mouse. */
  penUsed(phase: FingerPhase, time: number): void {
    const isDown = phase === 'down' || (phase === 'move' && this.#fingers.pen.isDown)
    this.#step({ kind: 'pen', time, isDown })
  }

  /** The window lost the focus. */
  lost(): void {
    this.#step({ kind: 'lost' })
  }

  stop(): void {
    clearTimeout(this.#hold)
  }

  #step(event: FingerEvent, read?: PointerInput, path: readonly ScreenPoint[] = []): void {
    const [fingers, effects] = stepFingers(this.#fingers, event, this.#ports.ratio())
    this.#fingers = fingers
    if (fingers.gesture.kind !== 'stroke') this.stop()
    const actions = effects.flatMap((effect) => this.#actions(effect, read, path))
    if (actions.length > 0) this.#ports.act(actions)
  }

  #actions(
    effect: FingerEffect,
    read: PointerInput | undefined,
    path: readonly ScreenPoint[],
  ): readonly CanvasAction[] {
    const { input } = this.#ports
    switch (effect.kind) {
      case 'press':
        return read ? input.down({ ...read, at: effect.at }) : []
      case 'drag':
        return read ? input.move({ ...read, at: effect.at }, path) : []
      case 'lift':
        return read ? input.up({ ...read, at: effect.at }) : []
      case 'takeBack':
        return [...input.cancel(), ...input.leave()]
      case 'rightClick': {
        const { at } = effect
        return [
          { kind: 'down', at, secondary: true, removes: false, shift: false },
          { kind: 'up', at },
        ]
      }
      case 'grip':
      case 'pinch':
        return [effect]
    }
  }
}
