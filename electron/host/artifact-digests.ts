import { setTimeout as sleep } from 'node:timers/promises'
import { toAppError } from '../../shared/base/app-error.ts'
import type { LibraryContext } from './library-context.ts'
import type { VersionFiles } from './version-files.ts'
import type { VersionRows } from './version-rows.ts'

/**
 * W&B's digests of artifacts. A commit does not wait for them: they follow from manifests, which it has stored. What is
 * not known is worked out afterwards, one manifest after the other, by whoever opens the library next if need be.
 */
export type ArtifactDigests = {
  /** Works out what is missing, beside everything else. Does not reject: what cannot be read is left, and logged. */
  start(): void
  /** Resolves when all that can be known is known. */
  complete(): Promise<void>
  /** Stops, unless it is nearly done; what is half done is begun anew another time. */
  stop(): Promise<void>
}

/** How long the end of a library waits for digests. */
const graceMs = 500

export function createArtifactDigests(
  context: Pick<LibraryContext, 'readOnly' | 'log' | 'emit'>,
  tools: { readonly rows: VersionRows; readonly files: Pick<VersionFiles, 'artifactDigest'> },
): ArtifactDigests {
  const { rows, files } = tools
  const ending = new AbortController()
  const unreadable = new Set<string>()
  let current: Promise<void> | null = null

  async function work(): Promise<void> {
    for (let isNew = false; ; isNew = true) {
      const manifest = rows.undigested().find((each) => !unreadable.has(each))
      if (manifest === undefined || ending.signal.aborted) {
        if (isNew) context.emit({ type: 'versions.changed' })
        return
      }
      try {
        rows.addDigest(manifest, await files.artifactDigest(manifest, ending.signal))
      } catch (error) {
        if (ending.signal.aborted) return
        // The push that needs it will say what is wrong; the others are worked out.
        unreadable.add(manifest)
        const code = toAppError(error).code
        context.log('warn', 'versions', `a digest could not be worked out: ${code}`, {
          manifest: manifest.slice(0, 12),
        })
      }
    }
  }

  function run(): Promise<void> {
    if (context.readOnly) return Promise.resolve()
    current ??= work().finally(() => {
      current = null
    })
    return current
  }

  return {
    start: () => void run().catch(() => undefined),
    async complete() {
      await run()
      // What was committed meanwhile, and what could not be read before.
      unreadable.clear()
      await run()
    },
    async stop() {
      if (!current) return
      // Of most libraries it takes less: a command that commits and ends leaves a digest behind.
      const patience = new AbortController()
      await Promise.race([
        current,
        sleep(graceMs, undefined, { signal: patience.signal }).catch(() => undefined),
      ])
      patience.abort()
      ending.abort()
      await current?.catch(() => undefined)
    },
  }
}
