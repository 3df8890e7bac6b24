import type { SegmentsReleaseView } from '../../shared/host/segments-methods.ts'
import type { Command } from './command.ts'
import { watched } from './segments-run.ts'
import { count, printable } from './words.ts'

export const segmentsReleases: Command = {
  name: 'segments releases',
  summary: 'list the releases of the linked dataset, newest first',
  usage: '',
  details: [],
  options: {},
  positionals: [0, 0],
  needsLibrary: true,
  async run(context) {
    const { connection } = await context.read()
    const found = await connection.call('segments.releases', {}, context.signal)
    return { json: found, text: found.releases.map(releaseLine).join('\n') || 'no releases' }
  },
}

const releaseLine = ({ name, status, samples, createdAt, version, description }: SegmentsReleaseView) =>
  `${printable(name)}  ${status.toLowerCase()}  ${count(samples, 'sample')}  ${printable(createdAt)}${version ? `  version ${version.slice(0, 12)}` : ''}${description ? `  ${printable(description)}` : ''}`

export const segmentsRelease: Command = {
  name: 'segments release',
  summary: 'make a release of the linked dataset',
  usage: 'NAME [-m TEXT]',
  details: [
    'A release is a state of the dataset that does not change any more. It is made by the service; this waits for it, at most 10 minutes. Asked for again under the same name it is found, not made twice.',
  ],
  options: { message: { type: 'string', short: 'm', value: 'TEXT', help: 'what it is about' } },
  positionals: [1, 1],
  needsLibrary: true,
  exits: { 1: 'it is not there yet, or could not be made' },
  async run(context) {
    const { connection } = await context.write()
    const draft = { name: context.positionals[0]!, description: context.option('message') ?? '' }
    const release = await watched(context, connection, () => connection.call('segments.release', draft))
    return { json: release, text: releaseLine(release), exit: release.status === 'SUCCEEDED' ? 0 : 1 }
  },
}

export const segmentsToArtifact: Command = {
  name: 'segments to-artifact',
  summary: 'make a version of a release, for W&B',
  usage: 'RELEASE [-m TEXT] [--commit] [--confirm]',
  details: [
    'The version has the labels of the release. It is merged into the branch like a version of somebody else, and "push" sends it: its artifact labeled_data says which dataset and release it is.',
  ],
  options: {
    message: { type: 'string', short: 'm', value: 'TEXT', help: 'the message of the version' },
    commit: { type: 'boolean', help: 'make a version of what is not committed first' },
    confirm: { type: 'boolean', help: 'take other labels also for unusually many images' },
  },
  positionals: [1, 1],
  needsLibrary: true,
  exits: { 1: 'some labels could not be taken, or wait for an answer' },
  async run(context) {
    const { connection } = await context.write()
    const wish = {
      release: context.positionals[0]!,
      message: context.option('message') ?? '',
      uncommitted: context.flag('commit') ? ('commit' as const) : ('refuse' as const),
      confirmed: context.flag('confirm'),
    }
    const made = await watched(context, connection, () => connection.call('segments.toArtifact', wish))
    const { version, taken, conflicts, failed, remarks } = made
    const lines = [
      version
        ? `version ${version.number}  ${version.id.slice(0, 12)}  ${printable(version.message.split('\n')[0]!)}`
        : 'the library is at that already',
      ...(taken > 0 ? [`${count(taken, 'image')} merged into the branch`] : []),
      ...(conflicts > 0 ? [`${count(conflicts, 'conflict')}, answer in the window`] : []),
      ...failed.map(({ name, error }) => `  ${printable(name)}: ${printable(error.message)} [${error.code}]`),
      ...remarks,
    ]
    return { json: made, text: lines.join('\n'), exit: failed.length + conflicts === 0 ? 0 : 1 }
  },
}
