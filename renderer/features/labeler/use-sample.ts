import { type RefObject, useEffect, useState } from 'react'
import { AppError, type ErrorInfo, toAppError } from '../../../shared/base/app-error.ts'
import type { BlobDigest, SampleId } from '../../../shared/dataset/digest.ts'
import { thumbPath } from '../../../shared/host/data-plane.ts'
import type { Sample } from '../../../shared/host/host-api.ts'
import type { CanvasController } from '../../canvas/canvas-controller.ts'
import { closePhoto, decodePhoto, type Photo } from '../../canvas/photo.ts'
import { roughCopyOf } from '../../canvas/rough-copy.ts'
import type { SuperpixelBuild, SuperpixelBuilder } from '../../canvas/superpixels.ts'
import type { FaceHost } from '../../host/face-host.ts'
import { type DocumentStore, sizeMismatch } from '../../stores/document.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import type { LabelingState, LabelingStore } from '../../stores/labeling.ts'
import type { ImageBytes } from './image-bytes.ts'

type Parts = {
  readonly host: FaceHost
  readonly documents: DocumentStore
  readonly labeling: LabelingStore
  readonly builder: SuperpixelBuilder
  readonly images: ImageBytes
  readonly controller: RefObject<CanvasController | null>
  /** Superpixels could not be made anew; those of before stay. */
  rebuildFailed(error: AppError): void
}

/**
 * Brings one sample onto the canvas: thumbnail at once, photograph and label together as soon as both are there, then
 * the superpixels, which are read or built in the background. Whatever belongs to another sample is dropped on the way. Returns why it failed.
 */
export function useSample(parts: Parts, sample: Sample | undefined): ErrorInfo | null {
  const { host, documents, labeling, builder, images, controller, rebuildFailed } = parts
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
    let shown: LabelSession | null = null
    let isDrawn = false
    /** What has come of the superpixels while the photograph was not drawn yet. */
    let early: SuperpixelBuild | null = null
    let whenThere = (_: { blob: Blob; photo: Photo }) => {}
    const there = new Promise<{ blob: Blob; photo: Photo }>((resolve) => {
      whenThere = resolve
    })
    setError(null)
    canvas.clear({ width, height })

    const join = () => {
      const state = documents.getState()
      if (!signal.aborted && shown && state.kind === 'opening') {
        shown = null
        stopWatching()
        canvas.pause()
      }
      if (signal.aborted || state.kind !== 'open' || state.sampleId !== id || !photo) return
      if (shown === state.session) return
      shown = state.session
      stopWatching()
      stopWatching = canvas.show(state.session, photo)
      requestAnimationFrame(() => {
        if (signal.aborted) return
        if (early && !isDrawn) labeling.setState(shownBuild(early))
        isDrawn = true
      })
    }
    const divide = () => {
      const { superpixels: options, build } = labeling.getState()
      const isFirst = build.kind !== 'ready'
      const pixels = async () => {
        const { blob, photo } = await there
        return { blob, rough: isFirst ? roughCopyOf(photo) : null }
      }
      builder.start({ digest, width, height, options, pixels }, (build) => {
        early = build
        if (isDrawn) labeling.setState(shownBuild(build))
      })
    }
    /** Superpixels of before stay in use until others are there. */
    const shownBuild = (build: SuperpixelBuild): Partial<LabelingState> => {
      const { build: before } = labeling.getState()
      if (before.kind === 'ready' && build.kind === 'building') return { rebuilding: build.fraction }
      if (before.kind === 'ready' && build.kind === 'failed') {
        rebuildFailed(AppError.fromInfo(build.error))
        // Nothing follows rough ones any more.
        const kept = before.rough ? { ...before, rough: { error: build.error } } : before
        return { build: kept, rebuilding: null }
      }
      if (build.kind !== 'ready' || build.rough === null || 'error' in build.rough) {
        return { build, rebuilding: null }
      }
      const isSame = before.kind === 'ready' && before.hierarchy === build.hierarchy
      return { build: isSame ? before : build, rebuilding: build.rough.fraction }
    }
    const unsubscribe = documents.subscribe(join)
    const unsubscribeOptions = labeling.subscribe((state, before) => {
      if (state.superpixels !== before.superpixels) divide()
    })

    void documents.open(id)
    // What was kept the last time may be there before the photograph is.
    divide()
    host
      .fetchData(thumbPath(id as SampleId, digest), { signal })
      .then((thumb) => createImageBitmap(thumb))
      // Without a thumbnail the photograph is only waited for a little longer.
      .then(
        (thumb) => !signal.aborted && !photo && canvas.showThumb(thumb),
        () => {},
      )
    images
      .read({ id, imageDigest: digest }, signal)
      .then(async (blob) => {
        const decoded = await decodePhoto(blob, name, signal)
        if (decoded.width !== width || decoded.height !== height) {
          closePhoto(decoded)
          throw sizeMismatch(name, 'picture', decoded, { width, height })
        }
        if (signal.aborted) return closePhoto(decoded)
        photo = decoded
        whenThere({ blob, photo })
        // The worker of the superpixels is asked before the window is busy with drawing.
        await new Promise((resolve) => setTimeout(resolve))
        join()
      })
      .catch((reason: unknown) => {
        if (!signal.aborted) setError(toAppError(reason).toInfo())
      })

    return () => {
      stop.abort()
      unsubscribe()
      unsubscribeOptions()
      stopWatching()
      builder.cancel()
      controller.current?.clear(null)
      if (photo) closePhoto(photo)
    }
  }, [id, digest, width, height, host, documents, labeling, builder, images, rebuildFailed])

  return error
}
