import type { RefObject } from 'react'
import type { Sample } from '../../../shared/host/host-api.ts'
import type { Category } from '../../../shared/label/ontology.ts'
import type { LabelStatus } from '../../../shared/label/status.ts'
import type { CanvasController } from '../../canvas/canvas-controller.ts'
import type { DocumentStore } from '../../stores/document.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import type { LabelingStore } from '../../stores/labeling.ts'
import type { ViewingStore } from '../../stores/viewing.ts'
import type { CleanupStore } from './cleanup-store.ts'
import type { ClipboardStore } from './object-clipboard.ts'

/** What the commands, panels and menus of the labeling screen act on. */
export type LabelerActions = {
  readonly labeling: LabelingStore
  readonly viewing: ViewingStore
  readonly canvas: RefObject<CanvasController | null>
  /** Null until a label is open that may be changed. */
  session(): LabelSession | null
  categories(): readonly Category[]
  step(delta: 1 | -1): void
  /** Whether there is an image in that direction. */
  canStep(delta: 1 | -1): boolean
  /** The image in that direction, without going there. Rejects with AppError. */
  peek(delta: 1 | -1): Promise<Sample | null>
  /** The labels of this window; what was copied; what a cleanup is asked for. */
  readonly documents: DocumentStore
  readonly clipboard: ClipboardStore
  readonly cleanup: CleanupStore
  /** Tells of something that could not be done. `key`: what, so that it is told once. */
  report(key: string, error: unknown): void
  markAndNext(): void
  /** Labeled only when all that must be said is said; what is missing is listed. */
  setStatus(status: LabelStatus): void
  /** False in a semantic dataset, where each category is one region. */
  mayStartObject(): boolean
  saveNow(): void
}
