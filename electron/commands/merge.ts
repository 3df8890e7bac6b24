import type { HostOutput } from '../../shared/host/host-api.ts'
import type { Command } from './command.ts'
import { jobExit, jobLines, withProgress } from './version-job.ts'
import { count, printable } from './words.ts'

type Merged = HostOutput<'versions.merge'>

export const merge: Command = {
  name: 'merge',
  summary: 'bring the changes of another version into the branch',
  usage: 'VERSION [-m TEXT]',
  details: [
    'VERSION is a branch, an alias, a number or the beginning of an id. What only one side changed since they parted is taken; labels that both changed are merged object by object and pixel by pixel. The result is a version with both as parents.',
    'Labels that both changed in the same place are both kept: yours is shown, and opening the image asks which to go on with. The exit code is 0 also then; what is in conflict is listed.',
    'What would put images into the trash or change labels of yours, more than 20 and a tenth of all together, is not merged without --confirm, and neither is a version of another dataset, which has no version in common with yours.',
  ],
  options: {
    message: {
      type: 'string',
      short: 'm',
      value: 'TEXT',
      help: 'the message of the version; else it names what was merged',
    },
    commit: { type: 'boolean', help: 'make a version of what is not committed first' },
    confirm: { type: 'boolean', help: 'merge also what changes unusually much, or is of another dataset' },
  },
  positionals: [1, 1],
  needsLibrary: true,
  async run(context) {
    const version = context.positionals[0]!
    const { connection } = await context.write()
    const uncommitted = context.flag('commit') ? 'commit' : 'refuse'
    const message = context.option('message')?.trim() ?? ''
    const result = await withProgress(context, connection, () =>
      connection.call(
        'versions.merge',
        { version, message, uncommitted, confirmed: context.flag('confirm') },
        context.signal,
      ),
    )
    return { json: result, text: mergedLines(result, version).join('\n'), exit: jobExit(result) }
  },
}

/** What a merge with the version called `name` did. */
export function mergedLines(result: Merged, name: string): string[] {
  const { kind, version, taken, merged, conflicts, categories } = result
  if (kind === 'none') return [`${printable(name)} is in already`]
  if (kind === 'forward') return jobLines(result, `forward to version ${version?.number ?? '?'}`)
  return [
    ...jobLines(
      result,
      version ? `version ${version.number}: ${printable(version.message)}` : 'no version yet',
    ),
    `  ${count(taken, 'image')} taken, ${count(merged, 'label')} merged, ${count(conflicts.length, 'image')} in conflict`,
    ...conflicts.flatMap(conflictLines),
    ...categories.map(({ id, field }) => `  category ${id}: ${field} changed on both sides, yours stays`),
  ]
}

function conflictLines({ name, label, card, isRemoved }: Merged['conflicts'][number]): string[] {
  const lines = (label ?? []).map((each) => {
    switch (each.kind) {
      case 'pixels':
        return `${count(each.pixels, 'pixel')}: object ${each.mine || 'none'} here, object ${each.theirs || 'none'} there`
      case 'locked':
        return `object ${each.object} is locked ${sideOf(each.by)}, and ${count(each.pixels, 'pixel')} of it changed on the other side`
      case 'deleted':
        return `object ${each.object} is deleted ${sideOf(each.by)}, and changed on the other side`
      default:
        return `object ${each.object}: ${printable(each.field)} changed on both sides`
    }
  })
  if (card.length > 0) lines.push(`changed on both sides, yours stays: ${card.map(printable).join(', ')}`)
  if (isRemoved) lines.push('removed on one side and changed on the other: it stays')
  return [`  ${printable(name)}`, ...lines.map((line) => `    ${line}`)]
}

const sideOf = (by: 'mine' | 'theirs') => (by === 'mine' ? 'here' : 'there')
