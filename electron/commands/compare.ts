import {
  categoryChanges,
  comparisonCsv,
  comparisonJson,
  hasOtherLabel,
  sumCategories,
} from '../../shared/host/comparison-file.ts'
import type { HostConnection, HostOutput } from '../../shared/host/host-api.ts'
import type { LabelTotals } from '../../shared/label/diff-totals.ts'
import { type Command, UsageError } from './command.ts'
import { count as counted, printable } from './words.ts'

type Comparison = HostOutput<'versions.compare'>
type Totals = ReadonlyMap<string, LabelTotals>
/** Pairs of labels asked for in one call. */
const perCall = 16

export const compare: Command = {
  name: 'compare',
  summary: 'say what differs between two versions',
  usage: '[A [B]] [--pixels] [--csv]',
  details: [
    'Without B, between A and what is not committed; without both, what is not committed since the newest version. Each is a number, the beginning of an id, a branch, an alias, or "latest".',
    'Objects are counted in the images that differ, for in the others they are the same. With --json everything, with --csv one row for each image; both as the page on comparisons as files has it (docs/formats/comparison.md). Works while another program has the library open.',
  ],
  options: {
    pixels: { type: 'boolean', help: 'count pixels too: looks into every label that differs' },
    csv: { type: 'boolean', help: 'print a table with one row for each image that differs' },
  },
  positionals: [0, 2],
  needsLibrary: true,
  async run(context) {
    if (context.json && context.flag('csv')) throw new UsageError('--json and --csv do not go together.')
    const [before = 'latest', after = null] = context.positionals
    const { connection } = await context.read()
    const between = { before, after: after === 'working' ? null : after }
    const comparison = await connection.call('versions.compare', between, context.signal)
    const totals = context.flag('pixels') ? await count(connection, comparison, context.signal) : null
    const known = [
      ...(await connection.call('categories.list', {}, context.signal)),
      ...comparison.categories,
    ]
    const names = new Map(known.map(({ id, name }) => [id, name]))
    const nameOf = (id: number) => names.get(id) ?? `category ${id}`
    const made = { comparison, totals: totals ?? new Map(), nameOf }
    if (context.flag('csv')) return { json: null, text: comparisonCsv(made).trimEnd() }
    const sides = {
      before: { id: comparison.before, name: before },
      after: { id: comparison.after, name: between.after ?? 'working' },
    }
    return {
      json: comparisonJson({ ...made, sides }),
      text: describe(comparison, totals, (id) => printable(nameOf(id))),
    }
  },
}

/** One label that cannot be read is left out, as in the page. */
async function count(
  connection: HostConnection,
  { samples }: Comparison,
  signal: AbortSignal,
): Promise<Totals> {
  const wanted = samples.filter(hasOtherLabel)
  const totals = new Map<string, LabelTotals>()
  for (let from = 0; from < wanted.length; from += perCall) {
    const some = wanted.slice(from, from + perCall)
    const pairs = some.map(({ before, after }) => ({
      before: before?.revision ?? null,
      after: after?.revision ?? null,
    }))
    const found = await connection.call('labels.differences', { pairs }, signal)
    for (const [i, { image }] of some.entries()) if (found[i]) totals.set(image, found[i])
  }
  return totals
}

function describe(
  { counts, categories, reclassified, ontology, samples }: Comparison,
  totals: Totals | null,
  called: (id: number) => string,
): string {
  const { added, removed, replaced, relabeled, recarded, unchanged } = counts
  const summary = [
    added > 0 ? `+${counted(added, 'image')}` : '',
    removed > 0 ? `-${counted(removed, 'image')}` : '',
    replaced > 0 ? `${counted(replaced, 'image')} replaced` : '',
    relabeled > 0 ? `${counted(relabeled, 'label')} changed` : '',
    recarded > 0 ? `${counted(recarded, 'image')} with other tags or issues` : '',
    `${counted(unchanged, 'image')} the same or with the same bytes`,
  ]
  return [
    summary.filter((part) => part !== '').join(', '),
    ...ontology.map(
      ({ id, kind, name, fields }) =>
        `  category ${id} ${printable(name)}: ${kind}${fields.length > 0 ? ` (${fields.join(', ')})` : ''}`,
    ),
    ...categories.map((row) => `  ${printable(row.name)}: ${change(row, 'object')}`),
    ...(totals ? sumCategories(totals) : []).map(
      ({ id, pixelsBefore, pixelsAfter }) =>
        `  ${called(id)}: ${change({ before: pixelsBefore, after: pixelsAfter }, 'pixel')}`,
    ),
    ...reclassified.map(
      ({ from, to, count: times }) => `  ${called(from)} to ${called(to)}: ${counted(times, 'object')}`,
    ),
    ...(totals ? categoryChanges(totals, []) : [])
      .filter(({ from, to }) => from !== 0 && to !== 0)
      .map(({ from, to, pixels }) => `  ${called(from)} to ${called(to)}: ${counted(pixels, 'pixel')}`),
    ...samples.map(sampleLine),
  ].join('\n')
}

function change(
  { before, after }: { readonly before: number; readonly after: number },
  noun: string,
): string {
  const by = after - before
  return `${before.toLocaleString('en')} to ${counted(after, noun)} (${by > 0 ? '+' : ''}${by.toLocaleString('en')})`
}

function sampleLine({
  name,
  kind,
  isRenamed,
  isRelabeled,
  isRecarded,
  isReshaped,
  objects,
}: Comparison['samples'][number]): string {
  const sign = { added: '+', removed: '-', replaced: '-', changed: '~' }[kind]
  const { added, removed, reclassified, changed } = objects
  const about = [
    ...(isRenamed ? ['renamed'] : []),
    ...(isRelabeled ? ['label'] : []),
    ...(isReshaped ? ['shapes'] : []),
    ...(isRecarded ? ['tags or issues'] : []),
    ...(added > 0 ? [`+${counted(added, 'object')}`] : []),
    ...(removed > 0 ? [`-${counted(removed, 'object')}`] : []),
    ...(reclassified > 0 ? [`${reclassified} of another category`] : []),
    ...(changed > 0 ? [`${changed} with other attributes`] : []),
  ]
  return `${sign} ${printable(name)}${about.length > 0 ? `  ${about.join(', ')}` : ''}`
}
