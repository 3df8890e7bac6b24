import { versionNumber } from './branch.ts'
import type { Command, CommandContext } from './command.ts'
import { printable } from './words.ts'

const spelling =
  'A tag is words of letters, digits, "_" and "-", with spaces between, in quotes then: "good night".'

export const versionsTag: Command = {
  name: 'versions tag',
  summary: 'list the tags of versions',
  usage: '',
  details: [
    'A tag is a word that any number of versions may have; a name that stands for one version alone is an alias. "log --tag TAG" lists the versions that have it.',
  ],
  options: {},
  positionals: [0, 0],
  needsLibrary: true,
  async run(context) {
    const { connection } = await context.read()
    const tags = await connection.call('versionTags.list', {}, context.signal)
    const versions = await connection.call('versions.list', {}, context.signal)
    const lines = [...Map.groupBy(tags, (each) => each.version)].map(
      ([id, its]) => `${versionNumber(id, versions)}  ${its.map(({ tag }) => printable(tag)).join(', ')}`,
    )
    return { json: { tags }, text: lines.join('\n') || 'no tag yet' }
  },
}

export const versionsTagAdd: Command = {
  name: 'versions tag add',
  summary: 'give a version tags',
  usage: 'VERSION TAG...',
  details: [
    'VERSION is a number, the beginning of an id, a branch, an alias, or "latest".',
    spelling,
    'The next push brings them to the artifacts of the version on W&B, and "pull" brings those that others gave or took away there.',
  ],
  options: {},
  positionals: [2, 101],
  needsLibrary: true,
  run: (context) => change(context, 'add'),
}

export const versionsTagRemove: Command = {
  name: 'versions tag remove',
  summary: 'take tags from a version',
  usage: 'VERSION TAG...',
  details: ['The version stays. The next push takes them from its artifacts on W&B too.'],
  options: {},
  positionals: [2, 101],
  needsLibrary: true,
  run: (context) => change(context, 'remove'),
}

async function change(context: CommandContext, how: 'add' | 'remove') {
  const [version, ...words] = context.positionals as [string, ...string[]]
  const { connection } = await context.write()
  const done = await connection.call('versionTags.change', { version, [how]: words }, context.signal)
  const versions = await connection.call('versions.list', {}, context.signal)
  const tags = done.tags.map(printable).join(', ')
  return { json: done, text: `${versionNumber(done.version, versions)}  ${tags || 'no tag'}` }
}
