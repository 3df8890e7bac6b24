import type { Version } from '../../shared/host/host-api.ts'
import { type Command, UsageError } from './command.ts'
import { changesText, countsText } from './version-text.ts'

export const commit: Command = {
  name: 'commit',
  summary: 'record the state of the library as a version',
  usage: '-m TEXT',
  details: [
    'Works offline. When nothing changed since the last version none is made: the exit code is 0, and with --json "version" is null.',
  ],
  options: { message: { type: 'string', short: 'm', value: 'TEXT', help: 'what changed, and why' } },
  positionals: [0, 0],
  needsLibrary: true,
  async run(context) {
    const message = context.option('message')?.trim()
    if (!message) throw new UsageError('"commit" needs a message.', 'Write it after -m.')
    const { connection } = await context.write()
    const { version } = await connection.call('versions.commit', { message }, context.signal)
    return { json: { version }, text: version ? describe(version) : 'nothing changed since the last version' }
  },
}

function describe(version: Version): string {
  const { number, counts, changes, artifacts } = version
  return [
    `version ${number}: ${countsText(counts)} (${changesText(changes)})`,
    ...artifacts.map(({ role, index, digest }) => `  ${role} ${index}  ${digest ?? '(digest follows)'}`),
  ].join('\n')
}
