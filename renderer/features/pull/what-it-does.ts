import type { RemoteLook } from '../../../shared/host/pull-methods.ts'
import { counted, formatBytes } from '../../ui/text.ts'

/** What matters of this library for what a pull does to it. */
export type Here = {
  /** The branch stands on a version. */
  readonly hasVersion: boolean
  readonly branch: string
  /** There is something that no version holds. */
  readonly isOpen: boolean
  readonly isLinked: boolean
  /** Versions of this library that the branch leads to. */
  readonly reached: ReadonlySet<string>
}

/** It is here, and the branch has it: there is nothing to get. */
export const isPart = ({ artifact, versions }: RemoteLook, { reached }: Here): boolean =>
  versions === 0 && artifact.versionHere !== null && reached.has(artifact.versionHere)

/** What getting an artifact would do, in plain words, before anything is done. */
export function whatItDoes(look: RemoteLook, as: 'auto' | 'images', here: Here): string {
  const { kind, artifact, outside } = look
  const missing = look.files - outside - look.here.files
  const bytes = Math.max(0, look.bytes - look.here.bytes)
  const load =
    missing > 0 ? `Downloads ${counted(missing, 'file')} (${formatBytes(bytes)})` : 'Downloads nothing'
  if (isPart(look, here)) return `It is here already, and ${here.branch} has it: there is nothing to get.`
  if (kind === 'none') return 'There is nothing in it that can be used here: no images, and no dataset.'
  const link = here.isLinked
    ? ''
    : ` This library is then linked with ${artifact.entity}/${artifact.project}.`
  const left = outside > 0 ? ` ${counted(outside, 'file')} that lie elsewhere are left out.` : ''
  const tail = `${left}${link}`
  if (kind === 'images' || as === 'images') {
    const labels = look.labels > 0 ? ` and ${counted(look.labels, 'label')}` : ''
    return `${load} and adds up to ${counted(look.images, 'image')}${labels} to the dataset; what is here already is not added twice, and no version is made yet.${tail}`
  }
  const first = here.isOpen ? ' What no version holds here is committed first.' : ''
  if (look.isUnrelated && here.hasVersion) {
    return `It is of another dataset, which has no version in common with this one. ${load} and adds ${counted(look.versions, 'version')} to the history; it is merged into ${here.branch} only when you say so once more. To have it by itself, get it into an empty library.${first}${tail}`
  }
  if (kind === 'version' && look.versions === 0 && artifact.versionHere !== null) {
    return `It is here already. Getting it merges it into ${here.branch}.${first}${link}`
  }
  if (!here.hasVersion) {
    const history = look.versions > 1 ? ` with its history of ${counted(look.versions, 'version')}` : ''
    return `${load} and makes this library the dataset at that version${history}.${first}${tail}`
  }
  const what =
    kind === 'dataset'
      ? 'makes a version of what is in it'
      : `adds ${counted(look.versions, 'version')} to the history`
  return `${load}, ${what} and merges ${kind === 'dataset' || look.versions === 1 ? 'it' : 'them'} into ${here.branch}; where both sides changed the same label, you decide.${first}${tail}`
}
