import { useEffect } from 'react'
import type { Sample } from '../../../shared/host/host-api.ts'
import type { SuperpixelBuilder } from '../../canvas/superpixels.ts'
import type { DocumentStore } from '../../stores/document.ts'
import type { LabelingStore } from '../../stores/labeling.ts'
import { IdleQueue, type IdleTask } from './idle-queue.ts'
import type { ImageBytes } from './image-bytes.ts'

type Parts = {
  readonly documents: DocumentStore
  readonly labeling: LabelingStore
  readonly builder: SuperpixelBuilder
  readonly images: ImageBytes
}

/**
 * Makes ready what stepping on needs, while the person looks at the image on the canvas: the bytes and the superpixels
 * of the next and then of the previous image. `neighbours`: in that order.
 */
export function useNeighbours(
  { documents, labeling, builder, images }: Parts,
  sample: Sample | undefined,
  neighbours: readonly Sample[],
): void {
  const id = sample?.id
  const wanted = neighbours.map((each) => each.id).join()

  // biome-ignore lint/correctness/useExhaustiveDependencies: what a neighbour is does not change while its id stays.
  useEffect(() => {
    if (!id || wanted === '') return
    return watchNeighbours({ documents, labeling, builder, images }, neighbours)
  }, [id, wanted, documents, labeling, builder, images])
}

/** What `useNeighbours` does once. Returns the function that ends it. */
export function watchNeighbours(
  { documents, labeling, builder, images }: Parts,
  neighbours: readonly Sample[],
): () => void {
  const tasks = neighbours.map(
    (each): IdleTask =>
      async (signal) => {
        signal.addEventListener('abort', () => builder.stopPreparing(), { once: true })
        const blob = await images.read(each, signal)
        if (signal.aborted) return
        const { imageDigest: digest, width, height } = each
        const { superpixels: options } = labeling.getState()
        const pixels = async () => ({ blob, rough: null })
        await builder.prepare({ digest, width, height, options, pixels })
      },
  )
  let queue: IdleQueue | null = null
  const end = () => {
    queue?.end()
    queue = null
  }
  const begin = () => {
    const state = labeling.getState()
    const isSettled = state.build.kind === 'ready' && state.build.rough === null && state.rebuilding === null
    // What comes on the canvas has the cores for itself.
    if (!isSettled) end()
    else if (!queue && state.ready) {
      queue = new IdleQueue(tasks, {
        now: () => performance.now(),
        after(ms, run) {
          const timer = setTimeout(run, ms)
          return () => clearTimeout(timer)
        },
      })
      queue.hold(document.hidden)
    }
  }
  begin()
  const stopWatching = labeling.subscribe((state, before) => {
    // What was made ready with other options is of no use.
    if (state.superpixels !== before.superpixels) end()
    begin()
  })
  const stopListening = onEdit(documents, () => queue?.disturb())
  const visibilityChanged = () => queue?.hold(document.hidden)
  document.addEventListener('visibilitychange', visibilityChanged)
  return () => {
    stopWatching()
    end()
    stopListening()
    document.removeEventListener('visibilitychange', visibilityChanged)
  }
}

/** Calls `changed` for every edit of the label that is open. Returns the function that stops it. */
function onEdit(documents: DocumentStore, changed: () => void): () => void {
  let stop = () => {}
  let watched: unknown = null
  const follow = () => {
    const state = documents.getState()
    const session = state.kind === 'open' ? state.session : null
    if (session === watched) return
    watched = session
    stop()
    stop = session ? session.view.subscribe(changed) : () => {}
  }
  follow()
  const unsubscribe = documents.subscribe(follow)
  return () => {
    unsubscribe()
    stop()
  }
}
