import { compareCodePoints } from '../../shared/base/canonical-json.ts'
import type { SampleId } from '../../shared/dataset/digest.ts'
import type { SnapshotSample } from '../../shared/formats/snapshot.ts'
import type { HostOutput, Version } from '../../shared/host/host-api.ts'
import type { LibraryContext } from './library-context.ts'
import type { Samples } from './samples.ts'
import { createVersionStates, type VersionState } from './version-states.ts'
import type { Versions } from './versions.ts'

type History = HostOutput<'samples.history'>
type Entry = History[number]

/**
 * Who changed a sample, when, and in which version. Of each snapshot only the parts are read where the name of the sample
 * can stand, and each part once: versions share those that did not change.
 */
export function createSampleHistory(
  context: LibraryContext,
  tools: { readonly versions: Versions; readonly samples: Pick<Samples, 'get'> },
): (sample: SampleId) => Promise<History> {
  const { versions, samples } = tools
  const states = createVersionStates(context)

  return async (id) => {
    const { name, imageDigest: image } = samples.get(id)
    const parts = new Map<string, SnapshotSample[]>()
    const partOf = async (digest: string) => {
      const known = parts.get(digest) ?? (await states.samples([digest]))
      parts.set(digest, known)
      return known
    }

    /** Parts are sorted by name, so a few of them tell where it is. */
    async function find(digests: readonly string[]): Promise<SnapshotSample | null> {
      let [low, high] = [0, digests.length - 1]
      while (low <= high) {
        const middle = (low + high) >> 1
        const part = await partOf(digests[middle]!)
        if (compareCodePoints(name, part[0]!.name) < 0) high = middle - 1
        else if (compareCodePoints(name, part.at(-1)!.name) > 0) low = middle + 1
        else return part.find((sample) => sample.name === name && sample.image === image) ?? null
      }
      return null
    }

    const seen = new Map<string, VersionState | null>()
    async function stateAt(version: Version): Promise<VersionState | null> {
      const found = await find((await states.snapshot(version.id)).parts)
      if (!found) return null
      const label = found.head === null ? null : await labelOf(found.head)
      return { name, image, head: found.head, card: found.card, label }
    }
    const labels = new Map<string, string>()
    async function labelOf(head: string): Promise<string> {
      const known = labels.get(head)
      if (known !== undefined) return known
      const record = await states.revision(head)
      const label =
        record?.payloads.map(({ role, digest }) => (role === 'ontology' ? '' : digest)).join() ?? head
      labels.set(head, label)
      return label
    }

    const history: Entry[] = []
    const list = [...(await versions.list())].sort((a, b) => a.number - b.number)
    for (const version of list) {
      const now = await stateAt(version)
      seen.set(version.id, now)
      // A version with several parents changed what none of them has.
      const parents = version.parents.map((parent) => seen.get(parent) ?? null)
      const entry = await entryOf(parents.length > 0 ? parents : [null], now)
      if (!entry) continue
      const { id: versionId, number, author: committedBy, createdAt: committedAt } = version
      history.push({ version: versionId, number, committedBy, committedAt, ...entry })
    }
    const head = versions.head()
    const [working] = await versions.workingOf([image])
    const current = working
      ? { ...working, label: working.head === null ? null : await labelOf(working.head) }
      : null
    const entry = await entryOf([head ? (seen.get(head.id) ?? null) : null], current)
    if (entry) history.push({ version: null, number: null, committedBy: null, committedAt: null, ...entry })
    return history.reverse()
  }

  async function entryOf(
    parents: readonly (VersionState | null)[],
    now: VersionState | null,
  ): Promise<Pick<Entry, 'kind' | 'isRelabeled' | 'isRecarded' | 'label'> | null> {
    const isAsIn = (old: VersionState | null) =>
      now === null ? old === null : old !== null && old.label === now.label && old.card === now.card
    if (parents.some(isAsIn)) return null
    const old = parents.find((each) => each !== null) ?? null
    return {
      kind: now === null ? 'removed' : old === null ? 'added' : 'changed',
      isRelabeled: old !== null && now !== null && old.label !== now.label,
      isRecarded: old !== null && now !== null && old.card !== now.card,
      label: await savedBy(now?.head ?? null),
    }
  }

  async function savedBy(head: string | null): Promise<Entry['label']> {
    const record = head === null ? null : await states.revision(head)
    if (head === null || !record) return null
    const { author, createdAt: savedAt, tool, status, objectCount } = record
    return { revision: head, author, savedAt, tool, status, objectCount }
  }
}
