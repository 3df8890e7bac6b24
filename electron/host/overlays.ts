import { createHash } from 'node:crypto'
import type { RevisionId } from '../../shared/dataset/digest.ts'
import { sniffFormat } from '../../shared/image/sniff.ts'
import { THUMB_SIDE } from '../adapters/imaging/decoder-message.ts'
import { createDerivedCache } from '../adapters/imaging/derived-cache.ts'
import { createLabelCodec } from '../adapters/label-codec.ts'
import type { CategoryLook } from '../adapters/label-codec-message.ts'
import type { Categories } from './categories.ts'
import type { Labels } from './labels.ts'

/** Labels as small pictures, to be laid over thumbnails. Drawn once for each revision and palette. */
export type Overlays = {
  /** PNG with alpha. Rejects with `NOT_FOUND`, `MISSING_BLOB`, `BLOB_CORRUPT`, `ROW_CORRUPT`. */
  draw(revision: RevisionId): Promise<Uint8Array>
  close(): Promise<void>
}

/** Another drawing of the same label and palette has another name. */
const DRAWING = 'patterns'
const cacheBytes = 256 * 1024 * 1024

export function createOverlays(tools: {
  readonly labels: Pick<Labels, 'drawing'>
  readonly categories: Pick<Categories, 'list'>
  /** Outside the library; may be deleted at any time. */
  readonly cacheFolder: string
}): Overlays {
  const { labels, categories, cacheFolder } = tools
  const cache = createDerivedCache(cacheFolder, cacheBytes)
  // Not the worker that saves go through: whoever draws must not wait for a screen full of small pictures.
  const codec = createLabelCodec()
  const underWay = new Map<string, Promise<Uint8Array>>()

  async function make(
    name: string,
    revision: RevisionId,
    looks: readonly CategoryLook[],
  ): Promise<Uint8Array> {
    const kept = await cache.get(name)
    if (kept && sniffFormat(kept) === 'png') return kept
    const { width, height, objects, png } = await labels.drawing(revision)
    const pairs = Uint32Array.from(objects.flatMap(({ id, categoryId }) => [id, categoryId]))
    const label = { width, height, png, objects: pairs, categories: looks }
    const picture = await codec.overlay({ ...label, side: THUMB_SIDE })
    // A cache that cannot be written costs time only.
    await cache.put(name, picture).catch(() => {})
    return picture
  }

  return {
    draw(revision) {
      const looks = categories
        .list()
        .map(({ id, color, isVoid }) => ({ id, color, ...(isVoid && { isVoid }) }))
      const palette = createHash('sha256')
        .update(DRAWING + JSON.stringify(looks))
        .digest('hex')
        .slice(0, 12)
      const name = `${revision}-${palette}.png`
      const drawn = underWay.get(name) ?? make(name, revision, looks).finally(() => underWay.delete(name))
      underWay.set(name, drawn)
      return drawn
    },
    async close() {
      await Promise.allSettled(underWay.values())
      await codec.close()
    },
  }
}
