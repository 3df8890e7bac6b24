import type { HostConnection, HostOutput } from '../../shared/host/host-api.ts'
import type { CommandContext, OptionSpec } from './command.ts'
import { UsageError } from './command.ts'
import { count, printable } from './words.ts'

type JobResult = HostOutput<'versions.restore'>

/** What to do with changes that no version has. */
export const uncommittedOptions: Readonly<Record<string, OptionSpec>> = {
  commit: { type: 'boolean', help: 'make a version of what is not committed first' },
  keep: { type: 'boolean', help: 'keep what is not committed as saved states in the history of the images' },
}

export function uncommittedOf(context: CommandContext): 'refuse' | 'commit' | 'keep' {
  const [commit, keep] = [context.flag('commit'), context.flag('keep')]
  if (commit && keep) throw new UsageError('--commit and --keep do not go together.')
  return commit ? 'commit' : keep ? 'keep' : 'refuse'
}

/** Tells on stderr how far it has come, at every tenth part of it. */
export async function withProgress<T>(
  context: CommandContext,
  connection: HostConnection,
  work: () => Promise<T>,
): Promise<T> {
  let told = 0
  const stop = connection.on((event) => {
    if (event.type !== 'versions.progress' || event.total < 100) return
    const tenth = Math.floor((10 * event.done) / event.total)
    if (tenth > told) context.say(`${event.done} of ${count(event.total, 'image')}`)
    told = Math.max(told, tenth)
  })
  try {
    return await work()
  } finally {
    stop()
  }
}

/** Lines about what was done, and the exit code for it. */
export function jobLines(
  { changed, failed, skipped, isStopped, committed }: JobResult,
  done: string,
): string[] {
  return [
    ...(committed ? [`version ${committed.number}: ${printable(committed.message)}`] : []),
    `${isStopped ? 'stopped: ' : ''}${done}, ${count(changed, 'image')} changed`,
    ...failed.map(({ name, error }) => `  ${printable(name)}: ${error.message} [${error.code}]`),
    ...skipped.map(({ name }) => `  ${printable(name)}: left as it is, somebody changed it meanwhile`),
    ...(isStopped ? ['  the same command goes on; "tessera restore undo" takes it back'] : []),
  ]
}

export const jobExit = ({ failed, isStopped }: JobResult): number => (failed.length > 0 || isStopped ? 1 : 0)
