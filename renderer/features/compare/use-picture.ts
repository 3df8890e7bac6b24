import { useEffect, useState } from 'react'
import { type ErrorInfo, toAppError } from '../../../shared/base/app-error.ts'
import { closePhoto } from '../../canvas/photo.ts'
import { useHost } from '../../host/use-host.ts'
import { readPhoto, readThumb } from './compare-labels.ts'
import type { PanePicture } from './label-pane.tsx'

/**
 * The photograph of a sample, its thumbnail until it has come; null while nothing is known of it. Without an id: an image
 * that only versions have.
 */
export function usePicture(
  sample: { readonly id: string | null; readonly image: string; readonly name: string } | null,
): { readonly picture: PanePicture | null; readonly error: ErrorInfo | null } {
  const host = useHost()
  const [picture, setPicture] = useState<PanePicture | null>(null)
  const [error, setError] = useState<ErrorInfo | null>(null)
  const { id, image, name } = sample ?? { id: null, image: '', name: '' }
  useEffect(() => {
    if (image === '') return
    const stop = new AbortController()
    const { signal } = stop
    const of = { id, imageDigest: image, name }
    const add = (more: Partial<PanePicture>) =>
      setPicture((known) => (known && !signal.aborted ? { ...known, ...more } : known))
    const load = async () => {
      const show = (size: PanePicture['size']) => setPicture({ key: image, size, thumb: null, photo: null })
      if (id !== null) {
        const { width, height } = await host.call('samples.get', { id }, signal)
        show({ width, height })
        readThumb(host, of, signal).then(
          (thumb) => add({ thumb }),
          () => {},
        )
      }
      const photo = await readPhoto(host, of, signal)
      if (signal.aborted) return closePhoto(photo)
      // Of an image that is not in the library only its own bytes say how large it is.
      if (id === null) show({ width: photo.width, height: photo.height })
      add({ photo })
    }
    load().catch((reason: unknown) => {
      if (!signal.aborted) setError(toAppError(reason).toInfo())
    })
    return () => {
      stop.abort()
      setPicture(null)
      setError(null)
    }
  }, [host, id, image, name])
  // Closed in the commit that takes it from the views: none draws with it afterwards.
  const photo = picture?.photo ?? null
  useEffect(() => () => void (photo && closePhoto(photo)), [photo])
  return { picture: picture?.key === image ? picture : null, error }
}
