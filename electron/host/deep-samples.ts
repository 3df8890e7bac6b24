import { frame } from '../../shared/host/data-plane.ts'
import { mostDeepBytes } from '../../shared/image/deep-samples.ts'
import type { ImageFormat } from '../../shared/image/sniff.ts'
import type { DerivedCache } from '../adapters/imaging/derived-cache.ts'
import type { Imaging } from '../adapters/imaging/imaging.ts'

type Picture = {
  readonly path: string
  readonly digest: string
  readonly format: ImageFormat
  readonly width: number
  readonly height: number
}

/** Thrown to leave the cache without a file. */
class NotDeep extends Error {}

/**
 * The samples of a picture of 16 bits a channel, framed as `deepPath` says; null when it has no more than 8. Rejects with
 * AppError as decoding does, and `IN_TOO_BIG` when there are too many to be handed over.
 */
export async function deepSamples(
  picture: Picture,
  { imaging, cache }: { readonly imaging: Imaging; readonly cache: DerivedCache },
): Promise<Uint8Array | null> {
  const { path, digest, format, width, height } = picture
  // Other formats hold no 16 bits, or none that are samples.
  if (format !== 'png' && format !== 'tiff') return null
  const name = `${digest}.u16`
  const fill = () =>
    cache.fill(name, async (out) => {
      const { depth } = await imaging.sampleDeep(path, format, out, mostDeepBytes)
      if (depth !== 'ushort') throw new NotDeep()
    })
  const isWhole = (bytes: Uint8Array) => [1, 2, 3, 4].includes(bytes.length / (2 * width * height))
  try {
    const kept = await cache.get(name)
    // A cut of power may have left a part of it under its name.
    const bytes = kept && isWhole(kept) ? kept : await fill()
    return frame({ width, height, channels: bytes.length / (2 * width * height) }, bytes)
  } catch (error) {
    if (error instanceof NotDeep) return null
    throw error
  }
}
