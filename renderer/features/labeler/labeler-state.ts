import type { AppError } from '../../../shared/base/app-error.ts'
import type { Notice } from '../../../shared/host/host-api.ts'
import { SuperpixelBuilder } from '../../canvas/superpixels.ts'
import type { FaceHost } from '../../host/face-host.ts'
import { guardWindow, retrySaves } from '../../stores/autosave.ts'
import { createDocumentStore, type DocumentStore } from '../../stores/document.ts'
import { createLabelingStore, type LabelingStore } from '../../stores/labeling.ts'
import type { NoticesStore } from '../../stores/notices.ts'
import { createViewingStore, type ViewingStore } from '../../stores/viewing.ts'
import { type CleanupStore, createCleanupStore } from './cleanup-store.ts'
import { ImageBytes } from './image-bytes.ts'
import { type ClipboardStore, createClipboard } from './object-clipboard.ts'
import { superpixelStore } from './superpixel-store.ts'
import { text } from './text.ts'

type LabelerState = {
  readonly documents: DocumentStore
  readonly labeling: LabelingStore
  readonly viewing: ViewingStore
  readonly builder: SuperpixelBuilder
  readonly images: ImageBytes
  readonly clipboard: ClipboardStore
  readonly cleanup: CleanupStore
}

const made = new WeakMap<FaceHost, LabelerState>()

/** What outlives the screen: unsaved labels, computed superpixels, tool and size, copied objects. One per window. */
export function labelerOf(host: FaceHost, notices: Pick<NoticesStore, 'show'>): LabelerState {
  let state = made.get(host)
  if (!state) {
    const documents = createDocumentStore(host, (error) => notices.show(stepsRefused(error)))
    state = {
      documents,
      labeling: createLabelingStore(window.localStorage),
      viewing: createViewingStore(window.localStorage),
      builder: new SuperpixelBuilder(superpixelStore(host)),
      images: new ImageBytes(host),
      clipboard: createClipboard(),
      cleanup: createCleanupStore(),
    }
    made.set(host, state)
    guardWindow(window, documents.sendSteps)
    // The host is back: what could not be saved meanwhile does not wait out its back-off.
    host.link.subscribe((link, before) => {
      if (link.kind === 'ready' && before.kind !== 'ready') retrySaves()
    })
  }
  return state
}

/** Nothing of a label is at stake: one quiet line says what is. */
function stepsRefused(error: AppError): Notice {
  const { message, ...info } = error.toInfo()
  return {
    key: 'labeler.steps.kept',
    severity: 'info',
    error: { ...info, message: text.stepsNotKept(message) },
  }
}
