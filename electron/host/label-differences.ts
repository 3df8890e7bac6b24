import { createHash } from 'node:crypto'
import { AppError } from '../../shared/base/app-error.ts'
import type { BlobDigest, RevisionId } from '../../shared/dataset/digest.ts'
import { parseLabelFile } from '../../shared/formats/label-file.ts'
import { frame, unframe } from '../../shared/host/data-plane.ts'
import type { HostOutput } from '../../shared/host/host-api.ts'
import { labelTotalsSchema } from '../../shared/host/version-methods.ts'
import type { LabelTotals } from '../../shared/label/diff-totals.ts'
import { THUMB_SIDE } from '../adapters/imaging/decoder-message.ts'
import { createDerivedCache } from '../adapters/imaging/derived-cache.ts'
import { createLabelCodec } from '../adapters/label-codec.ts'
import type { DifferInput } from '../adapters/label-codec-message.ts'
import { readRevisionRecord } from './label-counter.ts'
import type { LibraryContext } from './library-context.ts'
import { getRecord } from './parted-list.ts'

/** What saved labels differ in, pixel by pixel. Looked at once for each pair of labels, whatever version they are in. */
export type LabelDifferences = {
  /** In the order of the pairs; null where a label cannot be read. Rejects when told to stop. */
  totals(
    pairs: readonly { readonly before: string | null; readonly after: string | null }[],
    signal?: AbortSignal,
  ): Promise<HostOutput<'labels.differences'>>
  /** PNG with alpha. Rejects with `NOT_FOUND`, `MISSING_BLOB`, `BLOB_CORRUPT`, `IN_SIZE_MISMATCH`. */
  picture(before: RevisionId | null, after: RevisionId | null): Promise<Uint8Array>
  close(): Promise<void>
}

type Made = { readonly totals: LabelTotals; readonly picture: Uint8Array }
type Blobs = { readonly mask: BlobDigest; readonly label: BlobDigest }

const cacheBytes = 256 * 1024 * 1024

/** `cacheFolder`: outside the library; may be deleted at any time. */
export function createLabelDifferences(
  context: Pick<LibraryContext, 'blobs' | 'db'>,
  { cacheFolder }: { readonly cacheFolder: string },
): LabelDifferences {
  const { blobs, db } = context
  const cache = createDerivedCache(cacheFolder, cacheBytes)
  // Not the worker that saves go through: whoever compares must not hold up who draws.
  const codec = createLabelCodec()
  const underWay = new Map<string, Promise<Made>>()
  const select = db.prepare('SELECT png_digest AS mask, json_digest AS label FROM revisions WHERE id = ?')

  /** A label of a sample that was removed for good is still among the blobs. */
  async function blobsOf(revision: string | null): Promise<Blobs | null> {
    if (revision === null) return null
    const row = select.get(revision)
    if (row) return { mask: row.mask as BlobDigest, label: row.label as BlobDigest }
    const { payloads } = await readRevisionRecord(blobs, revision)
    const digest = (role: string) => payloads.find((each) => each.role === role)?.digest as BlobDigest
    return { mask: digest('mask'), label: digest('label') }
  }

  async function make(before: Blobs | null, after: Blobs | null): Promise<Made> {
    const read = async (side: Blobs | null) => {
      if (!side) return null
      const [file, png] = [await getRecord(blobs, side.label, parseLabelFile), await blobs.get(side.mask)]
      return { file, png }
    }
    const [old, now] = [await read(before), await read(after)]
    const size = (now ?? old)?.file
    if (!size)
      throw new AppError('NOT_FOUND', 'There are no labels to compare.', { remedy: 'Compare others.' })
    const { width, height } = size
    if (old && (old.file.width !== width || old.file.height !== height)) {
      throw new AppError('IN_SIZE_MISMATCH', 'Labels of different sizes cannot be compared.', {
        remedy: 'Look at each of them by itself.',
      })
    }
    const inputOf = (side: typeof old): DifferInput => ({
      png: side?.png ?? null,
      objects: (side?.file.objects ?? []).map(({ id, categoryId }) => ({ id, categoryId })),
    })
    const { picture, ...totals } = await codec.differ({
      width,
      height,
      before: inputOf(old),
      after: inputOf(now),
      side: THUMB_SIDE,
    })
    return { totals, picture }
  }

  async function keptOf(name: string): Promise<Made | null> {
    const bytes = await cache.get(name)
    if (!bytes) return null
    try {
      const { header, body } = unframe(bytes)
      return { totals: labelTotalsSchema.parse(header), picture: body }
    } catch {
      // Of another release, or damaged: it is made again.
      return null
    }
  }

  async function difference(before: string | null, after: string | null): Promise<Made> {
    const [old, now] = [await blobsOf(before), await blobsOf(after)]
    const key = [old, now].map((side) => (side ? `${side.mask} ${side.label}` : '-')).join(' ')
    const name = `${createHash('sha256').update(key).digest('hex')}.diff`
    const known = underWay.get(name)
    if (known !== undefined) return known
    const made = keptOf(name).then(async (kept) => {
      if (kept) return kept
      const fresh = await make(old, now)
      // A cache that cannot be written costs time only.
      await cache.put(name, frame(fresh.totals, fresh.picture)).catch(() => {})
      return fresh
    })
    underWay.set(name, made)
    return made.finally(() => underWay.delete(name))
  }

  return {
    async totals(pairs, signal) {
      const found: (LabelTotals | null)[] = []
      for (const { before, after } of pairs) {
        signal?.throwIfAborted()
        // One label that cannot be read must not hide what else differs.
        found.push(
          await difference(before, after).then(
            ({ totals }) => totals,
            () => null,
          ),
        )
      }
      return found.map(
        (each) =>
          each && {
            ...each,
            categories: each.categories.map((category) => ({ ...category })),
            moves: each.moves.map((move) => ({ ...move })),
          },
      )
    },
    picture: async (before, after) => (await difference(before, after)).picture,
    async close() {
      await Promise.allSettled(underWay.values())
      await codec.close()
    },
  }
}
