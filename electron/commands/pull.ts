import type { HostConnection, PullResult } from '../../shared/host/host-api.ts'
import type { Command, CommandContext } from './command.ts'
import { mergedLines } from './merge.ts'
import { overrideOf } from './push.ts'
import { stoppable } from './stoppable.ts'
import { byteSize, count, printable } from './words.ts'

const progressEveryMs = 1000

export const pull: Command = {
  name: 'pull',
  summary: 'bring versions or images here from W&B',
  usage: '[ARTIFACT] [-m TEXT]',
  details: [
    'Without ARTIFACT: everything that others pushed to the project of this library, merged into the branch as "merge" does. An empty library becomes the dataset that is there.',
    'ARTIFACT is entity/project/collection:v3, or the end of that: collection:alias in the project of this library. A version that Tessera pushed comes with its history; what another program made in the same layout becomes a version; of anything else the images are added, and a PNG mask of ids that has the name and the size of an image becomes its label.',
    'Only what is not here is downloaded, and every file is checked. What would put more than 20 images and a tenth of all into the trash is not merged without --confirm. Ctrl-C stops it, and the next pull goes on where this one was. An empty library that is linked to no project is linked to that of the version it becomes; images alone link it to none.',
  ],
  options: {
    message: {
      type: 'string',
      short: 'm',
      value: 'TEXT',
      help: 'the message of the version that a merge makes',
    },
    images: { type: 'boolean', help: 'add images and masks to the dataset, whatever they come from' },
    commit: { type: 'boolean', help: 'make a version of what is not committed first' },
    confirm: { type: 'boolean', help: 'merge also what puts unusually many images into the trash' },
  },
  positionals: [0, 1],
  needsLibrary: true,
  exits: { 1: 'something could not be pulled or merged; what has come stays' },
  async run(context) {
    const { connection } = await context.write({ settingsOverride: overrideOf(context.environment) })
    const uncommitted = context.flag('commit') ? 'commit' : 'refuse'
    const confirmed = context.flag('confirm')
    const message = context.option('message')?.trim() ?? ''
    const [artifact] = context.positionals
    const result = await watched(context, connection, () =>
      artifact === undefined
        ? connection.call('remote.pullAndMerge', { uncommitted, message, confirmed })
        : connection.call('remote.pull', {
            artifact,
            as: context.flag('images') ? 'images' : 'auto',
            uncommitted,
            message,
            confirmed,
          }),
    )
    const isWhole = !result.merge?.isStopped && (result.imported?.refused.length ?? 0) === 0
    return { json: result, text: describe(result), exit: isWhole ? 0 : 1 }
  },
}

async function watched<T>(
  context: CommandContext,
  connection: HostConnection,
  work: () => Promise<T>,
): Promise<T> {
  const { signal, say } = context
  let shownAt = 0
  const stop = connection.on((event) => {
    if (event.type !== 'pull.changed' || !event.status.job || Date.now() - shownAt < progressEveryMs) return
    shownAt = Date.now()
    const { step, filesDone, filesTotal, bytesDone, bytesTotal } = event.status.job
    say(`${step} ${filesDone}/${filesTotal} files, ${byteSize(bytesDone)} of ${byteSize(bytesTotal)}`)
  })
  try {
    return await stoppable(signal, () => connection.call('pull.cancel', {}), work)
  } finally {
    stop()
  }
}

function describe({ kind, downloaded, versions, version, merge, imported }: PullResult): string {
  const got = `${count(downloaded.files, 'file')} downloaded, ${byteSize(downloaded.bytes)}`
  const lines = versions.map(
    (one) => `version ${one.number}  ${one.id.slice(0, 12)}  ${printable(one.message.split('\n')[0]!)}`,
  )
  if (kind === 'none') lines.push(`nothing new, all is here (${got})`)
  if (kind === 'clone') lines.push(`the library is at version ${version?.number ?? '?'} (${got})`)
  if (kind === 'merged') lines.push(...(merge ? mergedLines(merge, 'what was pulled') : []), got)
  if (imported && kind === 'imported') {
    const { added, duplicates, labels } = imported
    lines.push(
      `${count(added, 'image')} added, ${duplicates} there already, ${count(labels, 'label')} (${got})`,
    )
  }
  for (const { file, error } of imported?.refused ?? [])
    lines.push(`  ${printable(file)}: ${error.message} [${error.code}]`)
  return lines.join('\n')
}
