import type { HostOutput } from '../../shared/host/host-api.ts'
import type { Command } from './command.ts'
import { count, printable } from './words.ts'

type Comparison = HostOutput<'versions.compare'>
type Row = HostOutput<'versions.pixels'>['categories'][number]

export const diff: Command = {
  name: 'diff',
  summary: 'say what differs between two versions',
  usage: '[A [B]] [--pixels]',
  details: [
    'Without B, between A and what is not committed; without both, what is not committed since the newest version. Each is a number, the beginning of an id, a branch, an alias, or "latest".',
    'Objects are counted in the images that differ, for in the others they are the same. Works while another program has the library open.',
  ],
  options: { pixels: { type: 'boolean', help: 'count pixels too: looks into every label that differs' } },
  positionals: [0, 2],
  needsLibrary: true,
  async run(context) {
    const [before = 'latest', after = null] = context.positionals
    const { connection } = await context.read()
    const between = { before, after: after === 'working' ? null : after }
    const comparison = await connection.call('versions.compare', between, context.signal)
    const pixels = context.flag('pixels')
      ? (await connection.call('versions.pixels', between, context.signal)).categories
      : null
    return { json: { ...comparison, ...(pixels && { pixels }) }, text: describe(comparison, pixels) }
  },
}

function describe(
  { counts, categories, reclassified, ontology, samples }: Comparison,
  pixels: Row[] | null,
): string {
  const nameOf = new Map(categories.map(({ id, name }) => [id, name]))
  const called = (id: number) => printable(nameOf.get(id) ?? `category ${id}`)
  const { added, removed, replaced, relabeled, recarded, unchanged } = counts
  const summary = [
    added > 0 ? `+${count(added, 'image')}` : '',
    removed > 0 ? `-${count(removed, 'image')}` : '',
    replaced > 0 ? `${count(replaced, 'image')} replaced` : '',
    relabeled > 0 ? `${count(relabeled, 'label')} changed` : '',
    recarded > 0 ? `${count(recarded, 'image')} with other tags or issues` : '',
    `${count(unchanged, 'image')} the same or with the same bytes`,
  ]
  return [
    summary.filter((part) => part !== '').join(', '),
    ...ontology.map(
      ({ id, kind, name, fields }) =>
        `  category ${id} ${printable(name)}: ${kind}${fields.length > 0 ? ` (${fields.join(', ')})` : ''}`,
    ),
    ...categories.map((row) => `  ${printable(row.name)}: ${change(row, 'object')}`),
    ...(pixels ?? []).map((row) => `  ${printable(row.name)}: ${change(row, 'pixel')}`),
    ...reclassified.map(
      ({ from, to, count: times }) => `  ${called(from)} to ${called(to)}: ${count(times, 'object')}`,
    ),
    ...samples.map(sampleLine),
  ].join('\n')
}

function change({ before, after }: Row, noun: string): string {
  const by = after - before
  return `${before.toLocaleString('en')} to ${count(after, noun)} (${by > 0 ? '+' : ''}${by.toLocaleString('en')})`
}

function sampleLine({
  name,
  kind,
  isRenamed,
  isRelabeled,
  isRecarded,
  objects,
}: Comparison['samples'][number]): string {
  const sign = { added: '+', removed: '-', replaced: '-', changed: '~' }[kind]
  const { added, removed, reclassified, changed } = objects
  const about = [
    ...(isRenamed ? ['renamed'] : []),
    ...(isRelabeled ? ['label'] : []),
    ...(isRecarded ? ['tags or issues'] : []),
    ...(added > 0 ? [`+${count(added, 'object')}`] : []),
    ...(removed > 0 ? [`-${count(removed, 'object')}`] : []),
    ...(reclassified > 0 ? [`${reclassified} of another category`] : []),
    ...(changed > 0 ? [`${changed} with other attributes`] : []),
  ]
  return `${sign} ${printable(name)}${about.length > 0 ? `  ${about.join(', ')}` : ''}`
}
