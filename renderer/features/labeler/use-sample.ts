import { type RefObject, useEffect, useState } from 'react'
import { type ErrorInfo, toAppError } from '../../../shared/base/app-error.ts'
import type { BlobDigest, SampleId } from '../../../shared/dataset/digest.ts'
import { imagePath, thumbPath } from '../../../shared/host/data-plane.ts'
import type { Sample } from '../../../shared/host/host-api.ts'
import type { CanvasController } from '../../canvas/canvas-controller.ts'
import { closePhoto, decodePhoto, type Photo } from '../../canvas/photo.ts'
import type { SuperpixelBuilder } from '../../canvas/superpixels.ts'
import type { FaceHost } from '../../host/face-host.ts'
import { type DocumentStore, sizeMismatch } from '../../stores/document.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import type { LabelingStore } from '../../stores/labeling.ts'

type Parts = {
  readonly host: FaceHost
  readonly documents: DocumentStore
  readonly labeling: LabelingStore
  readonly builder: SuperpixelBuilder
  readonly controller: RefObject<CanvasController | null>
}

/**
 * Brings one sample onto the canvas: thumbnail at once, photograph and label together as soon as both are there, then
 * the superpixels in the background. Whatever belongs to another sample is dropped on the way. Returns why it failed.
 */
export function useSample(parts: Parts, sample: Sample | undefined): ErrorInfo | null {
  const { host, documents, labeling, builder, controller } = parts
  const [error, setError] = useState<ErrorInfo | null>(null)
  const id = sample?.id
  const digest = sample?.imageDigest as BlobDigest | undefined
  const [width, height, name] = [sample?.width ?? 0, sample?.height ?? 0, sample?.name ?? '']

  // biome-ignore lint/correctness/useExhaustiveDependencies: status and counts of the sample change while it is open.
  useEffect(() => {
    const canvas = controller.current
    if (!id || !digest || !canvas) return
    const stop = new AbortController()
    const { signal } = stop
    let stopWatching = () => {}
    let photo: Photo | null = null
    let blob: Blob | null = null
    let shown: LabelSession | null = null
    setError(null)
    canvas.clear({ width, height })

    const join = () => {
      const state = documents.getState()
      if (!signal.aborted && shown && state.kind === 'opening') {
        shown = null
        stopWatching()
        canvas.pause()
      }
      if (signal.aborted || state.kind !== 'open' || state.sampleId !== id || !photo || !blob) return
      if (shown === state.session) return
      shown = state.session
      stopWatching()
      stopWatching = canvas.show(state.session, photo)
      const pixels = blob
      // After the photograph has been drawn once, so that it never waits for the engine's start.
      requestAnimationFrame(() => {
        if (signal.aborted || labeling.getState().build.kind !== 'none') return
        builder.start(digest, pixels, (build) => labeling.setState({ build }))
      })
    }
    const unsubscribe = documents.subscribe(join)

    void documents.open(id)
    host
      .fetchData(thumbPath(id as SampleId, digest), { signal })
      .then((thumb) => createImageBitmap(thumb))
      // Without a thumbnail the photograph is only waited for a little longer.
      .then(
        (thumb) => !signal.aborted && !photo && canvas.showThumb(thumb),
        () => {},
      )
    host
      .fetchData(imagePath(id as SampleId, digest), { signal })
      .then(async (bytes) => {
        blob = bytes
        const decoded = await decodePhoto(bytes, name, signal)
        if (decoded.width !== width || decoded.height !== height) {
          closePhoto(decoded)
          throw sizeMismatch(name, 'picture', decoded, { width, height })
        }
        if (signal.aborted) return closePhoto(decoded)
        photo = decoded
        join()
      })
      .catch((reason: unknown) => {
        if (!signal.aborted) setError(toAppError(reason).toInfo())
      })

    return () => {
      stop.abort()
      unsubscribe()
      stopWatching()
      builder.cancel()
      controller.current?.clear(null)
      if (photo) closePhoto(photo)
    }
  }, [id, digest, width, height, host, documents, labeling, builder])

  return error
}
