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
  /** The label on the screen, whether it may be changed or only looked at; null until it is open. */
  shown(): LabelSession | null
  /** Null until a label is open that may be changed. */
  session(): LabelSession | null
  /** A label that may be changed then is on its way. */
  isOpening(): boolean
  categories(): readonly Category[]
  step(delta: 1 | -1): void
  /** To the nearest image in that direction that nobody has labeled. */
  stepUnlabeled(delta: 1 | -1): void
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
  /** While a label is opened, it is done as soon as it is there. */
  markAndNext(): void
  /** Labeled only when all that must be said is said; what is missing is listed. */
  setStatus(status: LabelStatus): void
  /** False in a semantic dataset, where each category is one region. */
  mayStartObject(): boolean
  saveNow(): void
  /** Opens the list of categories at the pointer, for these objects or for what is drawn next. */
  pickCategory(ids: readonly number[]): void
  /** Gives the person a file of the label on the screen. */
  exportLabel(): void
}
