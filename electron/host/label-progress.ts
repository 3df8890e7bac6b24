import { z } from 'zod'
import { toAppError } from '../../shared/base/app-error.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import { parseLabelFile } from '../../shared/formats/label-file.ts'
import { parseOntologyFile } from '../../shared/formats/ontology-file.ts'
import type { Version } from '../../shared/host/host-api.ts'
import { lineOf, type ObjectCounts, progressRows } from '../../shared/sync/label-progress.ts'
import type { OwedEntry } from '../../shared/sync/push.ts'
import type { LibraryContext } from './library-context.ts'

const countsSchema = z.record(z.string().regex(/^\d+$/), z.int().min(0))
/** Label files whose counts are remembered while the library is open; each version has most of them in common. */
const mostRemembered = 200_000

export type LabelProgress = {
  /** Metrics of `version` and of those it came from, oldest first; empty when they cannot be told. Never rejects. */
  rows(
    version: Version,
    entries: readonly OwedEntry[],
    versions: readonly Version[],
  ): Promise<Record<string, number>[]>
}

/**
 * Counts objects by category, version by version. A version is counted once, when it is sent; what is read for it are
 * the label files that no earlier version had.
 */
export function createLabelProgress(
  context: Pick<LibraryContext, 'db' | 'blobs' | 'transaction' | 'log'>,
): LabelProgress {
  const { db, blobs } = context
  const remembered = new Map<BlobDigest, ObjectCounts>()
  const select = db.prepare('SELECT counts FROM version_progress WHERE version_id = ?')

  function stored(versionId: string): ObjectCounts | null {
    const row = select.get(versionId)
    if (row === undefined) return null
    const counts = countsSchema.safeParse(JSON.parse(String(row.counts)))
    return counts.success ? counts.data : null
  }
  const text = async (digest: BlobDigest) => new TextDecoder().decode(await blobs.get(digest))

  async function ofFile(digest: BlobDigest): Promise<ObjectCounts> {
    const before = remembered.get(digest)
    if (before) return before
    const counts: Record<string, number> = {}
    for (const { categoryId } of parseLabelFile(await text(digest)).objects)
      counts[categoryId] = (counts[categoryId] ?? 0) + 1
    if (remembered.size >= mostRemembered) remembered.clear()
    remembered.set(digest, counts)
    return counts
  }

  async function count(version: Version, entries: readonly OwedEntry[]): Promise<ObjectCounts> {
    const known = stored(version.id)
    if (known) return known
    const total: Record<string, number> = {}
    for (const { path, blob } of entries) {
      if (!path.startsWith('labels/') || !path.endsWith('.json')) continue
      for (const [id, objects] of Object.entries(await ofFile(blob))) total[id] = (total[id] ?? 0) + objects
    }
    context.transaction(() => {
      db.prepare('INSERT OR REPLACE INTO version_progress (version_id, counts) VALUES (?, ?)').run(
        version.id,
        JSON.stringify(total),
      )
    })
    return total
  }

  return {
    async rows(version, entries, versions) {
      try {
        const ontology = entries.find(({ path }) => path === 'ontology.json')
        if (!ontology) return []
        const { categories } = parseOntologyFile(await text(ontology.blob))
        const names = new Map(categories.map(({ id, name }) => [id, name]))
        await count(version, entries)
        const points = lineOf(versions, version).map((one) => ({ version: one, objects: stored(one.id) }))
        return progressRows(points, names)
      } catch (error) {
        // Metrics are a courtesy: what is wrong with the bytes is told by whoever sends them.
        context.log('warn', 'sync', `label progress: ${toAppError(error).code}`, {
          version: version.id.slice(0, 12),
        })
        return []
      }
    },
  }
}
