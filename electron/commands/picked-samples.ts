import { AppError } from '../../shared/base/app-error.ts'
import { parseFilter } from '../../shared/dataset/filter-text.ts'
import type { SampleFilter } from '../../shared/dataset/sample-filter.ts'
import type { HostConnection, HostOutput, SampleChange } from '../../shared/host/host-api.ts'
import { foldName } from '../../shared/image/sample-name.ts'
import { type CommandContext, type Link, type OptionSpec, UsageError } from './command.ts'
import { sampleNamed } from './sample-named.ts'

export const filterOption: OptionSpec = {
  type: 'string',
  value: 'TEXT',
  help: 'all images that a search finds, as in the window: night status:labeled car:>=5 -tag:rain',
}

/** A search text as the window reads it. Rejects with UsageError that points at the mistake. */
export async function readFilter(
  connection: HostConnection,
  text: string,
  signal: AbortSignal,
): Promise<SampleFilter> {
  const categories = await connection.call('categories.list', {}, signal)
  const { filter, mistakes } = parseFilter(
    text,
    categories.map(({ name }) => name),
  )
  const [mistake] = mistakes
  if (!mistake) return filter
  throw new UsageError(`"${text.slice(mistake.from, mistake.to).slice(0, 80)}" means nothing.`, mistake.hint)
}

/** The ids of the samples that the arguments name and that `--filter` finds, each once. */
export async function pickedSamples(
  context: CommandContext,
  link: Pick<Link, 'connection' | 'host'>,
  { trash = false } = {},
): Promise<string[]> {
  const { signal, positionals } = context
  const { connection } = link
  const text = context.option('filter')
  if (positionals.length === 0 && text === undefined) {
    throw new UsageError('Which images?', 'Give their names, or --filter TEXT.')
  }
  const ids = new Set<string>()
  if (trash) {
    const names = new Map<string, string>()
    for (const { id, name } of await inTrash(connection, signal)) names.set(id, id).set(foldName(name), id)
    for (const name of positionals) {
      const id = names.get(foldName(name))
      if (id === undefined) throw notInTrash(name)
      ids.add(id)
    }
  } else {
    for (const name of positionals) ids.add((await sampleNamed(link, name, signal)).id)
  }
  if (text !== undefined) {
    const filter = await readFilter(connection, text, signal)
    const { query, total } = await connection.call('samples.query', { filter, trash }, signal)
    for (let from = 0; from < total; from += 20_000) {
      const page = await connection.call('samples.ids', { query, from, limit: 20_000 }, signal)
      for (const id of page.ids) ids.add(id)
    }
  }
  return [...ids]
}

async function inTrash(
  connection: HostConnection,
  signal: AbortSignal,
): Promise<{ id: string; name: string }[]> {
  const { query, total } = await connection.call('samples.query', { trash: true }, signal)
  const found: { id: string; name: string }[] = []
  for (let from = 0; from < total; from += 500) {
    const { samples } = await connection.call('samples.window', { query, from, limit: 500 }, signal)
    for (const sample of samples) if (sample) found.push(sample)
  }
  return found
}

export type Changed = { readonly changed: number; readonly failed: HostOutput<'samples.change'>['failed'] }

/** Does the same to many samples, a thousand at a time, and says how far it is. */
export async function changeSamples(
  context: CommandContext,
  connection: HostConnection,
  ids: readonly string[],
  change: SampleChange,
): Promise<Changed> {
  let changed = 0
  const failed: HostOutput<'samples.change'>['failed'] = []
  for (let from = 0; from < ids.length && !context.signal.aborted; from += 1000) {
    const part = ids.slice(from, from + 1000)
    const answer = await connection.call('samples.change', { ids: part, change }, context.signal)
    changed += answer.changed
    failed.push(...answer.failed)
    if (ids.length > 1000) context.say(`[${from + part.length}/${ids.length}]`)
  }
  return { changed, failed }
}

function notInTrash(name: string): AppError {
  return new AppError('NOT_FOUND', `There is no "${name.slice(0, 120)}" in the trash.`, {
    remedy: 'See "tessera list --trash".',
  })
}
