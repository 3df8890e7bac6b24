import { sortKeys } from '../../shared/dataset/sample-filter.ts'
import type { Sample } from '../../shared/host/host-api.ts'
import { type Command, UsageError } from './command.ts'
import { filterOption, readFilter } from './picked-samples.ts'
import { clockTime, count, printable } from './words.ts'

const windowSize = 500

export const list: Command = {
  name: 'list',
  summary: 'list images, as the window finds and sorts them',
  usage: '[--filter TEXT] [--sort KEY] [--limit N] [--trash]',
  details: [
    'A search is words of the name and conditions, which must all hold: status:reviewed,rejected  tag:night  split:val  car:>=5 (objects of a category)  objects:0  issues:open  changed:v7  changed:last  added:>=2026-03-01  width:>1920  priority:>0  by:NAME, and KEY:VALUE for metadata. A minus in front means the opposite, as in --filter=-tag:night; quotes keep spaces together.',
    'Works while another program has the library open.',
  ],
  options: {
    filter: filterOption,
    sort: {
      type: 'string',
      value: 'KEY',
      help: `${sortKeys.join(', ')}; else added`,
    },
    reverse: { type: 'boolean', help: 'the other way round' },
    limit: { type: 'string', value: 'N', help: 'no more than N images' },
    trash: { type: 'boolean', help: 'what is in the trash' },
  },
  positionals: [0, 0],
  needsLibrary: true,
  async run(context) {
    const { signal } = context
    const by = sortKeys.find((key) => key === (context.option('sort') ?? 'added'))
    if (!by) throw new UsageError('Images cannot be sorted by that.', `It is one of: ${sortKeys.join(', ')}.`)
    const limit = readLimit(context.option('limit'))
    const { connection } = await context.read()
    const filter = await readFilter(connection, context.option('filter') ?? '', signal)
    const { query, total, outOf } = await connection.call(
      'samples.query',
      { filter, sort: { by, reversed: context.flag('reverse') }, trash: context.flag('trash') },
      signal,
    )
    const samples: Sample[] = []
    for (let from = 0; from < Math.min(total, limit); from += windowSize) {
      const page = await connection.call(
        'samples.window',
        { query, from, limit: Math.min(windowSize, limit - from) },
        signal,
      )
      for (const sample of page.samples) if (sample) samples.push(sample)
    }
    const found = total === outOf ? count(total, 'image') : `${total} of ${count(outOf, 'image')}`
    const more = samples.length < total ? [`… and ${total - samples.length} more`] : []
    return {
      json: { total, outOf, samples },
      text: [...samples.map(lineOf), ...more, found].join('\n'),
    }
  },
}

function lineOf(sample: Sample): string {
  const { name, status, objectCount, tags, split, openIssues, savedBy, savedAt } = sample
  return [
    printable(name),
    status,
    count(objectCount, 'object'),
    ...(split ? [split] : []),
    ...(tags.length > 0 ? [printable(tags.join(', '))] : []),
    ...(openIssues > 0 ? [count(openIssues, 'open issue')] : []),
    ...(savedAt === null ? [] : [`${printable(savedBy || '?')} ${clockTime(savedAt)}`]),
  ].join('  ')
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new UsageError('--limit needs a number.', 'For example --limit 20.')
}
