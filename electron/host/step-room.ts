import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileOps } from '../adapters/file-ops.ts'
import { parseStepFileName } from '../adapters/step-file.ts'

/** How much the steps of a whole library take, and what goes when it is too much. */
export type StepRoom = {
  /** `bytes` more, or fewer. */
  add(bytes: number): void
  /** Sees to it, some time from now, that not more than the library's limit is kept. */
  keep(): void
  /** Files went that nobody counted. */
  forget(): void
  /** Resolves when it looks at nothing any more. */
  settled(): Promise<void>
}

type Found = { readonly path: string; readonly sample: string; readonly bytes: number; readonly at: number }

export function stepRoom(
  root: string,
  limits: { readonly libraryBytes: number },
  options: {
    readonly ops: FileOps
    /** Steps of this sample are being written, so none of them goes. */
    readonly isOpen: (sample: string) => boolean
    /** Called before the files of a sample go. */
    readonly going: (sample: string) => void
    readonly failed: (error: unknown) => void
  },
): StepRoom {
  const { ops, isOpen, going, failed } = options
  let total: number | null = null
  let looking: Promise<void> | null = null

  async function look(): Promise<Found[]> {
    const found: Found[] = []
    for (const folder of await entriesOf(root)) {
      for (const name of await entriesOf(join(root, folder))) {
        const parsed = parseStepFileName(name)
        if (!parsed) continue
        const path = join(root, folder, name)
        const info = await stat(path).catch(() => null)
        if (info) found.push({ path, sample: parsed.sampleId, bytes: info.size, at: info.mtimeMs })
      }
    }
    return found
  }

  async function makeRoom(): Promise<void> {
    const found = await look()
    total = found.reduce((sum, { bytes }) => sum + bytes, 0)
    if (total <= limits.libraryBytes) return
    // Whole samples, those that nobody has worked on for longest first: half of a history is worth little.
    const samples = Map.groupBy(found, ({ sample }) => sample)
    const lastUse = (files: readonly Found[]) => Math.max(...files.map(({ at }) => at))
    const byAge = [...samples].sort(([, a], [, b]) => lastUse(a) - lastUse(b))
    // Some more than has to be, so that the files need not be looked at again at once.
    for (const [sample, files] of byAge) {
      if (total <= limits.libraryBytes * 0.9) return
      if (isOpen(sample)) continue
      going(sample)
      for (const { path, bytes } of files) {
        ops.remove(path)
        total -= bytes
      }
    }
  }

  return {
    add(bytes) {
      if (total !== null) total += bytes
    },
    keep() {
      if (looking || (total !== null && total <= limits.libraryBytes)) return
      looking = makeRoom()
        .catch(failed)
        .finally(() => {
          looking = null
        })
    },
    forget() {
      total = null
    },
    settled: () => looking ?? Promise.resolve(),
  }
}

/** Names in a folder; none when it cannot be read. */
const entriesOf = (folder: string) => readdir(folder).catch((): string[] => [])
