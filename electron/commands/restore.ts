import type { Command } from './command.ts'
import { UsageError } from './command.ts'
import { sampleNamed } from './sample-named.ts'
import { jobExit, jobLines, uncommittedOf, uncommittedOptions, withProgress } from './version-job.ts'
import { count, printable } from './words.ts'

export const restore: Command = {
  name: 'restore',
  summary: 'put everything, or some images, to what a version holds',
  usage: 'VERSION [SAMPLE...]',
  details: [
    'VERSION is a number, the beginning of an id, a branch, an alias, or "latest". SAMPLE is a name or an id.',
    'Labels, tags and the trash get new edits that say what the version says: nothing that was saved is lost, and "restore undo" takes it back. Categories get their names and colours back; newer ones stay.',
    'Refuses while there are changes that no version has, unless it is told what to do with them. Of single images they are kept.',
  ],
  options: uncommittedOptions,
  positionals: [1, Number.POSITIVE_INFINITY],
  needsLibrary: true,
  exits: { 1: 'failed, or not all images could be restored; the message says which and why' },
  async run(context) {
    const [version, ...names] = context.positionals as [string, ...string[]]
    const uncommitted = uncommittedOf(context)
    const link = await context.write()
    const { connection } = link
    const { signal } = context
    if (names.length === 0) {
      const result = await withProgress(context, connection, () =>
        connection.call('versions.restore', { version, uncommitted }, signal),
      )
      const text = jobLines(result, `restored ${printable(version)}`).join('\n')
      return { json: result, text, exit: jobExit(result) }
    }
    if (uncommitted !== 'refuse') {
      throw new UsageError(
        '--commit and --keep are for the whole library.',
        'Leave them out for single images.',
      )
    }
    const results = []
    for (const name of names) {
      const sample = await sampleNamed(link, name, signal)
      const result = await connection.call('versions.restoreSample', { version, sampleId: sample.id }, signal)
      results.push({ name: sample.name, ...result })
    }
    const text = results.map((result) =>
      [printable(result.name), ...jobLines(result, 'restored')].join('\n  '),
    )
    return { json: { results }, text: text.join('\n'), exit: Math.max(...results.map(jobExit)) }
  },
}

export const restoreUndo: Command = {
  name: 'restore undo',
  summary: 'take back the last restore, switch of branches or merge',
  usage: '',
  details: [
    'Images that somebody has changed since stay as they are. A version that a merge made stays too; only what is shown goes back.',
  ],
  options: {},
  positionals: [0, 0],
  needsLibrary: true,
  async run(context) {
    const { connection } = await context.write()
    const job = await connection.call('versions.job', {}, context.signal)
    const result = await connection.call('versions.undo', { job: job?.id ?? 0 }, context.signal)
    const { restored, skipped, failed } = result
    const text = [
      `${count(restored, 'image')} as before`,
      ...(skipped > 0 ? [`${count(skipped, 'image')} changed since, and left alone`] : []),
      ...failed.map(({ name, error }) => `  ${printable(name)}: ${error.message} [${error.code}]`),
    ]
    return { json: result, text: text.join('\n'), exit: failed.length > 0 ? 1 : 0 }
  },
}
