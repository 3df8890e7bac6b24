import type { RefObject } from 'react'
import type { Category } from '../../../shared/label/ontology.ts'
import type { CanvasController } from '../../canvas/canvas-controller.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import type { LabelingStore } from '../../stores/labeling.ts'

/** What the commands, panels and menus of the labeling screen act on. */
export type LabelerActions = {
  readonly labeling: LabelingStore
  readonly canvas: RefObject<CanvasController | null>
  /** Null until a label is open that may be changed. */
  session(): LabelSession | null
  categories(): readonly Category[]
  step(delta: 1 | -1): void
  /** Whether there is an image in that direction. */
  canStep(delta: 1 | -1): boolean
  markAndNext(): void
  saveNow(): void
  /** Tells of something that could not be done. `key`: what, so that it is told once. */
  failed(key: string, error: unknown): void
}
