import { useEffect, useState } from 'react'
import { type ErrorInfo, toAppError } from '../../../shared/base/app-error.ts'
import { closePhoto } from '../../canvas/photo.ts'
import { useHost } from '../../host/use-host.ts'
import { readPhoto, readThumb } from './compare-labels.ts'
import type { PanePicture } from './label-pane.tsx'

/** The photograph of a sample, its thumbnail until it has come; null while nothing is known of it. */
export function usePicture(
  sample: { readonly id: string | null; readonly image: string; readonly name: string } | null,
): { readonly picture: PanePicture | null; readonly error: ErrorInfo | null } {
  const host = useHost()
  const [picture, setPicture] = useState<PanePicture | null>(null)
  const [error, setError] = useState<ErrorInfo | null>(null)
  const { id, image, name } = sample ?? { id: null, image: '', name: '' }
  useEffect(() => {
    if (id === null) return
    const stop = new AbortController()
    const { signal } = stop
    const of = { id, imageDigest: image, name }
    const add = (more: Partial<PanePicture>) =>
      setPicture((known) => (known && !signal.aborted ? { ...known, ...more } : known))
    const load = async () => {
      const { width, height } = await host.call('samples.get', { id }, signal)
      setPicture({ key: image, size: { width, height }, thumb: null, photo: null })
      readThumb(host, of, signal).then(
        (thumb) => add({ thumb }),
        () => {},
      )
      const photo = await readPhoto(host, of, signal)
      if (signal.aborted) closePhoto(photo)
      else add({ photo })
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
