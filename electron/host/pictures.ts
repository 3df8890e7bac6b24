import type { Stats } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../shared/base/app-error.ts'
import type { BlobDigest, SampleId } from '../../shared/dataset/digest.ts'
import { pngDepth } from '../../shared/image/deep-samples.ts'
import { HEADER_BYTES, readHeader } from '../../shared/image/header.ts'
import { displayedSize } from '../../shared/image/orientation.ts'
import { type ImageFormat, mimeType, sniffFormat } from '../../shared/image/sniff.ts'
import { createDerivedCache } from '../adapters/imaging/derived-cache.ts'
import type { Imaging } from '../adapters/imaging/imaging.ts'
import { deepSamples } from './deep-samples.ts'
import type { LibraryContext } from './library-context.ts'

export type ImageData = { readonly type: string; readonly bytes: Uint8Array }

/** Images out, for a browser: of samples, and of what only versions have. */
export type Pictures = {
  /** WebP, longer side at most 320 px. Rejects with `NOT_FOUND`, `MISSING_BLOB`, `BLOB_CORRUPT` and what decoding says. */
  thumb(sampleId: SampleId): Promise<ImageData>
  /** Samples of 16 bits, framed as `deepPath` says; null when the picture has no more than 8. Rejects with AppError. */
  deep(sampleId: SampleId): Promise<Uint8Array | null>
  /** Bytes that a browser decodes to exactly the sample's width and height: the original ones where possible. */
  display(sampleId: SampleId): Promise<ImageData>
  /** The same two of an image among the blobs that is no sample. Rejects with `NOT_FOUND` for bytes that are no image. */
  storedThumb(image: BlobDigest): Promise<ImageData>
  storedDisplay(image: BlobDigest): Promise<ImageData>
  /** A thumbnail that is known already; writing it holds nobody up, and fails nothing. */
  keepThumb(digest: BlobDigest, bytes: Uint8Array): void
  /** Waits until thumbnails that are being written are. */
  settled(): Promise<void>
}

/** What is known of an image; `width` and `height` as it is seen. */
type Picture = {
  readonly digest: BlobDigest
  readonly format: ImageFormat
  readonly width: number
  readonly height: number
  readonly orientation: number
}

const thumbCacheBytes = 512 * 1024 * 1024
const displayCacheBytes = 2 * 1024 * 1024 * 1024

/** `cacheFolder`: outside the library; may be deleted at any time. */
export function createPictures(
  context: Pick<LibraryContext, 'db' | 'blobs' | 'log'>,
  imaging: Imaging,
  { cacheFolder }: { readonly cacheFolder: string },
): Pictures {
  const thumbs = createDerivedCache(join(cacheFolder, 'thumbs'), thumbCacheBytes)
  const displays = createDerivedCache(join(cacheFolder, 'display'), displayCacheBytes)
  const underWay = new Set<Promise<void>>()
  const selectSample = context.db.prepare(
    'SELECT image_digest AS digest, format, width, height, orientation FROM samples WHERE id = ?',
  )

  function keepThumb(digest: BlobDigest, bytes: Uint8Array): void {
    const write = thumbs
      .put(`${digest}.webp`, bytes)
      .catch((error) => {
        context.log(
          'warn',
          'import',
          `a thumbnail could not be kept: ${(error as { code?: string }).code ?? 'error'}`,
        )
      })
      .finally(() => underWay.delete(write))
    underWay.add(write)
  }

  async function thumbOf({ digest, format }: Picture): Promise<ImageData> {
    const kept = await thumbs.get(`${digest}.webp`)
    if (kept && sniffFormat(kept) === 'webp') return { type: 'image/webp', bytes: kept }
    await requireBlob(digest)
    const { thumb } = await imaging.inspect(context.blobs.pathOf(digest), format)
    keepThumb(digest, thumb)
    return { type: 'image/webp', bytes: thumb }
  }

  async function displayOf({ digest, format, width, height, orientation }: Picture): Promise<ImageData> {
    if (format !== 'tiff' && (format === 'jpeg' || orientation === 1)) {
      const bytes = await context.blobs.get(digest)
      const header = readHeader(bytes)
      const shown = header && displayedSize(header.width, header.height, header.orientation)
      // A browser believes the header; where that is not the size we recorded, it gets a converted picture.
      const isSame = format === 'avif' || (shown?.width === width && shown.height === height)
      // In 8 bits a browser shows the upper half of 16, which may be nothing of what a sensor used.
      const depth = pngDepth(bytes)
      const isDeepGrey = depth?.bits === 16 && depth.isGrey
      if (isSame && !isDeepGrey) return { type: mimeType(format), bytes }
    }
    const kept = await displays.get(`${digest}.png`)
    if (kept && sniffFormat(kept) === 'png') return { type: 'image/png', bytes: kept }
    await requireBlob(digest)
    const bytes = await displays.fill(`${digest}.png`, (path) =>
      imaging.convert(context.blobs.pathOf(digest), format, path),
    )
    return { type: 'image/png', bytes }
  }

  async function findStored(digest: BlobDigest): Promise<Picture> {
    await requireBlob(digest)
    const path = context.blobs.pathOf(digest)
    const format = sniffFormat((await readHead(path)).head)
    // Whoever asks may name any blob, as a record or a mask; only pictures are shown.
    if (!format) {
      throw new AppError('NOT_FOUND', 'There is no such image in this library.', {
        remedy: 'Reload the comparison.',
      })
    }
    const { width, height, orientation } = await imaging.inspect(path, format)
    return { digest, format, width, height, orientation }
  }

  function find(sampleId: SampleId): Picture {
    const row = selectSample.get(sampleId) as Picture | undefined
    if (row) return row
    throw new AppError('NOT_FOUND', 'There is no such sample in this library.', {
      remedy: 'Reload the list of samples.',
    })
  }

  async function requireBlob(digest: BlobDigest): Promise<void> {
    if (await context.blobs.has(digest)) return
    throw new AppError('MISSING_BLOB', `Stored data is missing from this library (${digest.slice(0, 12)}).`, {
      remedy: 'Run "tessera verify" to see what is affected.',
    })
  }

  return {
    keepThumb,
    thumb: async (sampleId) => thumbOf(find(sampleId)),
    display: async (sampleId) => displayOf(find(sampleId)),
    storedThumb: async (image) => thumbOf(await findStored(image)),
    storedDisplay: async (image) => displayOf(await findStored(image)),

    async deep(sampleId) {
      const { digest, format, width, height } = find(sampleId)
      if (format !== 'png' && format !== 'tiff') return null
      await requireBlob(digest)
      const path = context.blobs.pathOf(digest)
      return deepSamples({ path, digest, format, width, height }, { imaging, cache: displays })
    },

    async settled() {
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}

/** The first bytes of a regular file, and what the file system says of it. Never blocks on a pipe or a device. */
export async function readHead(path: string): Promise<{ info: Stats; head: Uint8Array }> {
  const found = await stat(path)
  if (!found.isFile()) {
    throw new AppError('IN_PATH', 'This is not a file.', {
      remedy: 'Choose image files, or a folder of them.',
    })
  }
  const file = await open(path, 'r')
  try {
    const info = await file.stat()
    const head = new Uint8Array(Math.min(info.size, HEADER_BYTES))
    const { bytesRead } = await file.read(head, 0, head.length, 0)
    return { info, head: head.subarray(0, bytesRead) }
  } finally {
    await file.close()
  }
}
