import type { SampleId } from '../../shared/dataset/digest.ts'
import type { HostHandlers } from '../../shared/host/host-api.ts'
import type { createSampleHistory } from './sample-history.ts'
import type { VersionChanges } from './version-changes.ts'
import type { VersionCompare } from './version-compare.ts'
import type { Versions } from './versions.ts'

type Named =
  | 'branches.switch'
  | 'samples.history'
  | 'versions.commit'
  | 'versions.compare'
  | 'versions.draft'
  | 'versions.job'
  | 'versions.list'
  | 'versions.merge'
  | 'versions.mergePlan'
  | 'versions.restore'
  | 'versions.restoreSample'
  | 'versions.undo'

/** What the door offers of versions and of what is done to the working state with them. */
export function createVersionHandlers(tools: {
  readonly versions: Versions
  readonly versionChanges: VersionChanges
  readonly compare: VersionCompare
  readonly history: ReturnType<typeof createSampleHistory>
  /** There may be a version to be sent. */
  readonly woken: () => void
}): Pick<HostHandlers, Named> {
  const { versions, versionChanges, compare, history, woken } = tools
  /** Passes a result on; what became a version may be sent. */
  function pushing<T>(result: T): T {
    woken()
    return result
  }
  return {
    'versions.list': async () => [...(await versions.list())],
    'versions.draft': () => versions.draft(),
    async 'versions.commit'({ message }) {
      const version = await versionChanges.commit(message)
      if (version) woken()
      return { version }
    },
    async 'versions.job'() {
      const job = versionChanges.latest()
      if (!job) return null
      const { id, kind, version, branch, state, author, createdAt } = job
      return { id, kind, version, branch, state, author, createdAt }
    },
    'versions.restore': async ({ version, uncommitted }, signal) =>
      pushing(await versionChanges.restore(version, uncommitted, signal)),
    'versions.restoreSample': ({ version, sampleId }) =>
      versionChanges.restoreSample(version, sampleId as SampleId),
    'versions.undo': ({ job }) => versionChanges.undo(job),
    'versions.mergePlan': ({ version }) => versionChanges.mergePlan(version),
    'versions.merge': async ({ version, ...wish }, signal) =>
      pushing(await versionChanges.merge(version, { ...wish, signal })),
    'versions.compare': (args, signal) => compare.compare(args, signal),
    'samples.history': ({ sampleId }) => history(sampleId as SampleId),
    'branches.switch': async ({ name, uncommitted }, signal) =>
      pushing(await versionChanges.switchTo(name, uncommitted, signal)),
  }
}
