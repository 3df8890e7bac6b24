import { type RefObject, useEffect } from 'react'
import { toAppError } from '../../../shared/base/app-error.ts'
import type { BlobDigest, SampleId } from '../../../shared/dataset/digest.ts'
import { deepPath } from '../../../shared/host/data-plane.ts'
import type { HostConnection, Sample } from '../../../shared/host/host-api.ts'
import type { CanvasController } from '../../canvas/canvas-controller.ts'
import { readDeepPhoto } from '../../canvas/deep-photo.ts'
import { PHOTO_LEVELS } from '../../canvas/photo.ts'
import type { ViewingStore } from '../../stores/viewing.ts'

/**
 * Brings the 16-bit values of a picture that has them onto the canvas, after the picture itself. Without them it is shown
 * with 8 bits, and the image adjustments say why.
 */
export function useDeepPhoto(
  parts: {
    readonly host: Pick<HostConnection, 'fetchData'>
    readonly viewing: ViewingStore
    readonly controller: RefObject<CanvasController | null>
  },
  sample: Sample | undefined,
): void {
  const { host, viewing, controller } = parts
  const id = sample?.id
  const digest = sample?.imageDigest
  const mayBeDeep = sample?.format === 'png' || sample?.format === 'tiff'
  const [width, height] = [sample?.width ?? 0, sample?.height ?? 0]
  useEffect(() => {
    if (!id || !digest || !mayBeDeep) return
    const stop = new AbortController()
    const { signal } = stop
    const bring = async () => {
      const blob = await host.fetchData(deepPath(id as SampleId, digest as BlobDigest), { signal })
      if (blob.size === 0) return
      const photo = await readDeepPhoto(blob, { width, height }, PHOTO_LEVELS, signal)
      if (signal.aborted) return
      controller.current?.view.showDeep(photo, photo.auto)
      viewing.setState({ deep: { ...photo.auto, auto: photo.auto, occurring: photo.occurring } })
    }
    bring().catch((reason: unknown) => {
      if (!signal.aborted) viewing.setState({ deepError: toAppError(reason).toInfo() })
    })
    return () => stop.abort()
  }, [id, digest, mayBeDeep, width, height, host, viewing, controller])
}
