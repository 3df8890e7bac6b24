import type { BlobDigest, SampleId } from '../../../shared/dataset/digest.ts'
import { imagePath } from '../../../shared/host/data-plane.ts'
import type { HostConnection, Sample } from '../../../shared/host/host-api.ts'

type Image = Pick<Sample, 'id' | 'imageDigest'>

/** Bytes of image files in memory: those of the image on the screen and of its neighbours. */
const MOST_BYTES = 96 * 2 ** 20

/** The encoded images seen last and those that may come next, so that stepping to one need not wait for its bytes. */
export class ImageBytes {
  readonly #host: Pick<HostConnection, 'fetchData'>
  readonly #kept = new Map<string, Blob>()

  constructor(host: Pick<HostConnection, 'fetchData'>) {
    this.#host = host
  }

  /** Rejects with AppError. */
  async read({ id, imageDigest }: Image, signal: AbortSignal): Promise<Blob> {
    const known = this.#kept.get(imageDigest)
    const blob =
      known ?? (await this.#host.fetchData(imagePath(id as SampleId, imageDigest as BlobDigest), { signal }))
    this.#kept.delete(imageDigest)
    this.#kept.set(imageDigest, blob)
    let bytes = [...this.#kept.values()].reduce((sum, { size }) => sum + size, 0)
    for (const [key, { size }] of this.#kept) {
      if (bytes <= MOST_BYTES) break
      this.#kept.delete(key)
      bytes -= size
    }
    return blob
  }
}
