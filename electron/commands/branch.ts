import type { Version } from '../../shared/host/host-api.ts'
import type { Command } from './command.ts'
import { jobExit, jobLines, uncommittedOf, uncommittedOptions, withProgress } from './version-job.ts'
import { clockTime, printable } from './words.ts'

/** `v3`, or what is known of a version by its id. */
export function versionNumber(id: string | null, versions: readonly Version[]): string {
  const found = versions.find((version) => version.id === id)
  return found ? `v${found.number}` : id === null ? '-' : id.slice(0, 12)
}

export const branch: Command = {
  name: 'branch',
  summary: 'list the branches, or begin one',
  usage: '[NAME [VERSION]]',
  details: [
    'A branch is a name that moves with every commit made on it; the library is on one of them, marked with *. A new one begins at VERSION, else at the newest version of the branch the library is on, and is not switched to.',
  ],
  options: {},
  positionals: [0, 2],
  needsLibrary: true,
  async run(context) {
    const [name, version] = context.positionals
    if (name !== undefined) {
      const { connection } = await context.write()
      const made = await connection.call(
        'branches.create',
        { name, ...(version && { version }) },
        context.signal,
      )
      const versions = await connection.call('versions.list', {}, context.signal)
      return { json: made, text: `${printable(made.name)} at ${versionNumber(made.version, versions)}` }
    }
    const { connection } = await context.read()
    const branches = await connection.call('branches.list', {}, context.signal)
    const versions = await connection.call('versions.list', {}, context.signal)
    const lines = branches.map(
      (each) =>
        `${each.isCurrent ? '*' : ' '} ${printable(each.name)}  ${each.version === null ? 'no version yet' : versionNumber(each.version, versions)}`,
    )
    return { json: { branches }, text: lines.join('\n') }
  },
}

export const branchSwitch: Command = {
  name: 'branch switch',
  summary: 'go on with another branch',
  usage: 'NAME',
  details: [
    'Restores the newest version of that branch, as "restore" does; commits go there from then on. "restore undo" goes back.',
  ],
  options: uncommittedOptions,
  positionals: [1, 1],
  needsLibrary: true,
  exits: { 1: 'failed, or not all images could be restored; the message says which and why' },
  async run(context) {
    const name = context.positionals[0]!
    const uncommitted = uncommittedOf(context)
    const { connection } = await context.write()
    const result = await withProgress(context, connection, () =>
      connection.call('branches.switch', { name, uncommitted }, context.signal),
    )
    const text = jobLines(result, `on ${printable(name)}`).join('\n')
    return { json: result, text, exit: jobExit(result) }
  },
}

export const branchRename: Command = {
  name: 'branch rename',
  summary: 'give a branch another name',
  usage: 'NAME NEW',
  details: [],
  options: {},
  positionals: [2, 2],
  needsLibrary: true,
  async run(context) {
    const [name, to] = context.positionals as [string, string]
    const { connection } = await context.write()
    const renamed = await connection.call('branches.rename', { name, to }, context.signal)
    return { json: renamed, text: `${printable(name)} is now ${printable(renamed.name)}` }
  },
}

export const branchDelete: Command = {
  name: 'branch delete',
  summary: 'remove the name of a branch',
  usage: 'NAME [--force]',
  details: [
    'Its versions are kept, and "log" goes on listing them. When nothing else leads to them, it has to be forced.',
  ],
  options: { force: { type: 'boolean', help: 'also when nothing else leads to its versions' } },
  positionals: [1, 1],
  needsLibrary: true,
  async run(context) {
    const name = context.positionals[0]!
    const { connection } = await context.write()
    await connection.call('branches.delete', { name, force: context.flag('force') }, context.signal)
    return { json: { deleted: name }, text: `${printable(name)} deleted` }
  },
}

export const alias: Command = {
  name: 'alias',
  summary: 'list the aliases, or give one to a version',
  usage: '[NAME [VERSION]]',
  details: [
    'An alias is a name that stays at one version until it is set again: golden, release-3. VERSION is the newest one unless told.',
    '"latest" is always the newest version of the branch the library is on, and cannot be set.',
  ],
  options: { moves: { type: 'boolean', help: 'where names stood before, by whom and when' } },
  positionals: [0, 2],
  needsLibrary: true,
  async run(context) {
    const [name, version = 'latest'] = context.positionals
    if (name !== undefined && !context.flag('moves')) {
      const { connection } = await context.write()
      const set = await connection.call('aliases.set', { name, version }, context.signal)
      const versions = await connection.call('versions.list', {}, context.signal)
      return { json: set, text: `${printable(set.name)} at ${versionNumber(set.version, versions)}` }
    }
    const { connection } = await context.read()
    const versions = await connection.call('versions.list', {}, context.signal)
    if (context.flag('moves')) {
      const moves = await connection.call('aliases.moves', name === undefined ? {} : { name }, context.signal)
      const lines = moves.map(({ name: moved, from, to, renamedFrom, author, at }) => {
        const how =
          renamedFrom === null
            ? `${versionNumber(from, versions)} to ${versionNumber(to, versions)}`
            : `was ${printable(renamedFrom)}`
        return `${clockTime(at)}  ${printable(moved)}  ${how}  ${printable(author)}`
      })
      return { json: { moves }, text: lines.join('\n') || 'no name was moved yet' }
    }
    const aliases = await connection.call('aliases.list', {}, context.signal)
    const lines = aliases.map((each) => `${printable(each.name)}  ${versionNumber(each.version, versions)}`)
    return { json: { aliases }, text: lines.join('\n') || 'no alias yet' }
  },
}

export const aliasRemove: Command = {
  name: 'alias remove',
  summary: 'remove an alias',
  usage: 'NAME',
  details: ['Its version stays.'],
  options: {},
  positionals: [1, 1],
  needsLibrary: true,
  async run(context) {
    const name = context.positionals[0]!
    const { connection } = await context.write()
    await connection.call('aliases.remove', { name }, context.signal)
    return { json: { removed: name }, text: `${printable(name)} removed` }
  },
}
