import { AppError } from '../../shared/base/app-error.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import { samplesOfLayouts } from '../../shared/formats/artifact-layout.ts'
import { parseRevisionRecord } from '../../shared/formats/revision-record.ts'
import { parseVersionRecord } from '../../shared/formats/version-record.ts'
import type { SampleState } from '../../shared/history/changes.ts'
import type { ArtifactRole, Version } from '../../shared/host/host-api.ts'
import type { LibraryContext } from './library-context.ts'
import { getRecord } from './parted-list.ts'
import { createTimeSlice } from './time-slice.ts'
import type { VersionFiles } from './version-files.ts'
import type { VersionRows } from './version-rows.ts'
import { labelKey, type WorkingCopy, type WorkingState } from './working-copy.ts'

/** The newest version of the branch the library is on, as far as the next one is compared with it. */
export type LastVersion = {
  /** Null before the first version. */
  readonly id: string | null
  readonly states: ReadonlyMap<string, SampleState>
  /** Digest of `ontology.json`; null when it is not known. */
  readonly ontology: string | null
}

/** Keeps the last version between drafts. */
export function createLastVersion(tools: {
  readonly context: Pick<LibraryContext, 'blobs' | 'log'>
  readonly rows: VersionRows
  readonly files: VersionFiles
  readonly working: Pick<WorkingCopy, 'labelOf'>
}): {
  /** `now` spares looking up the labels that are still the same. Rejects like `VersionFiles`, and with `ROW_CORRUPT`. */
  read(now: ReadonlyMap<string, WorkingState>): Promise<LastVersion>
  /** What was just committed need not be read. */
  replace(next: LastVersion): void
} {
  const { context, rows, files, working } = tools
  let known: LastVersion = { id: null, states: new Map(), ontology: null }

  async function fromSnapshot(id: string, now: ReadonlyMap<string, WorkingState>): Promise<LastVersion> {
    const { snapshot } = await getRecord(context.blobs, id, parseVersionRecord)
    const { samples, ontology } = await files.getSnapshot(snapshot.digest)
    const states = new Map<string, SampleState>()
    const breathe = createTimeSlice()
    for (const { name, image, head, card } of samples) {
      const state = now.get(name)
      const isSame = state !== undefined && state.image === image && state.head === head
      const label = isSame ? state.label : head && (working.labelOf(head) ?? (await pulledLabel(head)))
      states.set(name, isSame && state.card === card ? state : { image, label, card })
      await breathe()
    }
    return { id, states, ontology: ontology.digest }
  }

  /** Of a revision that the index does not have, for it was made in another library. One that is lost is like no label that is there now. */
  async function pulledLabel(head: string): Promise<string> {
    try {
      const { payloads } = await getRecord(context.blobs, head, parseRevisionRecord)
      const digest = (role: string) => payloads.find((each) => each.role === role)?.digest as BlobDigest
      return labelKey(digest('mask'), digest('label'))
    } catch (error) {
      if (error instanceof AppError && error.code === 'MISSING_BLOB') return head
      throw error
    }
  }

  /** The manifests tell the same of every sample. */
  async function fromManifests({ id, artifacts }: Version): Promise<LastVersion> {
    const entriesOf = async (role: ArtifactRole) => {
      if (!artifacts.some((artifact) => artifact.role === role)) return []
      const { manifest, digest } = rows.artifact(id, role)
      return files.getManifest(manifest, digest)
    }
    const labeled = await entriesOf('labeled_data')
    const states = new Map<string, SampleState>()
    for (const [name, { image, label, card }] of samplesOfLayouts(await entriesOf('raw_data'), labeled)) {
      states.set(name, { image, label: label && labelKey(label.png, label.json), card })
    }
    return { id, states, ontology: labeled.find(({ path }) => path === 'ontology.json')?.blob ?? null }
  }

  return {
    async read(now) {
      const version = rows.head()
      if (version === null || version.id === known.id) return known
      try {
        known = await fromSnapshot(version.id, now)
      } catch (error) {
        if (!(error instanceof AppError) || !['BLOB_CORRUPT', 'MISSING_BLOB'].includes(error.code))
          throw error
        // Damage to one old list must not stop the next version, which will store it anew.
        context.log('warn', 'versions', `the snapshot is damaged: ${error.code}`, { version: version.number })
        known = await fromManifests(version)
      }
      return known
    },
    replace(next) {
      known = next
    },
  }
}
