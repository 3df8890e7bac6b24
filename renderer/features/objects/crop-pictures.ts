import type { BlobDigest, SampleId } from '../../../shared/dataset/digest.ts'
import { imagePath, thumbPath } from '../../../shared/host/data-plane.ts'
import type { HostConnection } from '../../../shared/host/host-api.ts'
import type { FoundObject } from '../../stores/object-review.ts'

/** What of the image a crop shows, in image pixels; may reach beyond it. */
export type CropBox = { readonly x: number; readonly y: number; readonly side: number }

/** Share of an object's longer side that is shown around it, and at least so many pixels. */
const margin = 0.25
const leastMargin = 12

export function cropBox({ bounds: [x0, y0, x1, y1] }: Pick<FoundObject, 'bounds'>): CropBox {
  const longer = Math.max(x1 - x0, y1 - y0)
  const side = longer + 2 * Math.max(leastMargin, longer * margin)
  return { x: (x0 + x1) / 2 - side / 2, y: (y0 + y1) / 2 - side / 2, side }
}

type Wanted = { readonly object: FoundObject; readonly side: number; take(picture: ImageBitmap): void }

/** Crops that stay, and photographs decoded at a time: one of 24 megapixels takes 100 MB. */
const mostKept = 600
const atOnce = 2

/** Cuts crops out of photographs, of which each is decoded once for all crops of it that are waited for. */
export class CropPictures {
  readonly #host: HostConnection
  readonly #kept = new Map<string, ImageBitmap>()
  readonly #waiting = new Map<string, Set<Wanted>>()
  #running = 0

  constructor(host: HostConnection) {
    this.#host = host
  }

  /** `take` hears first of what the thumbnail shows, then of the photograph. Returns the function that stops waiting. */
  want(object: FoundObject, side: number, take: (picture: ImageBitmap) => void): () => void {
    const key = keyOf(object, side)
    const known = this.#kept.get(key)
    if (known) {
      this.#kept.delete(key)
      this.#kept.set(key, known)
      take(known)
      return () => {}
    }
    const wanted: Wanted = { object, side, take }
    const queue = this.#waiting.get(object.sampleId) ?? new Set()
    queue.add(wanted)
    this.#waiting.set(object.sampleId, queue)
    // Whoever scrolls past does not want what flies by.
    setTimeout(() => this.#next(), 60)
    return () => {
      queue.delete(wanted)
      if (queue.size === 0 && this.#waiting.get(object.sampleId) === queue)
        this.#waiting.delete(object.sampleId)
    }
  }

  close(): void {
    this.#waiting.clear()
    for (const picture of this.#kept.values()) picture.close()
    this.#kept.clear()
  }

  #next(): void {
    while (this.#running < atOnce) {
      const [first] = this.#waiting
      if (!first) return
      const [sampleId, queue] = first
      this.#waiting.delete(sampleId)
      this.#running++
      void this.#serve(queue).finally(() => {
        this.#running--
        this.#next()
      })
    }
  }

  async #serve(queue: Set<Wanted>): Promise<void> {
    const [any] = queue
    if (!any) return
    const { sampleId, imageDigest } = any.object
    const [id, digest] = [sampleId as SampleId, imageDigest as BlobDigest]
    for (const path of [thumbPath(id, digest), imagePath(id, digest)]) {
      if (queue.size === 0) return
      try {
        const photo = await createImageBitmap(await this.#host.fetchData(path))
        for (const wanted of queue) {
          const picture = await cut(photo, wanted)
          const isLast = path !== thumbPath(id, digest)
          if (isLast) this.#keep(keyOf(wanted.object, wanted.side), picture)
          if (queue.has(wanted)) wanted.take(picture)
        }
        photo.close()
      } catch {
        // Without a picture the outline alone is shown.
      }
    }
  }

  #keep(key: string, picture: ImageBitmap): void {
    this.#kept.set(key, picture)
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= mostKept) return
      this.#kept.delete(oldest)
    }
  }
}

const keyOf = ({ sampleId, revision, id }: FoundObject, side: number) =>
  `${sampleId} ${revision} ${id} ${side}`

/** What lies beyond the image is left transparent. */
function cut(photo: ImageBitmap, { object, side }: Wanted): Promise<ImageBitmap> {
  const { x, y, side: shown } = cropBox(object)
  const scale = photo.width / object.image.width
  const canvas = new OffscreenCanvas(side, side)
  const context = canvas.getContext('2d')!
  context.imageSmoothingQuality = 'high'
  context.drawImage(photo, x * scale, y * scale, shown * scale, shown * scale, 0, 0, side, side)
  return createImageBitmap(canvas)
}
