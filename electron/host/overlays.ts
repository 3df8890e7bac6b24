import { createHash } from 'node:crypto'
import type { RevisionId } from '../../shared/dataset/digest.ts'
import { sniffFormat } from '../../shared/image/sniff.ts'
import { VOID_COLOR } from '../../shared/label/palette.ts'
import { THUMB_SIDE } from '../adapters/imaging/decoder-message.ts'
import { createDerivedCache } from '../adapters/imaging/derived-cache.ts'
import { createLabelCodec } from '../adapters/label-codec.ts'
import type { Categories } from './categories.ts'
import type { Labels } from './labels.ts'

/** Labels as small pictures, to be laid over thumbnails. Drawn once for each revision and palette. */
export type Overlays = {
  /** PNG with alpha. Rejects with `NOT_FOUND`, `MISSING_BLOB`, `BLOB_CORRUPT`, `ROW_CORRUPT`. */
  draw(revision: RevisionId): Promise<Uint8Array>
  close(): Promise<void>
}

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
    colors: ReadonlyMap<number, number>,
  ): Promise<Uint8Array> {
    const kept = await cache.get(name)
    if (kept && sniffFormat(kept) === 'png') return kept
    const { width, height, objects, png } = await labels.drawing(revision)
    const pairs = Uint32Array.from(
      objects.flatMap(({ id, categoryId }) => [id, colors.get(categoryId) ?? 0x99_99_99]),
    )
    const picture = await codec.overlay({ width, height, png, side: THUMB_SIDE, colors: pairs })
    // A cache that cannot be written costs time only.
    await cache.put(name, picture).catch(() => {})
    return picture
  }

  return {
    draw(revision) {
      const colors = new Map(
        categories
          .list()
          .map(({ id, color, isVoid }) => [id, Number.parseInt((isVoid ? VOID_COLOR : color).slice(1), 16)]),
      )
      const palette = createHash('sha256')
        .update(JSON.stringify([...colors]))
        .digest('hex')
        .slice(0, 12)
      const name = `${revision}-${palette}.png`
      const drawn = underWay.get(name) ?? make(name, revision, colors).finally(() => underWay.delete(name))
      underWay.set(name, drawn)
      return drawn
    },
    async close() {
      await Promise.allSettled(underWay.values())
      await codec.close()
    },
  }
}
