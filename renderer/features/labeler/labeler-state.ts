import { SuperpixelBuilder } from '../../canvas/superpixels.ts'
import type { FaceHost } from '../../host/face-host.ts'
import { guardWindow, retrySaves } from '../../stores/autosave.ts'
import { createDocumentStore, type DocumentStore } from '../../stores/document.ts'
import { createLabelingStore, type LabelingStore } from '../../stores/labeling.ts'
import { type CleanupStore, createCleanupStore } from './cleanup-store.ts'
import { ImageBytes } from './image-bytes.ts'
import { type ClipboardStore, createClipboard } from './object-clipboard.ts'
import { superpixelStore } from './superpixel-store.ts'

type LabelerState = {
  readonly documents: DocumentStore
  readonly labeling: LabelingStore
  readonly builder: SuperpixelBuilder
  readonly images: ImageBytes
  readonly clipboard: ClipboardStore
  readonly cleanup: CleanupStore
}

const made = new WeakMap<FaceHost, LabelerState>()

/** What outlives the screen: undo steps, unsaved labels, computed superpixels, tool and size, copied objects. One per window. */
export function labelerOf(host: FaceHost): LabelerState {
  let state = made.get(host)
  if (!state) {
    state = {
      documents: createDocumentStore(host),
      labeling: createLabelingStore(window.localStorage),
      builder: new SuperpixelBuilder(superpixelStore(host)),
      images: new ImageBytes(host),
      clipboard: createClipboard(),
      cleanup: createCleanupStore(),
    }
    made.set(host, state)
    guardWindow(window)
    // The host is back: what could not be saved meanwhile does not wait out its back-off.
    host.link.subscribe((link, before) => {
      if (link.kind === 'ready' && before.kind !== 'ready') retrySaves()
    })
  }
  return state
}
